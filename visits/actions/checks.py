"""Checking contacts that were drawn: given out, called, what the customer says (SA-03)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.customers.models import CaseAccess
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people import roles
from crm.people.models import Store, User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.rulebook.queues import rules_for
from followups.models import Outcome
from visits import access, due, sampling, states
from visits.actions.assigning import BATCH, close_case
from visits.models import AuditSample, CheckTry, ContactCheck, Verdict, Visit
from visits.queues.auditors import loads_in
from visits.queues.checks import barred_from_checks, checks_to_give
from visits.queues.tries import IN_VAIN

CHECK_ENDS = (*IN_VAIN, Outcome.REFUSED)
WORDS_AT_MOST = 1000


def give_checks(store: Store, *, now: dt.datetime) -> int:
    """Give what is drawn to the store's auditors by load, never to who was in touch or leads them.

    What nobody may check stays and is looked at again. Returns how many were given.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        # One at a time, so that two workers do not both count the same loads.
        list(AuditSample.objects.select_for_update().filter(store=store).values_list("pk"))
        loads = loads_in(store.pk, today)
        waiting = checks_to_give(store.pk, loads)
        barred = barred_from_checks(waiting, today)
        drawn = [sampling.Drawn(one.pk, barred[one.pk]) for one in waiting]
        given = sampling.share_out(drawn, loads)
        people = User.objects.in_bulk(given.values())
        theirs: dict[int, list[ContactCheck]] = defaultdict(list)
        for one in waiting:
            if one.pk in given:
                theirs[given[one.pk]].append(one)
        for auditor, checks in theirs.items():
            _give(people[auditor], checks, now=now)
    return len(given)


def _give(auditor: User, checks: Sequence[ContactCheck], *, now: dt.datetime) -> None:
    """Their auditor sees the cards meanwhile, and is told once of all of them."""
    numbers, calendar = rules_for(checks[0].store_id)
    until = calendar.add_working_days(timezone.localdate(now), numbers.audit_working_days)
    for one in checks:
        if one.auditor is not None:
            close_case(one.contact, one.auditor, now=now)
        after = {"auditor": auditor.username}
        audit.record("visits.give_check", by=None, obj=one, after=after, at=now)
    rows = ContactCheck.objects.filter(pk__in=[one.pk for one in checks])
    rows.filter(state__in=states.CHECK_MOVES["give"]).update(
        state=states.ASSIGNED, auditor=auditor, due_on=until, version=F("version") + 1
    )
    CaseAccess.objects.bulk_create(
        [CaseAccess(card_id=one.contact.card_id, user=auditor) for one in checks],
        batch_size=BATCH,
    )
    notices.tell(
        to=auditor,
        kind="contacts_drawn",
        occasion=f"checks:{checks[0].public_id}/v{checks[0].version}",
        about=About.of(checks[0]),
        link=("visits:checks", ""),
        data={"count": len(checks)},
        now=now,
    )


def check_contact(
    row: ContactCheck,
    *,
    by: User,
    version: int,
    happened: str,
    agrees: str,
    useful: str,
    words: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Keep what the customer says of a contact: whether it was, was so, and was of use.

    It is final: whoever was in touch reads it, and where it was not so their supervisor and the
    store's manager are told at once. Raises `PermissionDenied`, `ValidationError` by field,
    `Stale`.
    """
    _allow(row, by, now)
    answers = {"happened": happened, "agrees": agrees, "useful": useful}
    _examine(answers, words)
    result = sampling.is_true(happened, agrees)
    with transaction.atomic():
        if not claim_request(by, "check_contact", request_id):
            return
        transition(
            row,
            frm=states.CHECK_MOVES["check"],
            to=states.PUBLISHED,
            version=version,
            result=result,
            words=words.strip(),
            checked_at=now,
            **answers,
        )
        _end(row, now=now)
        audit.record("visits.check_contact", by=by, obj=row, after={"result": result}, at=now)
        _tell_all(row, now=now)


def miss_contact(
    row: ContactCheck,
    *,
    by: User,
    version: int,
    outcome: str,
    now: dt.datetime,
    note_words: str = "",
    request_id: str = "",
) -> None:
    """Write down a call in vain; who declines ends the check, as do tries on enough days (N-25).

    Nothing else is drawn in its place. Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    _allow(row, by, now)
    if outcome not in CHECK_ENDS:
        raise ValidationError({"outcome": _("Choose what came of it.")})
    numbers, calendar = rules_for(row.store_id)
    tries = [now, *row.attempts.filter(outcome__in=IN_VAIN).values_list("at", flat=True)]
    to = states.ASSIGNED
    if outcome == Outcome.REFUSED:
        to = states.REFUSED
    elif due.tried_enough(tries, numbers=numbers, calendar=calendar):
        to = states.NOT_REACHED
    with transaction.atomic():
        if not claim_request(by, "miss_contact", request_id):
            return
        frm = states.CHECK_MOVES["miss"]
        transition(row, frm=frm, to=to, version=version, tries=F("tries") + 1)
        note = note_words.strip()[:300]
        CheckTry.objects.create(check_of=row, at=now, by=by, outcome=outcome, note=note)
        audit.record("visits.miss_contact", by=by, obj=row, after={"outcome": outcome}, at=now)
        if to != states.ASSIGNED:
            _end(row, now=now)


def _allow(row: ContactCheck, by: User, now: dt.datetime) -> None:
    """Its auditor, never somebody who leads the one that was in touch since (SoD 7)."""
    barred = barred_from_checks([row], timezone.localdate(now))[row.pk]
    if not access.checks_contact(by, row) or by.pk in barred:
        raise PermissionDenied


def _examine(answers: dict[str, str], words: str) -> None:
    wrong = {
        name: _("Choose an answer.") for name in answers if answers[name] not in Verdict.values
    }
    if Verdict.NO in answers.values() and not words.strip():
        wrong["words"] = _("Write down what the customer said.")
    if len(words) > WORDS_AT_MOST:
        wrong["words"] = _("At most %(count)d characters.") % {"count": WORDS_AT_MOST}
    if wrong:
        raise ValidationError(wrong)


def _end(row: ContactCheck, *, now: dt.datetime) -> None:
    """The auditor's right to see the card ends."""
    if row.auditor is not None:
        close_case(row.contact, row.auditor, now=now)


def _tell_all(row: ContactCheck, *, now: dt.datetime) -> None:
    """Who was in touch; where it was not so, their supervisor and the manager as well (SA-04)."""
    to: list[User | notices.Desk] = [row.staff]
    if row.result == Visit.Audit.INACCURATE:
        team = row.contact.team_id
        to += [
            notices.Desk(roles.SALES_SUPERVISOR, row.store_id, team),
            notices.Desk(roles.MANAGER, row.store_id),
        ]
    for reader in to:
        notices.tell(
            to=reader,
            kind="contact_checked",
            occasion=f"check:{row.public_id}/checked",
            about=About.of(row),
            subject=f"check:{row.public_id}",
            link=("visits:check", row.public_id),
            data={"number": row.contact.contact_no, "result": row.result, "who": row.staff.name},
            now=now,
        )
