"""Who may bring a workbook in, second it, take a list out, and decide on that (rows 16, 18)."""

from __future__ import annotations

from crm.exchange import states
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.models.exports import REQUESTERS
from crm.people import roles
from crm.people.models import User

# An administrator brings in the first file of an empty installation (architecture.md 6).
IMPORTERS = (
    *(roles.MANAGER, roles.SALES_SUPERVISOR, roles.RECEPTION, roles.MARKETER),
    roles.ADMIN,
)


def can_import(user: User) -> bool:
    """Front desk, marketer, sales supervisor and manager; an administrator the very first."""
    return user.reach.has(*IMPORTERS)


def can_see_imports(user: User) -> bool:
    """Importers theirs, a manager the store's, general manager and privacy officer all."""
    return user.reach.has(*IMPORTERS, roles.GENERAL_MANAGER, roles.PRIVACY_OFFICER)


def can_edit_import(user: User, job: ImportJob) -> bool:
    """Whoever uploaded it, while still allowed to import."""
    return job.uploaded_by_id == user.pk and can_import(user)


def can_approve_import(user: User, job: ImportJob) -> bool:
    """A manager of the job's store or a general manager, never who uploaded it (1.4, 11)."""
    managed = job.store_id in user.reach.stores_as(roles.MANAGER)
    return (managed or user.reach.has(roles.GENERAL_MANAGER)) and job.uploaded_by_id != user.pk


def sees_rows(user: User, job: ImportJob) -> bool:
    """Rows of a preview are for who uploaded them and for who may second them.

    An administrator, who sees no customer, reads them until they are saved.
    """
    if user.reach.has(roles.ADMIN) and job.saved_at is not None:
        return False
    return job.uploaded_by_id == user.pk or can_approve_import(user, job)


def can_export(user: User) -> bool:
    """Those with an export right of any kind."""
    return user.reach.has(*REQUESTERS)


def can_see_exports(user: User) -> bool:
    """Requesters theirs, the privacy officer all."""
    return user.reach.has(*REQUESTERS, roles.PRIVACY_OFFICER)


def decides_exports(user: User) -> bool:
    """Those set over somebody who may ask."""
    return user.reach.has(roles.SALES_SUPERVISOR, roles.MANAGER, roles.GENERAL_MANAGER)


def can_decide_export(user: User, job: ExportJob) -> bool:
    """Somebody at least as high as asked for, in the same team or store, never who asked."""
    if job.requester_id == user.pk or not job.asked_of:
        return False
    reach = user.reach
    if reach.has(roles.GENERAL_MANAGER):
        return True
    if job.asked_of == roles.GENERAL_MANAGER:
        return False
    if job.store_id in reach.stores_as(roles.MANAGER):
        return True
    led = job.team_id in reach.teams_as(roles.SALES_SUPERVISOR)
    return led and job.asked_of == roles.SALES_SUPERVISOR


def can_download(user: User, job: ExportJob) -> bool:
    """Only who asked for it, once, within a day."""
    return job.requester_id == user.pk and can_export(user) and job.state == states.READY


def export_roles(user: User) -> frozenset[str]:
    """The roles of this person that carry an export right."""
    return user.reach.roles & frozenset(REQUESTERS)
