"""Imports and exports as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from crm.exchange import access, states
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.models.exports import SUPERVISED
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.preview import ALL, CHANGED, KINDS, NEW, REFUSED, KeptRows, Line
from crm.exchange.sheets.registry import BY_KEY, SHEETS
from crm.people import roles
from crm.people.models import Membership, User
from crm.ui.lists import PAGE_SIZE, page_number


def imports_of(user: User) -> QuerySet[ImportJob]:
    """The imports this person may know of, the newest first; one statement."""
    rows = ImportJob.objects.visible_to(user)
    return rows.select_related("uploaded_by", "approved_by", "store").order_by("-pk")


def seconders(job: ImportJob, day: dt.date) -> list[User]:
    """Who may confirm an import beside who uploaded it: the store's other managers.

    Where there is none, the general managers.
    """
    posts = Membership.objects.valid_on(day).exclude(user=job.uploaded_by_id)
    posts = posts.filter(user__is_active=True)
    managers = posts.filter(role=roles.MANAGER, store=job.store_id)
    chosen = managers if managers.exists() else posts.filter(role=roles.GENERAL_MANAGER)
    return list(User.objects.filter(pk__in=chosen.values("user")).order_by("name", "pk"))


def exports_of(user: User) -> QuerySet[ExportJob]:
    """The exports of this person, or all for the privacy officer, the newest first."""
    rows = ExportJob.objects.visible_to(user)
    return rows.select_related("requester", "decided_by", "store").order_by("-pk")


def exports_for_page(user: User) -> QuerySet[ExportJob]:
    """Exports this person may open: their own, and those that wait for or had their decision."""
    rows = ExportJob.objects.select_related("requester", "decided_by", "store")
    seen = ExportJob.objects.visible_to(user).values("pk")
    asked = ExportJob.objects.in_scope_of(user).values("pk")
    return rows.filter(pk__in=seen) | rows.filter(pk__in=asked)


def to_decide(user: User) -> QuerySet[ExportJob]:
    """Exports waiting for this person's decision, the oldest first."""
    rows = ExportJob.objects.in_scope_of(user).filter(state=states.ASKED)
    return rows.select_related("requester", "store").order_by("asked_at", "pk")


def somebody_approves(job: ExportJob, day: dt.date) -> bool:
    """Whether anybody beside who asks holds a post that may approve it (1.4, 10)."""
    held = Q(role=roles.GENERAL_MANAGER)
    if job.asked_of in SUPERVISED:
        held |= Q(role=roles.MANAGER, store=job.store_id)
    if job.asked_of == roles.SALES_SUPERVISOR:
        held |= Q(role=roles.SALES_SUPERVISOR, team=job.team_id)
    posts = Membership.objects.valid_on(day).filter(held, user__is_active=True)
    return posts.exclude(user=job.requester_id).exists()


@dataclass(frozen=True)
class SheetTab:
    """One sheet of the preview with its counts."""

    key: str
    label: str
    counts: Mapping[str, int]
    is_on: bool


@dataclass(frozen=True)
class Chip:
    """One kind of row of a sheet, with how many there are."""

    key: str
    count: int
    is_on: bool


@dataclass(frozen=True)
class Preview:
    """What an import would do, one page of it."""

    tabs: list[SheetTab]
    chips: list[Chip]
    sheet: str
    kind: str
    columns: list[str]
    page: Page[Line] | None


def preview_of(job: ImportJob, user: User, query: Mapping[str, str]) -> Preview:
    """The counts of all sheets and fifty rows of one; rows only for who may see them."""
    kinds: dict[str, dict[str, int]] = job.summary.get("kinds", {})
    counts = job.summary.get("counts", {})
    known = [sheet.key for sheet in SHEETS if sheet.key in counts]
    wrong = [key for key in known if kinds.get(key, {}).get(REFUSED)]
    first = [key for key in known if set(kinds.get(key, {})) & {NEW, CHANGED}]
    sheet = query.get("sheet", "")
    if sheet not in known:
        sheet = next(iter([*wrong, *first, *known]), "")
    of_sheet = kinds.get(sheet, {})
    kind = query.get("show", "")
    if kind not in KINDS:
        kind = REFUSED if of_sheet.get(REFUSED) else ALL
    names = job.summary.get("columns", {}).get(sheet, {})
    rows: list[Line] | KeptRows = []
    if sheet and job.files_gone_at is None and access.sees_rows(user, job):
        masked = job.uploaded_by_id != user.pk
        rows = KeptRows(Kept(job.folder), sheet, kind, names, masked=masked)
    return Preview(
        [SheetTab(key, BY_KEY[key].chinese, counts[key], key == sheet) for key in known],
        [Chip(one, of_sheet.get(one, 0), one == kind) for one in KINDS],
        sheet,
        kind,
        list(names.values()),
        Paginator(rows, PAGE_SIZE).get_page(page_number(query)),
    )


def progress_of(job: ImportJob) -> int:
    """How far the worker is, in percent: read from the job's folder, never from the queue."""
    if job.state in (states.SAVING, states.READING, states.UNDOING):
        return Kept(job.folder).percent()
    return 0


def is_behind(job: ImportJob) -> bool:
    """Whether it waits while the one worker of files has another import in hand."""
    in_hand = ImportJob.objects.filter(state__in=states.IMPORT_TAKEN_UP_AGAIN)
    return job.is_in_line and in_hand.exclude(pk=job.pk).exists()
