"""A wall around a process that works for somebody we don't know: no files, no network, no other programs.

The renderer has no reason to ask for any of it; should it have a hole, there is nothing behind. What is shut off
stays so until the process ends: call it in a process of its own only.
"""

import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

ALLOWED = (
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    str(Path(__file__).resolve().parent.parent / "static" / "fonts"),
)
"""Where libraries lie, which may be loaded late, and our fonts."""

SCRATCH = str(Path(tempfile.gettempdir()) / "xhtml2pdf-")

REFUSED = frozenset({"open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "os.chmod"})
"""What is refused outside of those folders."""

NEVER = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
)


def shut_off() -> None:
    """From here on this process can't reach anything. There is no way back."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(NEVER) or (event in REFUSED and not _is_allowed(arguments)):
        raise PermissionError(f"{event} is shut off here")


def _is_allowed(arguments: tuple[Any, ...]) -> bool:
    path = arguments[0] if arguments else None
    if isinstance(path, int):
        return True  # what is open already, such as the pipe of the answer
    text = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    return ".." not in text and text.startswith((*ALLOWED, SCRATCH))
