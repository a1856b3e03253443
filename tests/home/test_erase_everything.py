"""Words planted in every column of one customer are nowhere once the customer was erased (D48)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client, TestCase
from django.urls import reverse

from crm.customers.models import Card
from crm.exchange.actions import jobs, working
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.kept import Kept
from crm.home.actions import erasures as actions
from crm.home.models import Erasure
from crm.home.queues.erasures import TABLES
from crm.notices import actions as notices
from crm.notices.models import About
from crm.records.audit import check, record, seal_trail
from crm.records.models import AuditEvent, AuditWords, Draft
from tests import people
from tests.exchange.jobs import upload
from tests.home.erasing import CANARY, everywhere, is_wordy, plant
from tests.people import NOW, Cast
from tests.permissions.floor import make_export, make_import

BODY = {"feedback": f"{CANARY}feedback"}
OF_A_CUSTOMER = [table.model for table in TABLES if table.card and table.model != "home.Erasure"]


@pytest.fixture
def cast(db: None) -> Cast:
    return people.make_cast()


def carried_out(cast: Cast, card: Card) -> Erasure:
    wish = actions.ask_erasure(card, by=cast.wu, ground="withdrawn", heard="in_writing", now=NOW)
    actions.approve_erasure(wish, by=cast.pan, version=1, now=NOW)
    actions.erase_customer(wish, by=cast.xu, version=wish.version, now=NOW)
    return wish


def test_every_column_that_may_hold_words_has_a_fate() -> None:
    declared: dict[str, set[str]] = {}
    for table in TABLES:
        declared.setdefault(table.model, set()).update(table.fates)
    missing = [
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for column in model._meta.local_concrete_fields
        if is_wordy(column) and column.name not in declared.get(model._meta.label, set())
    ]
    assert missing == []


def test_no_fate_is_for_a_column_that_is_gone() -> None:
    stray = []
    for table in TABLES:
        names = {column.name for column in apps.get_model(table.model)._meta.concrete_fields}
        stray += [f"{table.model}.{name}" for name in table.fates if name not in names]
    assert stray == []


def test_nothing_planted_is_left_anywhere(cast: Cast) -> None:
    card = plant(cast, OF_A_CUSTOMER)
    Draft.objects.create(user=cast.lin, form="open_card", body={"name": card.customer.name})
    record("customers.reveal_phone", by=cast.wu, obj=card, after={"reason": f"{CANARY}why"})
    seal_trail()
    carried_out(cast, card)
    left = list(everywhere(CANARY))
    assert left == [], "\n".join(left)
    assert list(everywhere("13877665544")) == []
    assert list(everywhere("13566778899")) == []
    seal_trail()
    assert check().problem is None


def test_what_was_told_drafted_and_taken_out_is_left_nowhere(cast: Cast) -> None:
    card = people.make_card(cast.lin, f"{CANARY}name", phone="+8613877665544")
    name = card.customer.name
    told = {"about": About.of(card), "data": {"customer": name}, "now": NOW}
    notices.tell(to=cast.lin, kind="card_received", occasion="card:1", **told)
    at = NOW + dt.timedelta(hours=3)
    notices.ring(occasion="card:2", step="owner", kind="contact_due", to=cast.lin, at=at, **told)
    Draft.objects.create(user=cast.lin, form="log_contact", subject_id=card.public_id, body=BODY)
    Draft.objects.create(user=cast.lin, form="open_card", body={"phone": "138 7766 5544"})
    asked = make_export(cast.chen)
    root = Path(settings.MEDIA_ROOT) / "exports"
    root.mkdir(parents=True, exist_ok=True)
    (root / "list.xlsx").write_text(name)
    ready = {"state": "ready", "stored_as": "list.xlsx", "query": f"q={name}"}
    type(asked).objects.filter(pk=asked.pk).update(**ready)
    offered, other = make_import(cast.chen), make_import(cast.he)
    Kept(offered.folder).rows.write_text(json.dumps({"phone": "138-7766-5544"}) + "\n")
    Kept(other.folder).rows.write_text(json.dumps({"phone": "139 0000 1111"}) + "\n")
    with TestCase.captureOnCommitCallbacks(execute=True):
        carried_out(cast, card)
    for word in (CANARY, "13877665544", "138-7766-5544", "138 7766 5544"):
        left = list(everywhere(word))
        assert left == [], "\n".join(left)
    offered.refresh_from_db()
    other.refresh_from_db()
    assert (offered.state, other.state) == ("cancelled", "checked")
    assert Kept(other.folder).rows.exists()


@pytest.mark.parametrize("sought", ["张国荣", "1387766 5544", "+8613877665544"])
def test_whom_a_list_was_searched_for_is_left_nowhere(cast: Cast, sought: str) -> None:
    card = people.make_card(cast.lin, "张国荣", phone="+8613877665544", state="delivered")
    chen = Client()
    chen.force_login(cast.chen)
    asked = {"list": "customers", "status": "all", "q": sought}
    query = chen.get("/exports/new/", asked).context["form"]["query"].value()
    sent = {"list": "customers", "query": query, "purpose": "试驾邀请"}
    assert chen.post("/exports/new/", sent).status_code == 302
    assert {type(row) for row in naming(sought)} == {ExportJob, AuditWords}
    ExportJob.objects.update(state="downloaded")
    carried_out(cast, card)
    assert naming(sought) == []
    assert ExportJob.objects.get().purpose == "试驾邀请"


def naming(sought: str) -> list[ExportJob | AuditWords | AuditEvent]:
    """Rows of the ledger and of the trail that hold this, be it as an address spells it."""
    spellings = (sought, quote(sought), quote_plus(sought))
    rows = [*ExportJob.objects.all(), *AuditWords.objects.all(), *AuditEvent.objects.all()]
    return [row for row in rows if any(one in str(vars(row)) for one in spellings)]


def test_what_the_summary_of_an_import_quotes_is_left_nowhere(cast: Cast) -> None:
    card = people.make_card(cast.lin, f"{CANARY}name", phone="+8613877665544")
    sheet = f"{card.customer.name},138 7766 5544\nN1,x\n"
    saved, offered = (upload(cast.chen, sheet.encode(), "Customers.csv") for _ in range(2))
    other = upload(cast.chen, b"card_no,Colour\nN1,x\n", "Customers.csv")
    assert CANARY in json.dumps(saved.summary)
    ImportJob.objects.filter(pk=saved.pk).update(state="saved", reason=f"{CANARY}name?")
    name_headers = {("Customers", card.customer.name): ""}
    jobs.name_headers(other, name_headers, by=cast.chen, version=other.version, now=NOW)
    working.read_import(other.pk, now=NOW)
    with TestCase.captureOnCommitCallbacks(execute=True):
        carried_out(cast, card)
    for word in (CANARY, "zqxname", "138 7766 5544"):
        left = list(everywhere(word))
        assert left == [], "\n".join(left)
    offered.refresh_from_db()
    other.refresh_from_db()
    assert (offered.state, other.state) == ("cancelled", "checked")
    assert "Colour" in str(other.summary)


def test_what_people_typed_into_forms_is_left_nowhere(cast: Cast) -> None:
    card = people.make_card(cast.lin, "张伟")
    lin, xu = Client(), Client()
    lin.force_login(cast.lin)
    xu.force_login(cast.xu)
    words = {name: f"{CANARY}{name}" for name in ("reason", "colour", "notes", "rivals")}
    sent = [
        lin.post(address("customers:update_needs", card), {**words, "version": 1}),
        xu.post(address("customers:reveal_phone", card), {"reason": f"{CANARY}reveal"}),
    ]
    assert [response.status_code for response in sent] == [302, 200]
    found = list(everywhere(CANARY))
    assert any("auditwords" in one for one in found)
    assert any("phoneview" in one for one in found)
    assert not any("auditevent" in one for one in found)
    carried_out(cast, card)
    assert list(everywhere(CANARY)) == []


def address(name: str, card: Card) -> str:
    return reverse(name, args=[card.public_id])
