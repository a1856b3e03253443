"""Stores, teams and people of the demo floor."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from crm.home.demo import words
from crm.people.models import Department, Membership, Store, Team, User
from crm.people.roles import SALES_SUPERVISOR, SALESPERSON, SERVICE_AGENT


@dataclass
class Worker:
    """A person with the post their rows keep."""

    user: User
    role: str
    store: Store | None
    team: Team | None


@dataclass
class Staff:
    """Everybody on the floor, in the order they were hired."""

    workers: list[Worker] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)

    def of(self, role: str, store: Store | None = None) -> list[Worker]:
        """Those who hold `role`, in `store` if given."""
        return [
            worker
            for worker in self.workers
            if worker.role == role and (store is None or worker.store == store)
        ]

    def supervisor_of(self, worker: Worker) -> Worker:
        """Who leads the team of `worker`."""
        return next(
            found for found in self.of(SALES_SUPERVISOR, worker.store) if found.team == worker.team
        )

    def agent_for(self, store: Store | None, rng: random.Random) -> Worker:
        """An agent of the store, else of any."""
        return rng.choice(self.of(SERVICE_AGENT, store) or self.of(SERVICE_AGENT))


def person_name(rng: random.Random) -> str:
    """A Chinese name of two to four characters."""
    surname = (
        rng.choice(words.DOUBLE_SURNAMES) if rng.random() < 0.02 else rng.choice(words.SURNAMES)
    )
    given = rng.choice(words.GIVEN_SECOND)
    if rng.random() < 0.7:
        given = rng.choice(words.GIVEN_FIRST) + given
    return surname + given


def hire(rng: random.Random, *, size: int, password: str, hired_on: dt.date) -> Staff:
    """Make stores, teams, departments and `size` people (at least those in `words`)."""
    staff = Staff()
    secret = make_password(password)
    staff.departments = [Department.objects.create(name=name) for name in words.DEPARTMENTS]
    for role, name, username in words.GROUP_STAFF:
        staff.workers.append(_hire(role, name, username, None, None, secret, hired_on))
    for (code, store_name, region), people in zip(words.STORES, words.STORE_STAFF, strict=True):
        store = Store.objects.create(code=code, name=store_name, region=region)
        teams: dict[str, Team] = {}
        for role, name, username, team_name in people:
            if team_name and team_name not in teams:
                teams[team_name] = Team.objects.create(store=store, name=team_name)
            team = teams.get(team_name)
            department = staff.departments[0] if role == "handler" else None
            staff.workers.append(
                _hire(role, name, username, store, team, secret, hired_on, department)
            )
    _hire_more(staff, rng, size, secret, hired_on)
    return staff


def _hire_more(staff: Staff, rng: random.Random, size: int, secret: str, hired_on: dt.date) -> None:
    """Fill up with salespeople, one team after the other."""
    leaders = staff.of(SALES_SUPERVISOR)
    for number in range(max(0, size - len(staff.workers))):
        leader = leaders[number % len(leaders)]
        staff.workers.append(
            _hire(
                SALESPERSON,
                person_name(rng),
                f"sales{number + 1}",
                leader.store,
                leader.team,
                secret,
                hired_on,
            )
        )


def _hire(
    role: str,
    name: str,
    username: str,
    store: Store | None,
    team: Team | None,
    secret: str,
    hired_on: dt.date,
    department: Department | None = None,
) -> Worker:
    user = User.objects.create(username=username, name=name, password=secret)
    Membership.objects.create(
        user=user, role=role, store=store, team=team, department=department, valid_from=hired_on
    )
    return Worker(user, role, store, team)
