"""The mail catcher: takes every message that the product sends, to be read in the browser.

`python -m bin.catcher FD DIRECTORY`: a listening socket that it inherits, and the Maildir.
"""

import asyncio
import logging
import signal
import socket
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from bin.lifeline import forks_die_too

LARGEST = 50 * 1024 * 1024
"""Bytes of one message: what the larger public mail services take."""


async def catch(listener: socket.socket, directory: str) -> None:
    """Takes messages until SIGTERM."""
    handler = Mailbox(Path(directory))
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    protocol = lambda: SMTP(handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost")  # noqa: E731
    async with await loop.create_server(protocol, sock=listener):
        await ended.wait()


def main(descriptor: str, directory: str) -> None:
    """Takes messages that come in at that socket."""
    forks_die_too()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(catch(socket.socket(fileno=int(descriptor)), directory))


if __name__ == "__main__":
    main(*sys.argv[1:])
