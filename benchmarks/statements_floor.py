"""The floor of row 13: bare RQ jobs that draw a statement of twelve rows with ReportLab and mail it by smtplib.

    python -m benchmarks.statements_floor REDIS_URL QUEUE WORKERS

Everything is imported, and the font is known, before the workers are forked.
"""

import smtplib
import sys
from email.message import EmailMessage
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from benchmarks import mails_floor
from benchmarks.pdf_floor import FONTS, WEIGHTS

HEADINGS = ("Date", "Entry", "Details", "Amount", "Payments", "Balance")


def send(port: int, number: int, rows: int) -> None:
    """The job."""
    message = EmailMessage()
    message["From"] = "Aozora Trading <admin@example.com>"
    message["To"] = f"customer{number}@example.com"
    message["Subject"] = f"Statement of customer {number}"
    message.set_content("Dear customer,\n\nattached is your statement of account.\n")
    message.add_alternative(
        "<p>Dear customer,</p><p>attached is your statement of account.</p>", subtype="html"
    )
    message.add_attachment(pdf(number, rows), maintype="application", subtype="pdf", filename="statement.pdf")
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as smtp:
        smtp.send_message(message)


def pdf(number: int, rows: int) -> bytes:
    """A statement with that many rows."""
    style = ParagraphStyle("text", fontName=WEIGHTS[0], fontSize=9)
    lines = [("2026-11-01", "Invoice", f"INV-{n}", "1,100", "", f"{1100 * n:,}") for n in range(1, rows + 1)]
    table = Table([HEADINGS, *lines], repeatRows=1)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, 0), WEIGHTS[1], 9),
            ("FONT", (0, 1), (-1, -1), WEIGHTS[0], 9),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.grey),
        ]
    )
    made = BytesIO()
    head = [Paragraph(text, style) for text in ("Aozora Trading", f"Customer {number}", "Statement")]
    SimpleDocTemplate(made, pagesize=A4).build([*head, Spacer(1, 12), table])
    return made.getvalue()


if __name__ == "__main__":
    for weight in WEIGHTS:
        pdfmetrics.registerFont(ttfonts.TTFont(weight, FONTS / f"{weight}.ttf"))
    mails_floor.main(*sys.argv[1:4])
