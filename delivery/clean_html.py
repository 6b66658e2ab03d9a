"""What somebody typed or pasted, made fit to be mailed and shown: allowed elements only, and plain text."""

import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import nh3

from domain.errors import Refused
from domain.mail_contents import Body
from domain.words import _

_TAGS = {
    *("p", "br", "div", "span", "blockquote", "hr", "h1", "h2", "h3", "h4", "pre", "code"),
    *("a", "b", "strong", "i", "em", "u", "s", "sub", "sup"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_SCHEMES = {"http", "https", "mailto", "tel"}

_LONGEST = 200_000
"""So much markup is read; what is longer was pasted, and is no letter."""

_LINK = re.compile(r"https?://[^\s<>\"'、。，．（）「」『』【】]+[^\s<>\"'、。，．（）「」『』【】.,;:!?)\]]")


def body_of_html(markup: str) -> Body:
    """The body of a mail from rich text: cleaned, and as plain text."""
    if len(markup) > _LONGEST:
        raise Refused(body=_("This message has too much formatting. Please simplify it."))
    cleaned = clean(markup).replace("<p></p>", "")  # where a list was begun in a paragraph
    return Body(cleaned, text_from(cleaned))


def body_of(text: str, bold: Sequence[str] = ()) -> Body:
    """The body of a mail from plain text: empty lines part paragraphs, addresses of pages become links.

    What stands in `bold`, longest first, is set in bold wherever it stands: the people whom a comment mentions.
    """
    text = "\n".join(
        line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).strip()
    paragraphs = re.split(r"\n{2,}", text) if text else []
    return Body("".join(f"<p>{_paragraph(paragraph, bold)}</p>" for paragraph in paragraphs), text)


def clean(markup: str) -> str:
    """The HTML without anything that acts or loads, and with links to whole addresses only."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_only_whole_addresses,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def _only_whole_addresses(_tag: str, attribute: str, value: str) -> str | None:
    """A relative link leads nowhere in a mail, and `//host` leads where nobody looks."""
    if attribute == "href" and value.partition(":")[0].strip().lower() not in _SCHEMES:
        return None
    return value


def _paragraph(text: str, bold: Sequence[str]) -> str:
    parts, end = [], 0
    marked = re.compile("|".join([f"({_LINK.pattern})", *map(re.escape, bold)]))
    for found in marked.finditer(text):
        mark = _anchor(found[0]) if found[1] else f"<b>{html.escape(found[0], quote=False)}</b>"
        parts += [html.escape(text[end : found.start()], quote=False), mark]
        end = found.end()
    return "".join([*parts, html.escape(text[end:], quote=False)]).replace("\n", "<br>")


def _anchor(address: str) -> str:
    shown = html.escape(address)
    return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>'


# --- HTML to text -------------------------------------------------------------------------------------------

_APART = {"p", "blockquote", "h1", "h2", "h3", "h4", "ul", "ol", "table", "pre", "hr"}
_OWN_LINE = {"div", "li", "tr", "br"}


def text_from(markup: str) -> str:
    """What the HTML says, for those who read mail as text; links show where they lead."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects the words, and an empty line or a new one where the page has one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._link = ""
        self._said = ""
        self._preformatted = 0

    def text(self) -> str:
        """All of it, without spaces at the ends of lines and with at most one empty line in a row."""
        lines = [line.strip(" \t") for line in "".join(self._parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begins a line, an entry or a link."""
        self._break(tag)
        self._preformatted += tag == "pre"
        if tag == "li":
            self._parts.append("- ")
        if tag in ("td", "th"):
            self._parts.append(" ")
        if tag == "a":
            self._link, self._said = dict(attributes).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        """Ends a line; after a link, where it leads, unless it says so itself."""
        if tag == "a" and self._link:
            target = self._link.removeprefix("mailto:").removeprefix("tel:")
            if target.rstrip("/") != self._said.strip().rstrip("/"):
                self._parts.append(f" ({target})")
            self._link = ""
        self._preformatted -= tag == "pre"
        if tag != "br":
            self._break(tag)

    def handle_data(self, data: str) -> None:
        """Words; between them one space, as a browser shows it."""
        if not self._preformatted:
            data = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._parts.append(data)
        self._said += data

    def _break(self, tag: str) -> None:
        if tag in _APART:
            self._parts.append("\n\n")
        elif tag == "br" or (tag in _OWN_LINE and not "".join(self._parts[-1:]).endswith("\n")):
            self._parts.append("\n")
