"""How many bytes the overview's own HTML and CSS are, compressed as a server or a proxy sends them."""

import gzip
from html.parser import HTMLParser

from tests.bench.measuring import Row, at_most, kilobytes
from tests.bench.server import Visitor

LIMIT = 60_000
LEVEL = 6
"""What proxies compress with unless told otherwise."""


class _StyleSheets(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "stylesheet" and given.get("href"):
            self.addresses.append(str(given["href"]))


def style_sheets_of(html: str) -> list[str]:
    """The addresses of a page's style sheets, in its order."""
    found = _StyleSheets()
    found.feed(html)
    return found.addresses


def rows(visitor: Visitor, address: str) -> list[Row]:
    page = visitor.ask(address, encoding="gzip")
    sent_compressed = page.headers.get("content-encoding") == "gzip"
    html = gzip.decompress(page.body) if sent_compressed else page.body
    html_bytes = len(gzip.compress(html, LEVEL))
    css_bytes = 0
    for sheet in style_sheets_of(html.decode()):
        answer = visitor.ask(sheet, encoding="gzip")
        if answer.status != 200:
            raise RuntimeError(f"{sheet}: {answer.status}")
        is_compressed = answer.headers.get("content-encoding") == "gzip"
        css_bytes += len(answer.body if is_compressed else gzip.compress(answer.body, LEVEL))
    total = html_bytes + css_bytes
    return [
        Row(
            "overview, HTML + CSS, gzip",
            kilobytes(total),
            beside=f"HTML {kilobytes(html_bytes)}, CSS {kilobytes(css_bytes)}",
            goal=f"≤ {LIMIT // 1000} KB",
            outcome=at_most(total, LIMIT),
        ),
        Row(
            "overview, HTML as this server sends it",
            kilobytes(len(page.body)),
            beside="gzip" if sent_compressed else "not compressed",
        ),
    ]
