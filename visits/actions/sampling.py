"""Drawing what is audited: the seed first, then the draw, then who audits (SA-01, SA-03)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm.customers.models import CaseAccess
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import Store, User
from crm.records import audit
from crm.rulebook.queues import numbers_for, rules_for
from visits import due, sampling, states
from visits.actions.assigning import BATCH, close_case
from visits.actions.checks import give_checks
from visits.models import AuditSample, AuditStratum, ContactCheck, VisitAudit
from visits.queues.auditors import barred_from, completed_in, loads_in, to_give_out
from visits.queues.checks import talks_in

SEED_BYTES = 16


def draw_audits(*, now: dt.datetime) -> int:
    """Draw every store's months that are over and not drawn, and give the audits out.

    The worker's verb: it catches up after a pause of any length and draws nothing twice. Returns
    how many visits and contacts were drawn.
    """
    today, drawn = timezone.localdate(now), 0
    for store in Store.objects.order_by("pk"):
        for about in AuditSample.About.values:
            rows = AuditSample.objects.filter(store=store, about=about)
            last = rows.order_by("-first").first()
            for first in sampling.months_to_draw(last.first if last else None, today):
                record_seed(store, first, about=about, now=now)
            for sample in rows.filter(drawn_at=None).order_by("first"):
                drawn += draw_sample(sample, now=now)
        assign_audits(store, now=now)
        give_checks(store, now=now)
    return drawn


def record_seed(
    store: Store, first: dt.date, *, now: dt.datetime, about: str = AuditSample.About.VISITS
) -> AuditSample:
    """Write down what a month will be drawn with, before any of its visits or contacts is read.

    A month that has its seed keeps it.
    """
    numbers = numbers_for(store.pk)
    rate, least = numbers.audit_rate_percent, numbers.audit_least
    if about == AuditSample.About.CONTACTS:
        rate, least = numbers.audit_contacts_percent, numbers.audit_contacts_least
    with transaction.atomic():
        sample, made = AuditSample.objects.get_or_create(
            store=store,
            first=first,
            about=about,
            defaults={
                "last": sampling.next_month(first) - due.ONE_DAY,
                "seed": secrets.token_hex(SEED_BYTES),
                "rate": rate,
                "least": least,
                "created_at": now,
            },
        )
        if made:
            said = {"seed": sample.seed, "from": first, "rate": sample.rate}
            audit.record("visits.record_seed", by=None, obj=sample, after=said, at=now)
    return sample


def draw_sample(sample: AuditSample, *, now: dt.datetime) -> int:
    """Draw a month by its seed; returns how many. A month drawn already makes nothing."""
    with transaction.atomic():
        rows = AuditSample.objects.filter(pk=sample.pk, drawn_at__isnull=True)
        if not rows.update(drawn_at=now, version=F("version") + 1):
            return 0
        of_contacts = sample.about == AuditSample.About.CONTACTS
        strata, drawn = [], list[tuple[int, int]]()
        found = talks_in(sample) if of_contacts else completed_in(sample)
        for person, theirs in sorted(found.items()):
            count = sampling.size_of(len(theirs), rate=sample.rate, least=sample.least)
            chosen = sampling.draw(sample.seed, theirs, count=count)
            strata.append(_stratum(sample, person, sorted(theirs), len(chosen)))
            drawn += [(person, theirs[one]) for one in chosen]
        AuditStratum.objects.bulk_create(strata, batch_size=BATCH)
        if of_contacts:
            checks = [_check(sample, *one, now) for one in drawn]
            ContactCheck.objects.bulk_create(checks, batch_size=BATCH)
        else:
            audits = [_drawn(sample, *one, now) for one in drawn]
            VisitAudit.objects.bulk_create(audits, batch_size=BATCH)
        said = {"completed": sum(one.completed for one in strata), "drawn": len(drawn)}
        audit.record("visits.draw_sample", by=None, obj=sample, after=said, at=now)
    return len(drawn)


def _stratum(sample: AuditSample, visitor: int, visits: list[str], drawn: int) -> AuditStratum:
    return AuditStratum(
        sample=sample, visitor_id=visitor, visits=visits, completed=len(visits), drawn=drawn
    )


def _drawn(sample: AuditSample, visitor: int, visit: int, now: dt.datetime) -> VisitAudit:
    return VisitAudit(
        sample=sample,
        visit_id=visit,
        visitor_id=visitor,
        store_id=sample.store_id,
        due_on=timezone.localdate(now),
        created_at=now,
    )


def _check(sample: AuditSample, staff: int, contact: int, now: dt.datetime) -> ContactCheck:
    return ContactCheck(
        sample=sample,
        contact_id=contact,
        staff_id=staff,
        store_id=sample.store_id,
        due_on=timezone.localdate(now),
        created_at=now,
    )


def assign_audits(store: Store, *, now: dt.datetime) -> int:
    """Give what is drawn to the store's auditors by load, never to whoever had a hand in it.

    What nobody may audit stays and is looked at again; so is what belongs to somebody who audits
    no longer. Returns how many were given.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        # One at a time, so that two workers do not both count the same loads.
        list(AuditSample.objects.select_for_update().filter(store=store).values_list("pk"))
        loads = loads_in(store.pk, today)
        waiting = to_give_out(store.pk, loads)
        barred = barred_from([one.visit for one in waiting], today)
        drawn = [sampling.Drawn(one.pk, barred[one.visit_id]) for one in waiting]
        given = sampling.share_out(drawn, loads)
        people = User.objects.in_bulk(given.values())
        theirs: dict[int, list[VisitAudit]] = defaultdict(list)
        for one in waiting:
            if one.pk in given:
                theirs[given[one.pk]].append(one)
        for auditor, audits in theirs.items():
            _give(people[auditor], audits, now=now)
    return len(given)


def _give(auditor: User, audits: Sequence[VisitAudit], *, now: dt.datetime) -> None:
    """Their auditor sees the cards, not the visits, and is told once of all of them."""
    numbers, calendar = rules_for(audits[0].store_id)
    until = calendar.add_working_days(timezone.localdate(now), numbers.audit_working_days)
    for one in audits:
        if one.auditor is not None:
            close_case(one.visit, one.auditor, now=now)
        audit.record(
            "visits.assign_audit", by=None, obj=one, after={"auditor": auditor.username}, at=now
        )
    rows = VisitAudit.objects.filter(pk__in=[one.pk for one in audits])
    rows.filter(state__in=states.AUDIT_MOVES["assign"]).update(
        state=states.ASSIGNED, auditor=auditor, due_on=until, version=F("version") + 1
    )
    CaseAccess.objects.bulk_create(
        [CaseAccess(card_id=one.visit.card_id, user=auditor) for one in audits], batch_size=BATCH
    )
    notices.tell(
        to=auditor,
        kind="audits_drawn",
        occasion=f"audits:{audits[0].public_id}/v{audits[0].version}",
        about=About.of(audits[0]),
        link=("visits:audits", ""),
        data={"count": len(audits)},
        now=now,
    )
