"""What a reader sees on a page: its links with their words, and the lines of its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit


def bare(text: object) -> str:
    """Without the blanks a layout brings."""
    return re.sub(r"\s+", "", str(text))


@dataclass
class Link:
    """A link with the words in it; `css` tells a tile from a number in a table."""

    href: str
    css: str
    words: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.href).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.href).query))


@dataclass
class Page(HTMLParser):
    """The links and the table lines of a page, each cell without blanks."""

    html: str
    links: list[Link] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    _link: Link | None = None
    _in_hint: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._link = Link(has.get("href", ""), has.get("class", ""))
            self.links.append(self._link)
        elif tag == "title":  # what a mark of a chart says when it is pointed at
            self._in_hint = True
        elif tag == "tr":
            self.lines.append([])
        elif tag in {"td", "th"} and self.lines:
            self.lines[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        elif tag == "title":
            self._in_hint = False

    def handle_data(self, data: str) -> None:
        if self._in_hint:
            return
        if self._link:
            self._link.words += bare(data)
        if self.lines and self.lines[-1]:
            self.lines[-1][-1] += bare(data)

    def line(self, head: object) -> list[str]:
        """The line that begins with that head."""
        return next(one for one in self.lines if one and one[0] == bare(head))
