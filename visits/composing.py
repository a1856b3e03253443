"""Writing a version's questions: sections and questions put, moved, taken out (RV-31). Pure.

A body is what `visits/questions.py` describes. Nothing here changes the body it is given; what
is not there raises LookupError, what does not fit any more ValueError("full").
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

UP, DOWN, REMOVE = "up", "down", "remove"
ARRANGEMENTS = (UP, DOWN, REMOVE)
SECTIONS_AT_MOST, QUESTIONS_AT_MOST, OPTIONS_AT_MOST = 20, 60, 20

Body = Mapping[str, Any]
Part = dict[str, Any]


def put_section(body: Body, section: Part) -> Part:
    """Give a section its title; one without a known key is added at the end."""
    made = _copy(body)
    found = _find(made["sections"], section["key"])
    if found is not None:
        found["title"] = dict(section["title"])
        return made
    if len(made["sections"]) >= SECTIONS_AT_MOST:
        raise ValueError("full")
    made["sections"].append({**copy.deepcopy(section), "questions": section.get("questions", [])})
    return made


def put_question(body: Body, question: Part, section: str) -> Part:
    """Write a question in a section: in its place, or at the end where it comes anew."""
    made = _copy(body)
    home = _section(made, section)
    old = next((one for one in made["sections"] if _find(one["questions"], question["key"])), None)
    if old is None and sum(1 for _one in questions_in(made)) >= QUESTIONS_AT_MOST:
        raise ValueError("full")
    if old is home:
        home["questions"][_place(home["questions"], question["key"])] = copy.deepcopy(question)
        return made
    if old is not None:
        del old["questions"][_place(old["questions"], question["key"])]
    home["questions"].append(copy.deepcopy(question))
    return made


def put_ready(body: Body, section: Part) -> Part:
    """Add a ready section, without the questions that are asked already."""
    known = {one["key"] for one in questions_in(body)}
    fresh = [copy.deepcopy(one) for one in section["questions"] if one["key"] not in known]
    if len(known) + len(fresh) > QUESTIONS_AT_MOST:
        raise ValueError("full")
    made = _copy(body)
    keys = {one["key"] for one in made["sections"]}
    key = section["key"] if section["key"] not in keys else new_key(section["key"], keys)
    return put_section(made, {**section, "key": key, "questions": fresh})


def arrange_section(body: Body, key: str, how: str) -> Part:
    """Move a section up or down, or take it out with its questions."""
    made = _copy(body)
    _arrange(made["sections"], key, how)
    return made


def arrange_question(body: Body, key: str, how: str) -> Part:
    """Move a question up or down, into the neighbouring section at the edge, or take it out."""
    made = _copy(body)
    sections = made["sections"]
    at = next((n for n, one in enumerate(sections) if _find(one["questions"], key)), None)
    if at is None:
        raise LookupError(key)
    rows = sections[at]["questions"]
    place = _place(rows, key)
    if how == UP and place == 0 and at > 0:
        sections[at - 1]["questions"].append(rows.pop(place))
    elif how == DOWN and place == len(rows) - 1 and at < len(sections) - 1:
        sections[at + 1]["questions"].insert(0, rows.pop(place))
    else:
        _arrange(rows, key, how)
    return made


def questions_in(body: Body) -> Iterator[Part]:
    """All questions of a body in order."""
    return (one for section in body.get("sections", ()) for one in section["questions"])


def new_key(prefix: str, taken: Iterable[str]) -> str:
    """A key nobody has or had: answers of an older version must not be taken for another's."""
    known = set(taken)
    number = 1
    while f"{prefix}_{number}" in known:
        number += 1
    return f"{prefix}_{number}"


def _copy(body: Body) -> Part:
    made = copy.deepcopy(dict(body))
    made.setdefault("sections", [])
    return made


def _find(rows: Iterable[Part], key: str) -> Part | None:
    return next((one for one in rows if one["key"] == key), None)


def _section(body: Part, key: str) -> Part:
    found = _find(body["sections"], key)
    if found is None:
        raise LookupError(key)
    return found


def _place(rows: list[Part], key: str) -> int:
    for place, one in enumerate(rows):
        if one["key"] == key:
            return place
    raise LookupError(key)


def _arrange(rows: list[Part], key: str, how: str) -> None:
    place = _place(rows, key)
    one = rows.pop(place)
    if how != REMOVE:
        rows.insert(max(place + (-1 if how == UP else 1), 0), one)
