"""Why an import or export stopped is read by each in their own language, whoever's file it was."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from crm.exchange import states
from crm.exchange.actions import jobs, lists, orders
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.saying import said, to_keep, worded
from crm.people.models import Membership, User
from tests import people
from tests.exchange.jobs import confirm, customer, upload, upload_sheet
from tests.people import NOW, Cast


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return people.make_cast()


def answer_to(user: User, job: ImportJob) -> HttpResponse:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/imports/{job.public_id}/")


def page_of(user: User, job: ImportJob) -> str:
    return unescape(answer_to(user, job).content.decode())


def refused_in(answer: Any) -> list[str]:
    """What the preview has to say about its rows."""
    lines = answer.context["preview"].page
    return [why for line in lines for cell in line.cells for why in cell.problems] + [
        why for line in lines for why in line.others
    ]


def speaks(user: User, language: str) -> None:
    user.language = language
    user.save()


def test_a_file_that_cannot_be_read_says_so_in_the_readers_language(cast: Cast) -> None:
    speaks(cast.chen, "en")
    speaks(cast.shen, "zh-hans")
    job = upload(cast.chen, b"PK\x03\x04 and no more", "floor.xlsx")
    assert job.state == states.UNREADABLE
    english, chinese = (worded_in(language, job.reason) for language in ("en", "zh-hans"))
    assert english.isascii()
    assert not chinese.isascii()
    assert english in page_of(cast.chen, job)
    assert english not in page_of(cast.shen, job)
    assert chinese in page_of(cast.shen, job)


def test_what_is_wrong_with_rows_is_said_in_the_readers_language(cast: Cast) -> None:
    speaks(cast.chen, "en")
    speaks(cast.shen, "zh-hans")
    job = upload_sheet(cast.chen, "Customers", [customer("N1", opened_at="tomorrow")])
    assert job.summary["refused"] == 1
    english, chinese = (refused_in(answer_to(one, job)) for one in (cast.chen, cast.shen))
    assert english
    assert all(why.isascii() for why in english)
    assert len(chinese) == len(english)
    assert not any(why.isascii() for why in chinese)


def test_the_words_of_whoever_returned_it_stand_in_a_translated_sentence(cast: Cast) -> None:
    people.make_card(cast.lin, level="B", card_no="K1")
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "level": "A"}]))
    with translation.override("zh-hant"):
        jobs.return_import(job, by=cast.shen, version=job.version, comment="100% 级别不对", now=NOW)
    job.refresh_from_db()
    assert worded_in("en", job.reason) == f"Returned by {cast.shen.name}: 100% 级别不对"


def test_an_export_whose_right_has_ended_says_so_to_each(cast: Cast) -> None:
    people.make_card(cast.lin)
    job = orders.ask_export("customers", "", by=cast.chen, purpose="试驾", unmasked=False, now=NOW)
    Membership.objects.filter(user=cast.chen).delete()
    assert lists.write_export(job.pk, now=NOW)
    kept = ExportJob.objects.get()
    assert kept.state == states.FAILED
    assert worded_in("en", kept.reason) == "The right to this list has ended."
    assert worded_in("zh-hans", kept.reason) != worded_in("en", kept.reason)


def worded_in(language: str, kept: str) -> str:
    with translation.override(language):
        return str(worded(kept))


@pytest.mark.parametrize("text", ["", "文件已损坏。", '{"say": 1', '{"say":{}}', '{"say": 5}'])
def test_what_an_earlier_release_kept_stays_as_it_is(text: str) -> None:
    assert to_keep(text) == text
    assert worded(text) == text


def test_a_sentence_within_a_sentence_is_worded_whole() -> None:
    with translation.override("zh-hans"):
        inner = said("The file is larger than %(most)d MB.") % {"most": 20}
        kept = to_keep(said("%(sheet)s: %(why)s") % {"sheet": "客户", "why": inner})
    assert worded_in("en", kept) == "客户: The file is larger than 20 MB."
