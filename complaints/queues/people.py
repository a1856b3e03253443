"""Who works where: handlers of a department, service of a store, who may own a stage."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints import states
from complaints.models import DepartmentTask, Stage, Ticket
from crm.people import roles
from crm.people.models import Department, Membership, User

SERVICE = (roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR)


def handlers_of(department: Department, now: dt.datetime) -> list[User]:
    """Active handlers of a department today, in a steady order; its head where there are none."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        role=roles.HANDLER, department=department
    )
    found = list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))
    return found or ([department.head] if department.head is not None else [])


def service_of(ticket: Ticket, now: dt.datetime) -> QuerySet[User]:
    """Who may answer for a ticket: active service staff of its store, not whom it is about."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        role__in=(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR), store=ticket.store_id
    )
    people = User.objects.filter(is_active=True, pk__in=posts.values("user"))
    return people.exclude(pk__in=_left_out(ticket)).order_by("name", "pk")


def service_of_all(tickets: list[Ticket], now: dt.datetime) -> QuerySet[User]:
    """Who may answer for all of these tickets: service of every store, about whom none is."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(role__in=SERVICE)
    people = User.objects.filter(is_active=True)
    for store in {ticket.store_id for ticket in tickets}:
        people = people.filter(pk__in=posts.filter(store=store).values("user"))
    about = {pk for ticket in tickets for pk in ticket.subjects}
    return people.exclude(pk__in=about).order_by("name", "pk")


def stage_owners_of(ticket: Ticket, now: dt.datetime) -> QuerySet[User]:
    """Who may own a stage: service of the store, handlers and heads of the departments asked."""
    posts = Membership.objects.valid_on(timezone.localdate(now))
    tasks = DepartmentTask.objects.filter(ticket=ticket, state__in=states.TASK_COUNTS)
    service = Q(role__in=(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR), store=ticket.store_id)
    handlers = Q(role=roles.HANDLER, department__in=tasks.values("department"))
    found = User.objects.filter(
        Q(pk__in=posts.filter(service | handlers).values("user"))
        | Q(pk__in=tasks.values("department__head"))
        | Q(pk=ticket.responsible_id),
        is_active=True,
    )
    return found.exclude(pk__in=ticket.subjects).order_by("name", "pk")


def also_about(ticket: Ticket) -> list[User]:
    """Whoever a ticket is about besides the one named last; asked only where there is somebody."""
    others = ticket.subjects - {ticket.about_id}
    return list(User.objects.filter(pk__in=others).order_by("name", "pk")) if others else []


def _left_out(ticket: Ticket) -> list[int]:
    return [pk for pk in (*ticket.subjects, ticket.responsible_id) if pk is not None]


def works_in(user: User, department: Department, now: dt.datetime) -> bool:
    """Whether somebody active is a handler of a department today, or heads it."""
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        role=roles.HANDLER, department=department, user=user
    )
    return user.is_active and (department.head_id == user.pk or posts.exists())


def open_tasks_of(user: User) -> QuerySet[DepartmentTask]:
    """The departments' tasks that somebody accepted and has not ended."""
    return DepartmentTask.objects.waiting().filter(handler=user)


def open_stages_of(user: User) -> QuerySet[Stage]:
    """The stages somebody owns, of tickets that go on."""
    rows = Stage.objects.filter(owner=user, done_at__isnull=True)
    return rows.exclude(ticket__state__in=states.SETTLED)


def task_takers(user: User, now: dt.datetime) -> QuerySet[User]:
    """Who could take over some of somebody's tasks: handlers and heads of the same departments."""
    departments = open_tasks_of(user).order_by().values("department")
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        role=roles.HANDLER, department__in=departments
    )
    heads = Department.objects.filter(pk__in=departments, head__isnull=False).values("head")
    found = User.objects.filter(Q(pk__in=posts.values("user")) | Q(pk__in=heads), is_active=True)
    return found.exclude(pk=user.pk).order_by("name", "pk")


def stage_takers(user: User, now: dt.datetime) -> QuerySet[User]:
    """Who could take over some of somebody's stages: service of the stores, and the departments."""
    stages = open_stages_of(user).order_by()
    tasks = DepartmentTask.objects.filter(
        ticket__in=stages.values("ticket"), state__in=states.TASK_COUNTS
    )
    posts = Membership.objects.valid_on(timezone.localdate(now)).filter(
        Q(
            role__in=(roles.SERVICE_AGENT, roles.SERVICE_SUPERVISOR),
            store__in=stages.values("ticket__store"),
        )
        | Q(role=roles.HANDLER, department__in=tasks.values("department"))
    )
    found = User.objects.filter(
        Q(pk__in=posts.values("user")) | Q(pk__in=tasks.values("department__head")), is_active=True
    )
    return found.exclude(pk=user.pk).order_by("name", "pk")


def staff_around(user: User, now: dt.datetime) -> QuerySet[User]:
    """The people of this person's stores, about whom a customer may complain to them.

    Of every store where they answer for all.
    """
    posts = Membership.objects.valid_on(timezone.localdate(now))
    stores = {post.store_id for post in user.reach.posts if post.store_id is not None}
    if not user.reach.has(roles.GENERAL_MANAGER):
        posts = posts.filter(store__in=stores)
    people = User.objects.filter(is_active=True, pk__in=posts.values("user"))
    return people.exclude(pk=user.pk).order_by("name", "pk")
