"""Once a day the trail is verified: the outcome is kept, the head leaves, a fault rings."""

import logging
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from crm.home import tasks
from crm.home.actions.trail import verify_trail
from crm.notices.models import Notice
from crm.records.audit import check, record, seal_trail
from crm.records.audit.checking import VERIFIED, Fault
from crm.records.models import AuditEvent, AuditSeal
from tests import people
from tests.people import NOW, Cast
from tests.records.triggers import forging

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    cast = people.make_cast()
    for _ in range(3):
        record("people.sign_in", by=cast.lin, obj=cast.lin)
    seal_trail()
    return cast


def break_it() -> AuditEvent:
    """Somebody with rights on the database changes the second sealed event."""
    event = AuditEvent.objects.order_by("id")[1]
    with forging() as cursor:
        cursor.execute("UPDATE records_auditevent SET action = 'x' WHERE id = %s", [event.pk])
    return event


def test_the_outcome_is_kept_on_the_trail_itself(cast: Cast) -> None:
    tasks.verify_trail()
    last = AuditSeal.objects.latest("number")
    event = AuditEvent.objects.get(action=VERIFIED)
    assert event.after == {"number": 3, "hash": last.hash, "unbroken": True}
    assert event.actor is None
    assert not Notice.objects.exists()


def test_the_head_goes_to_the_log_and_by_mail(cast: Cast, settings: Any, caplog: Any) -> None:
    settings.AUDIT_HEAD_TO = ["board@example.com"]
    with caplog.at_level(logging.INFO, logger="showfloor.audit"):
        verdict = verify_trail(now=NOW)
    (letter,) = mail.outbox
    assert letter.to == ["board@example.com"]
    assert str(verdict.head) in letter.body
    assert str(verdict.head) in caplog.text


def test_without_an_address_nothing_is_mailed(cast: Cast, settings: Any) -> None:
    settings.AUDIT_HEAD_TO = []
    verify_trail(now=NOW)
    assert not mail.outbox


def test_a_broken_trail_rings_at_privacy_officer_and_general_manager(
    cast: Cast, client: Any
) -> None:
    event = break_it()
    for _ in range(2):
        verify_trail(now=NOW)
    kept = AuditEvent.objects.filter(action=VERIFIED).first()
    assert kept
    assert kept.after["unbroken"] is False
    assert (kept.after["fault"], kept.after["broken_at"], kept.after["event"]) == (
        "changed",
        2,
        event.pk,
    )
    told = Notice.objects.filter(kind="trail_broken").values_list("recipient__username", flat=True)
    assert sorted(told) == ["bai", "pan"], "once a day each"
    client.force_login(cast.pan, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("records:trail"), headers={"Accept-Language": "en"})
    assert "The audit trail is broken" in page.content.decode()
    assert "An event is not what was sealed." in page.content.decode()
    inbox = client.get(reverse("notices:inbox"), headers={"Accept-Language": "en"})
    assert "The audit trail is broken" in inbox.content.decode()


def test_who_seals_the_chain_anew_is_betrayed_by_an_earlier_verification(cast: Cast) -> None:
    verify_trail(now=NOW)
    seal_trail()
    break_it()
    with forging() as cursor:
        cursor.execute("DELETE FROM records_auditseal WHERE number >= 2")
    seal_trail()
    problem = check().problem
    assert problem is not None
    assert (problem.fault, problem.number) == (Fault.REWRITTEN, 3)
