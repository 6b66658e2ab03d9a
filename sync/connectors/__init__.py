"""The systems that the books can be joined to, a file each."""
