"""How gunicorn serves the application: threads in a few processes, forked from one that has imported it.

GUNICORN_CMD_ARGS takes precedence over what stands here, for example `--access-logfile -`.
"""

import gc
import os

from gunicorn.arbiter import Arbiter

from bin.lifeline import forks_die_too
from config import Settings

settings = Settings.from_environment()

bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
workers = settings.web_workers
worker_class = "gthread"
threads = 4

# Imported once, before the fork: half the memory, and a worker that died is back within milliseconds.
preload_app = True

timeout = 60
graceful_timeout = 3
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # its heartbeat is a file: not on a disk
control_socket_disable = True
loglevel = "warning"


def on_starting(server: Arbiter) -> None:
    """The workers are killed when this process is, and so is what they fork."""
    forks_die_too()


def when_ready(server: Arbiter) -> None:
    """What exists now is shared with the workers; the collector would copy it by touching it."""
    gc.collect()
    gc.freeze()
