"""Views of reports: kept, changed, dropped, and told of on their day (RP-10 to RP-13)."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.notices.dispatch.posting import Post, post
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.states import Stale
from crm.reports import access, due
from crm.reports.models import ReportView
from crm.reports.queues.saved_views import clean_query, told_of
from crm.rulebook.queues import numbers_for

log = logging.getLogger("showfloor.reports")
VIEWS_AT_MOST = 30


def save_view(
    report: str, query: str, *, name: str, by: User, now: dt.datetime, request_id: str = ""
) -> None:
    """Keep a report with its filters under a name; a form sent twice keeps it once.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_open_report(by, report):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "save_view", request_id):
            return
        mine = ReportView.objects.visible_to(by)
        if mine.count() >= VIEWS_AT_MOST:
            raise ValidationError(
                _("You keep %(most)d views. Drop one first.") % {"most": VIEWS_AT_MOST}
            )
        _refuse_name(by, name)
        told = {"report": report, "query": clean_query(query), "name": name}
        view = ReportView.objects.create(owner=by, created_at=now, changed_at=now, **told)
        audit.record("reports.save_view", by=by, obj=view, after={"report": report}, at=now)


def change_view(
    view: ReportView,
    *,
    name: str,
    weekday: int | None,
    by_mail: bool,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Give a view another name, and say on which day one wants to be told of it.

    A day that is past already is not told of. Raises `PermissionDenied`, `ValidationError` by
    field, `Stale`.
    """
    if view.owner_id != by.pk:
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "change_view", request_id):
            return
        _refuse_name(by, name, but=view)
        said: dict[str, Any] = {
            "name": name,
            "weekday": weekday,
            "by_mail": by_mail,
            "changed_at": now,
        }
        if weekday != view.weekday:
            said["told_on"] = None if weekday is None else last_day(weekday, now)
        change(view, version=version, **said)
        after = {"weekday": weekday, "by_mail": by_mail}
        audit.record("reports.change_view", by=by, obj=view, after=after, at=now)


def drop_view(
    view: ReportView, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Keep it no longer. Raises `PermissionDenied`, `Stale`."""
    if view.owner_id != by.pk:
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "drop_view", request_id):
            return
        gone, _rows = ReportView.objects.filter(pk=view.pk, version=version).delete()
        if not gone:
            raise Stale(view._meta.label, view.pk)
        audit.record("reports.drop_view", by=by, subject_id=view.public_id, at=now)


def last_day(weekday: int, now: dt.datetime) -> dt.date:
    """The last day of that name whose hour has come."""
    at, zone = numbers_for(None).report_time(), timezone.get_default_timezone()
    return due.told_on(weekday, at, now=now, zone=zone)


def tell_views(*, now: dt.datetime) -> int:
    """Tell everybody of the views whose day has come; returns how many were told of.

    Once for each day, however often it runs; after a stop of weeks of the last day alone.
    """
    told = 0
    for view in ReportView.objects.filter(weekday__isnull=False).select_related("owner"):
        try:
            told += tell_view(view, now=now)
        except Exception:
            log.exception("nobody was told of view %s", view.public_id)
    return told


def tell_view(view: ReportView, *, now: dt.datetime) -> bool:
    """Whether its owner was told of it here."""
    assert view.weekday is not None
    day = last_day(view.weekday, now)
    if view.told_on is not None and view.told_on >= day:
        return False
    with transaction.atomic():
        mine = ReportView.objects.filter(pk=view.pk, version=view.version, told_on=view.told_on)
        if not mine.update(told_on=day):
            return False
        if not (view.owner.is_active and access.can_open_report(view.owner, view.report)):
            return False
        what = Post(
            occasion=f"view:{view.public_id}/{day}",
            kind="view_due",
            about=About.of(view),
            store_id=None,
            link=("reports:open_view", told_of(view, day)),
            data={"name": view.name, "report": view.report},
        )
        post(what, to=[view.owner], by_mail=[view.owner] if view.by_mail else [], now=now)
    return True


def _refuse_name(by: User, name: str, but: ReportView | None = None) -> None:
    same = ReportView.objects.visible_to(by).filter(name=name)
    if any(one != but for one in same):
        raise ValidationError({"name": _("A view of yours is called so already.")})
