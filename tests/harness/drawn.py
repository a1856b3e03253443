"""The forms of a page as a browser would send them: their inputs, with what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Drawn:
    """One form of a page: where it goes, how, and what it carries."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    # The names of the fields people write words in.
    words: set[str] = field(default_factory=set)
    # Where each button sends the same form instead.
    elsewhere: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the forms of a page, controls that name their form included."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Drawn] = []
        self.by_id: dict[str, Drawn] = {}
        self.late: list[tuple[str, str, str]] = []
        self.open: Drawn | None = None
        self.select: tuple[str, list[str]] | None = None
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "disabled" in has and tag != "option":
            return
        if tag == "form":
            self.open = Drawn(has.get("action") or self.path, has.get("method", "get").lower())
            self.forms.append(self.open)
            self.by_id[has.get("id", "")] = self.open
        elif tag == "input":
            self.input(has)
        elif tag == "select":
            self.select = has.get("name", ""), []
        elif tag == "option" and self.select and ("selected" in has or not self.select[1]):
            self.select = self.select[0], [has.get("value", "")]
        elif tag == "textarea":
            self.worded(has.get("name", ""))
            self.put(has, "")
        elif tag == "button" and self.open and has.get("formaction"):
            self.open.elsewhere.append(has["formaction"])

    def input(self, has: dict[str, str]) -> None:
        """What an input carries; a box that is not ticked carries nothing."""
        kind = has.get("type", "text")
        if kind == "text":
            self.worded(has.get("name", ""))
        if kind not in {"checkbox", "radio"} or "checked" in has:
            self.put(has, has.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select:
            self.put({"name": self.select[0]}, *self.select[1])
            self.select = None

    def worded(self, name: str) -> None:
        """Words are written here."""
        if name and self.open:
            self.open.words.add(name)

    def put(self, has: dict[str, str], *values: str) -> None:
        """Into the form it stands in or names."""
        name, form = has.get("name", ""), has.get("form", "")
        if form:
            self.late += [(form, name, value) for value in values]
        elif name and self.open:
            self.open.fields.setdefault(name, []).extend(values)


def forms_of(path: str, html: str) -> list[Drawn]:
    """Every form that sends something, once for each place a button of its sends it to."""
    reader = Reader(path)
    reader.feed(html)
    for form, name, value in reader.late:
        if form in reader.by_id:
            reader.by_id[form].fields.setdefault(name, []).append(value)
    return [
        Drawn(action, one.method, one.fields, one.words)
        for one in reader.forms
        if one.method == "post"
        for action in (one.action, *one.elsewhere)
    ]
