"""Whose approval an export needs, by what was taken out today and who works here (P6)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.exchange import access
from crm.exchange.levels import ROWS_A_DAY, approver_of
from crm.exchange.models import ExportJob
from crm.exchange.queues.jobs import somebody_approves
from crm.exchange.queues.listings import LISTS
from crm.people.models import User

# What somebody takes out in a day is limited for the customers in it (matrix row 16).
FIGURES_ALONE = tuple(key for key, one in LISTS.items() if not one.tells_of_customers)


def whom_to_ask(job: ExportJob, *, now: dt.datetime) -> str:
    """The role that must approve, empty where one's own right is enough (matrix row 16).

    Raises ValidationError where nobody else holds it or one above: it would wait for ever.
    """
    job.asked_of = approver_of(
        access.export_roles(job.requester),
        rows=0 if job.list_key in FIGURES_ALONE else job.rows,
        today=taken_today(job.requester, now),
        unmasked=job.unmasked,
    )
    if job.asked_of and not somebody_approves(job, timezone.localdate(now)):
        raise ValidationError(
            _(
                "Nobody works here who could approve this: it takes somebody above you, or a "
                "second general manager. Up to %(a_day)d rows a day are your own right."
            )
            % {"a_day": ROWS_A_DAY}
        )
    return job.asked_of


def taken_today(user: User, now: dt.datetime) -> int:
    """Rows about customers this person took out on their own right since local midnight."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = ExportJob.objects.own_right().filter(requester=user, asked_at__gte=midnight)
    rows = rows.exclude(list_key__in=FIGURES_ALONE)
    return rows.aggregate(total=Sum("rows"))["total"] or 0
