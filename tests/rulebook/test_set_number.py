"""Numbers are rows a manager edits: who sets which, within what, what the trail keeps (OT-04)."""

from __future__ import annotations

import dataclasses
import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crm.people.models import Store, User
from crm.records.models import AuditEvent
from crm.records.states import Stale
from crm.rulebook import actions
from crm.rulebook.lines import LINES, TEXT, TOPIC_OF, TOPICS
from crm.rulebook.models import Number
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import numbers_for
from crm.ui.forms import MOST_FILES
from tests.people import NOW, Cast
from tests.reports.conftest import SignIn

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rulebook.md"


def put(
    key: str, value: str | None, by: User, store: Store | None = None, version: int = 1
) -> None:
    actions.set_number(key, value, store=store, by=by, version=version, now=NOW)


def post(client: Client, place: str, key: str, **body: str) -> object:
    url = reverse("rulebook:set_number", args=[place, key])
    return client.post(url, {"version": "1", "request_id": str(uuid.uuid4()), **body})


def test_a_stores_own_goes_before_that_for_all_and_can_be_put_back(cast: Cast) -> None:
    put("cycle_days_h", "4", cast.bai)
    put("cycle_days_h", "3", cast.shen, cast.pudong)
    assert numbers_for(cast.pudong.pk).cycle_days_h == 3
    assert numbers_for(cast.chaoyang.pk).cycle_days_h == 4
    put("cycle_days_h", None, cast.shen, cast.pudong, version=2)
    assert numbers_for(cast.pudong.pk).cycle_days_h == 4
    put("cycle_days_h", None, cast.bai, version=2)
    assert numbers_for(cast.pudong.pk).cycle_days_h == Numbers().cycle_days_h


def test_the_trail_keeps_who_set_what_from_what(cast: Cast) -> None:
    put("visits_a_day", "25", cast.shen, cast.pudong)
    put("visits_a_day", "20", cast.shen, cast.pudong, version=2)
    event = AuditEvent.objects.filter(action="rulebook.set_number").latest("id")
    assert (event.actor, event.store) == (cast.shen, cast.pudong)
    assert (event.before["value"], event.after["value"]) == ("25", "20")
    row = Number.objects.get()
    assert (row.set_by, row.set_at, row.version) == (cast.shen, NOW, 3)


@pytest.mark.parametrize(
    ("who", "key", "where", "may"),
    [
        ("shen", "cycle_days_h", "pudong", True),
        ("shen", "cycle_days_h", "chaoyang", False),
        ("shen", "cycle_days_h", "", False),
        ("shen", "complaint_resolution_working_days", "pudong", False),
        ("adele", "cycle_days_h", "", True),
        ("adele", "reveals_a_day", "", False),
        ("bai", "reveals_a_day", "", True),
        ("bai", "authority_manager_yuan", "pudong", True),
        ("bai", "visit_assign_ahead_days", "pudong", False),
        ("pan", "reveals_a_day", "", False),
        ("chen", "cycle_days_h", "pudong", False),
    ],
)
def test_who_sets_which_number_where(cast: Cast, who: str, key: str, where: str, may: bool) -> None:
    """A store's manager sets none of those by which managers are measured or bound."""
    store = getattr(cast, where) if where else None
    value = str(getattr(Numbers, key))
    if may:
        put(key, value, getattr(cast, who), store)
    else:
        with pytest.raises(PermissionDenied):
            put(key, value, getattr(cast, who), store)
    assert Number.objects.exists() == may


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("attachments_at_most", "21"),
        ("attachment_megabytes", "11"),
        ("quiet_from", "22:30"),
        ("quiet_until", "07:30"),
        ("quiet_from", "25:00"),
        ("calling_from", "9:00"),
        ("cycle_days_h", "0"),
        ("cycle_days_h", "-3"),
        ("cycle_days_h", "1e3"),
        ("cycle_days_h", "３"),
        ("cycle_days_h", "9" * 30),
        ("cycle_days_h", "3\x00"),
        ("quality_department", ""),
    ],
)
def test_a_value_outside_its_bounds_is_refused(cast: Cast, key: str, value: str) -> None:
    with pytest.raises(ValidationError, match="value"):
        put(key, value, cast.bai)
    assert not Number.objects.exists()


def test_a_number_cannot_contradict_its_neighbours_in_any_store(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="H 级"):
        put("cycle_days_h", "9", cast.bai)
    put("cycle_days_a", "10", cast.shen, cast.pudong)
    with pytest.raises(ValidationError, match="A 级"):
        put("cycle_days_b", "9", cast.bai)
    assert Number.objects.get().value == "10"


