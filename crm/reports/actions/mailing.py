"""Who is told of a closed report, and who wants it by mail (RP-09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.notices.dispatch.posting import Post, post
from crm.notices.models import About
from crm.people import roles
from crm.people.models import Membership, User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.states import Stale
from crm.reports import access, due
from crm.reports.models import READERS, PeriodReport, ReportMail


def managers_of(report: PeriodReport, day: dt.date) -> list[User]:
    """Everybody who may read a report on a local date: its store's lead and general managers."""
    posts = Membership.objects.valid_on(day).filter(user__is_active=True)
    everywhere = posts.filter(role=roles.GENERAL_MANAGER)
    here = posts.filter(role__in=READERS, store__isnull=False, store=report.store_id)
    ids = {*everywhere.values_list("user", flat=True), *here.values_list("user", flat=True)}
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def tell_managers(report: PeriodReport, *, now: dt.datetime) -> None:
    """A line in each manager's inbox, and the mail of those who chose it into the outbox."""
    managers = managers_of(report, timezone.localdate(now))
    chosen = ReportMail.objects.filter(user__in=managers)
    wanting = {one.user_id for one in chosen if report.kind in one.kinds}
    told = Post(
        occasion=f"report:{report.public_id}",
        kind="report_closed",
        about=About.of(report),
        store_id=report.store_id,
        link=("reports:period_report", report.public_id),
        data={
            "kind": report.kind,
            "place": report.store.name if report.store else "",
            "first": report.first.isoformat(),
            "last": report.last.isoformat(),
            "is_late": report.is_late,
            "edition": report.edition,
            "reason": report.corrects.wrong_because if report.corrects else "",
        },
    )
    post(told, to=managers, by_mail=[one for one in managers if one.pk in wanting], now=now)


def choose_mail(
    *,
    kinds: Collection[str],
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say which reports one wants by mail; `version` is 0 where nothing was chosen before.

    Raises `PermissionDenied`, `ValidationError`, `Stale`.
    """
    if not access.can_see_period_reports(by):
        raise PermissionDenied
    if not set(kinds) <= set(due.KINDS):
        raise ValidationError({"kinds": _("Choose from the list.")})
    wanted = [kind for kind in due.KINDS if kind in kinds]
    with transaction.atomic():
        if not claim_request(by, "choose_mail", request_id):
            return
        row, made = ReportMail.objects.get_or_create(user=by)
        if made and version:
            raise Stale(row._meta.label, row.pk)
        before = {"kinds": row.kinds}
        change(row, version=row.version if made else version, kinds=wanted, changed_at=now)
        after = {"kinds": wanted}
        audit.record("reports.choose_mail", by=by, obj=by, before=before, after=after, at=now)
