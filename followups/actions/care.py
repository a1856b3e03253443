"""A contact of friendship: a greeting, a word of something due, thanks (RB-08, RB-09)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.customers import actions as customers
from crm.customers.models import Card
from crm.people.models import User, new_public_id
from crm.records import audit
from crm.records.actions import written
from followups.actions.contacts import GONE
from followups.actions.planning import clean_text
from followups.models import Contact, Method, Outcome, Purpose


def log_care(
    card: Card, *, by: User, method: str, outcome: str, words: str, now: dt.datetime
) -> Contact:
    """Log a care contact in the caller's transaction; it counts as no follow-up (kpi.md).

    Whoever calls it has decided that `by` may. Level, plan and tries stay as they are. Raises
    `ValidationError` by field, `Stale` when the card moved on meanwhile.
    """
    if card.state in GONE:
        raise ValidationError(_("This card is closed: nothing can be logged on it."))
    wrong = {}
    if method not in Method.values:
        wrong["method"] = _("Choose how the customer was contacted.")
    if outcome not in Outcome.values:
        wrong["outcome"] = _("Choose what came of it.")
    if wrong:
        raise ValidationError(wrong)
    post, public_id = by.reach.main, new_public_id()
    contact = Contact.objects.create(
        public_id=public_id,
        contact_no=f"O-{public_id}",
        card=card,
        staff=by,
        team_id=post.team_id if post else card.team_id,
        store_id=post.store_id if post else card.store_id,
        occurred_at=now,
        **written(now),
        method=method,
        outcome=outcome,
        purpose=Purpose.CARE,
        feedback=clean_text(words, "words", 2000),
        level_after=card.level,
        attempt=card.tries,
    )
    last = max(now, card.last_contact_at or now)
    customers.note_contact_dates(card, as_read=True, last_contact_at=last)
    after = {"outcome": outcome, "method": method, "purpose": Purpose.CARE.value}
    audit.record("followups.log_contact", by=by, obj=contact, after=after, at=now)
    return contact
