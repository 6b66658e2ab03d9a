"""What leaves the building: documents as PDF. Each file renders; none of them reads a request or commits."""
