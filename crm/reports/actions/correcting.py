"""A report found wrong: its signer says why, the worker takes the next edition (matrix row 19)."""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.reports import access, states
from crm.reports.actions.closing import kept
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.weekly.figures import OF_NOW, figures_of
from crm.reports.weekly.rows import rows_to_freeze
from crm.ui.snapshot import snapshot

log = logging.getLogger("showfloor.reports")


def correct_report(
    report: PeriodReport,
    *,
    wrong_because: str,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Say why a report is wrong; it stays as it is and readable, the worker takes the next edition.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale` once somebody else has said so
    or signed it meanwhile.
    """
    if not access.can_correct(by, report):
        raise PermissionDenied
    words = wrong_because.strip()
    if not words:
        raise ValidationError({"wrong_because": _("Say why.")})
    field = PeriodReport._meta.get_field("wrong_because")
    PeriodReport(wrong_because=words).clean_fields(
        exclude=[one.name for one in PeriodReport._meta.fields if one is not field]
    )
    with transaction.atomic():
        if not claim_request(by, "correct_report", request_id):
            return
        found = {"corrected_by": by, "corrected_at": now, "wrong_because": words}
        frm = (states.TAKEN, states.SIGNED)
        transition(report, frm=frm, to=states.CORRECTED, version=version, **found)
        said = {"wrong_because": words, "edition": report.edition}
        audit.record("reports.correct_report", by=by, obj=report, after=said, at=now)


def take_anew(*, now: dt.datetime) -> int:
    """Take the next edition of every report found wrong that has none yet; returns how many.

    One that fails holds up no other and is tried again; two workers take it once.
    """
    waiting = PeriodReport.objects.filter(state=states.CORRECTED).last_editions()
    taken = 0
    for report in waiting.select_related("store").order_by("corrected_at", "pk"):
        try:
            taken += take_edition(report, now=now) is not None
        except Exception:
            log.exception("the correction of report %s was not taken", report.public_id)
    return taken


def take_edition(wrong: PeriodReport, *, now: dt.datetime) -> PeriodReport | None:
    """The period of a report as its rows stand now; None where somebody was first.

    What is counted at the moment of closing cannot be counted again, and stays as it was.
    """
    ask = (wrong.kind, wrong.store_id, wrong.period)
    with snapshot():
        figures = figures_of(*ask, now, of_then=wrong.figures)
        rows = [one for one in rows_to_freeze(*ask, figures, now) if one.key not in OF_NOW]
    for one in FrozenRows.objects.filter(report=wrong, key__in=OF_NOW):
        one.pk = None
        rows.append(one)
    edition = PeriodReport(
        kind=wrong.kind,
        store=wrong.store,
        first=wrong.first,
        last=wrong.last,
        due_at=wrong.due_at,
        edition=wrong.edition + 1,
        corrects=wrong,
        figures=figures,
        created_at=now,
    )
    return kept(edition, rows, now=now)
