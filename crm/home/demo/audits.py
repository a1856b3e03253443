"""Last month's audits and checks of the demo floor: drawn, called, judged, what was wrong."""

from __future__ import annotations

import datetime as dt

from crm.home.demo import words
from crm.home.demo.cards import Floor
from crm.people.models import Store
from visits import actions, due
from visits.models import ASKED, AuditSample, ContactCheck, Criterion, VisitAudit
from visits.questions import Given
from visits.queues.audits import key_questions, recorded

RATES, LEAST = {"visits": 10, "contacts": 5}, 5
FINE = {one.value: actions.Found(verdict="yes") for one in Criterion}
LATE = {**FINE, "in_time": actions.Found(verdict="no", words=words.FOUND_LATE)}
WRONG = {**FINE, "accurate": actions.Found(verdict="no", words=words.FOUND_WRONG)}
AGREES = ("yes", "yes", "no")
# How the first audits of each store ended; those after them are still to be called.
ENDS = (("accurate", FINE), ("accurate", LATE), ("accurate", FINE), ("inaccurate", WRONG))


def audit_visits(floor: Floor) -> None:
    """Draw last month for each store by the rules of the house; some audits are over already."""
    today = floor.now.astimezone(floor.zone).replace(hour=0, minute=0, second=0)
    drawn_at = max(today.replace(day=1), floor.now - dt.timedelta(days=5))
    called_at = drawn_at + (floor.now - drawn_at) / 2
    for store in Store.objects.order_by("pk"):
        for about in AuditSample.About.values:
            _draw(floor, store, drawn_at, about)
        actions.assign_audits(store, now=drawn_at)
        actions.give_checks(store, now=drawn_at)
        _check(store, now=called_at)
        rows = VisitAudit.objects.filter(store=store, state="assigned").select_related(
            "visit__card", "visit__ticket", "auditor", "visitor"
        )
        for row, (result, findings) in zip(rows.order_by("pk")[: len(ENDS)], ENDS, strict=False):
            _publish(row, result, findings, now=called_at)


def _draw(floor: Floor, store: Store, at: dt.datetime, about: str) -> None:
    today = floor.now.astimezone(floor.zone).date()
    last = today.replace(day=1) - due.ONE_DAY
    sample = AuditSample.objects.create(
        store=store,
        about=about,
        first=last.replace(day=1),
        last=last,
        seed=f"{floor.rng.getrandbits(128):032x}",
        rate=RATES[about],
        least=LEAST,
        created_at=at,
    )
    actions.draw_sample(sample, now=at)


def _check(store: Store, *, now: dt.datetime) -> None:
    """The first contacts were checked with the customer; one was not as it is written down."""
    rows = ContactCheck.objects.filter(store=store, state="assigned")
    rows = rows.select_related("contact__card", "auditor", "staff").order_by("pk")
    for row, agrees in zip(rows[: len(AGREES)], AGREES, strict=False):
        if row.auditor is not None:
            actions.check_contact(
                row,
                by=row.auditor,
                version=row.version,
                happened="yes",
                agrees=agrees,
                useful="cannot_tell",
                words=words.CHECK_WORDS if agrees == "no" else "",
                now=now,
            )


def _publish(
    row: VisitAudit, result: str, findings: dict[str, actions.Found], *, now: dt.datetime
) -> None:
    """The customer says what the record says, or something else of the overall grade."""
    if row.auditor is None:
        return
    answers = recorded(row.visit, key_questions(row.visit))
    if result == "inaccurate":
        grade = answers.get("overall", Given()).number or 2
        answers["overall"] = Given(max(grade - 1, 1))
    asked = {one.value: findings[one.value] for one in ASKED}
    actions.hear_audit(
        row, by=row.auditor, version=row.version, answers=answers, findings=asked, now=now
    )
    judged = actions.Judged(
        findings=findings, result=result, words=words.AUDIT_WORDS if result == "inaccurate" else ""
    )
    actions.judge_audit(row, judged, by=row.auditor, version=row.version, now=now, publish=True)
