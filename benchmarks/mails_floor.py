"""The floor of row 12: bare RQ jobs that read a PDF, put it into a mail and hand that to a server by smtplib.

    python -m benchmarks.mails_floor REDIS_URL QUEUE WORKERS [SimpleWorker]

Everything is imported before the workers are forked. RQ's usual worker forks once more for each job.
"""

import os
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

import rq
from redis import Redis

from bin.lifeline import forks_die_too


def send(port: int, number: int, pdf: str) -> None:
    """The job."""
    message = EmailMessage()
    message["From"] = "Aozora Trading <admin@example.com>"
    message["To"] = f"customer{number}@example.com"
    message["Subject"] = f"Invoice {number}"
    message.set_content(f"Dear customer,\n\nplease find invoice {number} attached.\n")
    message.add_alternative(
        f"<p>Dear customer,</p><p>please find invoice {number} attached.</p>", subtype="html"
    )
    message.add_attachment(
        Path(pdf).read_bytes(), maintype="application", subtype="pdf", filename=f"invoice-{number}.pdf"
    )
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as smtp:
        smtp.send_message(message)


def main(url: str, queue: str, workers: str, kind: str = "Worker") -> None:
    """Some workers, until they are killed."""
    forks_die_too()
    for _ in range(int(workers) - 1):
        if os.fork() == 0:
            break
    worker = getattr(rq, kind)([queue], connection=Redis.from_url(url), log_job_description=False)
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