def test_whoever_comes_second_sees_both_texts(cast: Cast, sign_in: SignIn) -> None:
    put("visits_a_day", "25", cast.shen, cast.pudong)
    with pytest.raises(Stale):
        put("visits_a_day", "28", cast.bai, cast.pudong)
    page = post(sign_in(cast.bai), cast.pudong.public_id, "visits_a_day", value="28")
    assert page.status_code == 409  # type: ignore[attr-defined]
    words = page.content.decode()  # type: ignore[attr-defined]
    assert "25" in words
    assert "28" in words
    assert cast.shen.name in words


def test_a_form_sent_twice_counts_once(cast: Cast, sign_in: SignIn) -> None:
    client, once = sign_in(cast.bai), str(uuid.uuid4())
    for _copy in range(2):
        sent = post(client, "all", "visits_a_day", value="25", request_id=once)
        assert sent.status_code == 302  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="rulebook.set_number").count() == 1


def test_what_was_typed_wrong_stays_in_the_field(cast: Cast, sign_in: SignIn) -> None:
    page = post(sign_in(cast.bai), "all", "visits_a_day", value="2000")
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert 'value="2000"' in page.content.decode()  # type: ignore[attr-defined]


def test_a_time_and_a_name_are_set_and_put_back_by_their_forms(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.bai)
    post(client, "all", "quiet_from", value="21:30")
    post(client, "all", "quality_department", value="品质部")
    found = numbers_for(cast.pudong.pk)
    assert (found.quiet_from, found.quality_department) == ("21:30", "品质部")
    post(client, "all", "quiet_from", then="default", version="2")
    assert numbers_for(cast.pudong.pk).quiet_from == "22:00"


def test_the_list_says_what_is_in_force_at_a_store_and_who_set_it(
    cast: Cast, sign_in: SignIn
) -> None:
    put("visits_a_day", "25", cast.shen, cast.pudong)
    page, topic = reverse("rulebook:numbers"), {"topic": TOPIC_OF["visits_a_day"].key}
    own = sign_in(cast.shen).get(page, topic).content.decode()
    assert re.search(r"25 (visits|次回访)", own)
    assert cast.shen.name in own
    others = sign_in(cast.bai).get(page, topic).content.decode()
    assert not re.search(r"25 (visits|次回访)", others)


def test_every_number_stands_on_the_page_of_its_topic(cast: Cast, sign_in: SignIn) -> None:
    client, page = sign_in(cast.bai), reverse("rulebook:numbers")
    for topic in TOPICS:
        shown = client.get(page, {"topic": topic.key}).content.decode()
        for key, other in TOPIC_OF.items():
            url = reverse("rulebook:number", args=["all", key])
            assert (url in shown) == (other == topic), (topic.key, key)
    assert client.get(page, {"topic": "none\x00such"}).status_code == 200


def test_another_stores_numbers_are_not_there_for_its_neighbours_manager(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.shen)
    url = reverse("rulebook:number", args=[cast.chaoyang.public_id, "visits_a_day"])
    assert client.get(url).status_code == 404
    for key in ("no_such_number", "version"):
        assert client.get(reverse("rulebook:number", args=["all", key])).status_code == 404


def test_every_number_has_its_line_with_a_default_within_its_bounds() -> None:
    defaults = {field.name: field.default for field in dataclasses.fields(Numbers)}
    assert defaults.keys() == LINES.keys()
    for key, line in LINES.items():
        assert line.takes(str(defaults[key])), key


def test_no_number_reaches_beyond_what_a_request_may_bring() -> None:
    files, size = int(LINES["attachments_at_most"].most), int(LINES["attachment_megabytes"].most)
    assert files <= min(MOST_FILES, settings.DATA_UPLOAD_MAX_NUMBER_FILES)
    assert files * size * 1024 * 1024 <= settings.REQUEST_AT_MOST


def test_every_number_stands_in_the_rulebooks_table() -> None:
    """By its name, or by the id it shares with others of its line."""
    table = DOCS.read_text().split("## Numbers")[1].split("\n## ")[0]
    ids = ids_in(table)
    assert not [
        key for key, line in LINES.items() if f"`{key}`" not in table and line.rule not in ids
    ]


def ids_in(table: str) -> set[str]:
    """The ids of the table's first column, those between two as well."""
    found: set[str] = set()
    for cell in re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE):
        ends = re.findall(r"[A-Z]+-?\d+", cell)
        found |= set(ends)
        if "…" in cell:
            first, last = (int(one.rpartition("-")[2]) for one in ends)
            found |= {f"N-{number:02d}" for number in range(first, last)}
    return found


def test_texts_are_told_by_their_length() -> None:
    line = LINES["quality_department"]
    assert line.unit is TEXT
    assert not line.takes("质" * 41)
