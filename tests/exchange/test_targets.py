"""Targets brought in from a file and taken out as one (KP-13)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.exchange.queues.columns import Asked
from crm.exchange.queues.listings import LISTS
from crm.people.models import User
from crm.records.models import AuditEvent
from crm.reports.actions import set_target
from crm.reports.models import Target
from tests.people import NOW, Cast, make_cast

HEAD = "Key,Store code,Team,Username,From month,Target\n"
OPEN, SAVE = reverse("exchange:open_targets"), reverse("exchange:import_targets")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield make_cast()


def browser(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    User.objects.filter(pk=person.pk).update(language="en")
    return client


def opened(client: Client, text: str | bytes, name: str = "targets.csv") -> HttpResponse:
    data = text.encode() if isinstance(text, str) else text
    answer = client.post(OPEN, {"file": SimpleUploadedFile(name, data)})
    assert isinstance(answer, HttpResponse)
    return answer


def confirm(client: Client, page: HttpResponse, **more: str) -> HttpResponse:
    sealed = re.search(r'name="rows" value="([^"]+)"', page.content.decode())
    assert sealed
    answer = client.post(SAVE, {"rows": sealed[1], "request_id": "t" * 22, **more})
    assert isinstance(answer, HttpResponse)
    return answer


def aim(cast: Cast, value: str) -> None:
    """What Shen set by hand for the store in March."""
    said = Decimal(value)
    set_target("nps", store=cast.pudong, month=NOW.date(), value=said, by=cast.shen, now=NOW)


def test_shen_sets_the_targets_of_store_team_and_person_from_a_file(cast: Cast) -> None:
    aim(cast, "30")
    aim(cast, "40")
    shen = browser(cast.shen)
    lines = "nps,SH01,,,2026-03,45\nresponse_rate,SH01,一组,,2026/4,80%\n"
    lines += "on_time_rate,,,lin,2026年4月,95.5\n"
    page = opened(shen, HEAD + lines)
    assert "was 40" in page.content.decode()
    assert Target.objects.count() == 2  # nothing before the confirmation
    for _press in range(2):
        assert confirm(shen, page).status_code == 302
    found = {row.key: row for row in Target.objects.order_by("id")[2:]}
    assert {key: str(row.value) for key, row in found.items()} == {
        "nps": "45.0",
        "response_rate": "80.0",
        "on_time_rate": "95.5",
    }
    assert (found["response_rate"].team, found["on_time_rate"].person) == (cast.team_one, cast.lin)
    assert Target.objects.count() == 5  # those before stay as the history
    event = AuditEvent.objects.get(action="exchange.import_targets")
    assert (event.actor, event.after["rows"]) == (cast.shen, 3)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no_such,SH01,,,2026-03,45", "No figure is called so."),
        ("nps,BJ01,,,2026-03,45", "You set no targets for this."),
        ("nps,,,,2026-03,45", "You set no targets for this."),
        ("nps,SH01,没有这组,,2026-03,45", "You set no targets for this."),
        ("nps,,,otto,2026-03,45", "You set no targets for this."),
        ("nps,SH01,一组,lin,2026-03,45", "Name a team or a person, not both."),
        ("nps,BJ01,,lin,2026-03,45", "This person sells in another store."),
        ("nps,SH01,,,soon,45", "Write the month like 2026-03."),
        ("nps,SH01,,,1999-03,45", "Periods lie between 2001 and 2099."),
        ("nps,SH01,,,2026-03,much", "Write a number."),
        ("nps,SH01,,,2026-03,1e30", "Write a number."),
        ("nps,SH01,,,2026-03,NaN", "At most one decimal."),
        ("response_rate,SH01,,,2026-03,101", "From 0 to 100."),
        ("response_rate,SH01,,,2026-03,0.9", "Write 90 for 90 %."),
        ("nps,SH01,,,2026-03,45.25", "At most one decimal."),
    ],
)
def test_every_bad_cell_is_named_and_its_row_left_out_if_chosen(
    cast: Cast, line: str, why: str
) -> None:
    shen = browser(cast.shen)
    page = opened(shen, f"{HEAD}{line}\nresponse_rate,SH01,,,2026-03,70\n")
    assert page.status_code == 200
    assert why in page.content.decode()
    refused = confirm(shen, page)
    assert refused.status_code == 409
    assert "Some rows are refused" in refused.content.decode()
    assert not Target.objects.exists()
    assert confirm(shen, page, skip_invalid="on").status_code == 302
    assert Target.objects.get().key == "response_rate"


def test_the_same_target_twice_in_a_file_is_refused(cast: Cast) -> None:
    row = "nps,SH01,,,2026-03,45\n"
    page = opened(browser(cast.shen), HEAD + row + row)
    assert "Row 2 says it already." in page.content.decode()


def test_what_another_set_since_the_preview_is_not_overwritten(cast: Cast) -> None:
    shen = browser(cast.shen)
    page = opened(shen, HEAD + "nps,SH01,,,2026-03,45\n")
    aim(cast, "50")
    again = confirm(shen, page)
    assert again.status_code == 409
    assert "was 50" in again.content.decode()
    assert Target.objects.count() == 1
    assert confirm(shen, again, request_id="u" * 22).status_code == 302
    assert Target.objects.count() == 2


def test_the_preview_of_one_person_is_confirmed_by_nobody_else(cast: Cast) -> None:
    page = opened(browser(cast.bai), HEAD + "nps,,,,2026-03,45\n")
    assert confirm(browser(cast.shen), page).status_code == 302
    assert not Target.objects.exists()
    for person in (cast.chen, cast.xu):
        assert opened(browser(person), HEAD).status_code == 403


def test_what_is_taken_out_says_nothing_new_when_it_comes_back(cast: Cast, tmp_path: Path) -> None:
    aim(cast, "45")
    said = Decimal("62.5")
    one = {"store": cast.pudong, "by": cast.shen, "now": NOW, "month": NOW.date()}
    set_target("response_rate", person=cast.lin, value=said, **one)
    shen = browser(cast.shen)
    answer = shen.post(reverse("exchange:take_targets"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == ["nps", rows[1][1], "SH01", "", "", "2026-03", "45"]
    back = opened(shen, answer.content).content.decode()
    assert "The file says what stands already." in back
    assert AuditEvent.objects.filter(action="exchange.take_targets").count() == 1
    sheet = LISTS["targets"]
    lines = list(sheet.lines(Asked(cast.shen, {}, NOW), 10))
    path = tmp_path / "targets.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("目标")
        page.write(0, 0, "EX-1 · 沈")  # the ledger's watermark stands above the header
        for at, line in enumerate([[str(one.label) for one in sheet.columns], *lines], start=1):
            page.write_row(at, 0, line)
    assert (
        "The file says what stands already."
        in opened(shen, path.read_bytes(), "a.xlsx").content.decode()
    )


def test_an_empty_target_takes_it_back(cast: Cast) -> None:
    aim(cast, "45")
    shen = browser(cast.shen)
    assert confirm(shen, opened(shen, HEAD + "nps,SH01,,,2026-03,\n")).status_code == 302
    assert Target.objects.latest("id").value is None


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", b"name,phone\nx,1\n", "No header was found"),
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"PK\x03\x04 broken", "cut off"),
        ("a.csv", (HEAD + "nps,,,,2026-03,1\n" * 2100).encode(), "rows"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    cast: Cast, name: str, data: bytes, why: str
) -> None:
    page = opened(browser(cast.shen), data, name)
    assert page.status_code == 422
    assert why in page.content.decode()
