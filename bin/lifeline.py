"""No process outlives the one that started it, not even when that one is killed with SIGKILL.

Linux sends a process a signal of its choice when its parent ends (prctl, PR_SET_PDEATHSIG). The choice is
kept through exec and lost at fork, so the children of `bin/run` make it before their exec (`die_with`, in
Popen's `preexec_fn`), and those that fork make it again in each fork (`forks_die_too`). On other systems
this does nothing, and what is left after a SIGKILL of `bin/run` has to be ended by hand.

Strictly, the signal comes when the *thread* that forked ends: fork from a thread that stays.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_me = os.getpid()


def die_with(parent: int) -> None:
    """From here on this process is killed when its parent ends; at once when that has happened already."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def forks_die_too() -> None:
    """Every process that this one forks from now on, and all that those fork, end with it."""
    os.register_at_fork(after_in_child=_after_fork)


def _after_fork() -> None:
    global _me
    parent, _me = _me, os.getpid()
    die_with(parent)


def adopt_orphans() -> None:
    """Processes whose parent has ended become children of this one, which can then end them."""
    if _prctl:
        _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
