"""The method page: docs/method.md as it stands beside the code, with the thresholds of the chosen plan."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from reports.selection import choose


def method(request: HttpRequest) -> HttpResponse:
    source = Path(settings.BASE_DIR) / "docs" / "method.md"
    text = method_html(source, source.stat().st_mtime_ns) if source.is_file() else None
    return render(request, "reports/method.html", {"chosen": choose(request), "text": text})


@lru_cache(maxsize=2)
def method_html(source: Path, changed_at: int) -> SafeString:
    """The page's text as HTML, made again when the file has changed; HTML inside the source stays text.

    The page has its own heading of the first level, so that of the source is left out.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(source.read_text(encoding="utf-8"))
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        # Alignment of table cells comes as an inline style, which the content policy refuses.
        if "style" in token.attrs:
            is_right = "right" in str(token.attrs.pop("style"))
            if is_right:
                token.attrSet("class", "num")
    return SafeString(reader.renderer.render(tokens, reader.options, {}))  # our own document, rendered with html off
