"""What tests of imports do again and again: upload, choose, look through, carry out."""

from io import BytesIO
from typing import Any

from domain import outbox
from domain.db import db
from jobs import dispatch
from tests.pages import Page, see, send


def upload(client: Any, module: str, content: bytes, name: str = "file.csv", status: int = 303) -> Any:
    """Send a file; gives the import's address, or the page that refuses."""
    form = see(client, f"/{module}/import").form()
    form["file"] = (BytesIO(content), name)
    response = send(client, f"/{module}/import", form, status, content_type="multipart/form-data")
    return response.location if status == 303 else Page(response)


def look_through(client: Any, module: str, content: bytes, name: str = "file.csv", **changes: Any) -> str:
    """As far as the page that says what would happen; gives its address."""
    address: str = upload(client, module, content, name)
    send(client, f"{address}/mapping", see(client, address).form("form", **changes))
    work()
    return address


def bring(client: Any, module: str, content: bytes, name: str = "file.csv", **changes: Any) -> str:
    """From the upload to the result; gives its address."""
    address = look_through(client, module, content, name, **changes)
    send(client, f"{address}/run", {})
    work()
    return address


def work() -> int:
    """Do everything that is due, as a worker would; gives the number of jobs."""
    db.session.commit()
    done = 0
    while rows := outbox.due():
        for row in rows:
            dispatch.perform(row.id)
            done += 1
    db.session.expire_all()
    return done


def figures(page: Page) -> dict[str, int]:
    """The counts of the band that are not 0, by their words."""
    numbers = {each.text_content(): each.getnext().text_content().strip() for each in page.all("//dl//dt")}
    return {words: int(number.replace(",", "")) for words, number in numbers.items() if number != "0"}
