"""`manage.py kpi` says what it cannot read, and prints a table for people."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from tests.people import NOW, Cast, make_card, make_contact

WEEK = ("--from", "2026-03-09", "--to", "2026-03-15")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-03-15", "--to", "2026-03-09"),
        ("--from", "yesterday", "--to", "2026-03-09"),
        ("--from", "0001-01-01", "--to", "2026-03-09"),
        (*WEEK, "--store", "XX99"),
        (*WEEK, "--team", "SH01"),
        (*WEEK, "--team", "SH01/九组"),
        (*WEEK, "--person", "nobody"),
    ],
)
def test_what_cannot_be_read_is_named(cast: Cast, arguments: tuple[str, ...]) -> None:
    assert cast.lin
    with pytest.raises(CommandError, match=r"\w"):
        call_command("kpi", *arguments, stdout=io.StringIO())


def test_the_table_has_a_line_for_every_figure(cast: Cast) -> None:
    make_contact(make_card(cast.lin), NOW - dt.timedelta(hours=1))
    out = io.StringIO()
    call_command("kpi", *WEEK, "--by", "team", stdout=out)
    text = out.getvalue()
    assert "SH01/一组" in text
    assert text.count("response_rate ") == 1 + 4
    assert "1 /" in text


def test_a_scope_and_another_cannot_be_asked_at_once(cast: Cast) -> None:
    assert cast.lin
    with pytest.raises(CommandError):
        call_command("kpi", *WEEK, "--store", "SH01", "--person", "lin", stdout=io.StringIO())
