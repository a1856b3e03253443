"""The KPIs of the product once more: slow, plain and without a database.

The oracle of the property tests. It reads the rows of a workbook as text and walks through them
one by one; nothing here is shared with the product's own KPI functions, so that a mistake in one
of the two shows. All times are naive local times of the store, as they stand in the workbook.
"""

import csv
import io
import statistics
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, str]
Figure = tuple[int | None, int, float | int | None]
Belongs = Callable[[str, str], bool]
Json = dict[str, Any]

ANSWERED = ("reached", "replied")
BINDING_PLANS = ("approved", "completed")
SIGNED = ("signed", "delivered")
DAY = timedelta(days=1)
SHEETS = (
    "Stores Staff Products Customers Reception Plans PlannedContacts Contacts Orders Payments "
    "Visits Tickets Recoveries"
).split()


@dataclass
class Floor:
    """The sheets of one workbook, and the days on which people work."""

    sheets: dict[str, list[Row]]
    is_working_day: Callable[[date], bool]
    cards: dict[str, Row] = field(init=False)
    staff: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.cards = {row["card_no"]: row for row in self["Customers"]}
        self.staff = {row["username"]: row for row in self["Staff"]}

    def __getitem__(self, sheet: str) -> list[Row]:
        return self.sheets.get(sheet, [])

    def owner(self, card_no: str) -> str:
        return get(self.cards[card_no], "owner")

    def first_owner(self, card_no: str) -> str:
        return get(self.cards[card_no], "first_owner") or self.owner(card_no)

    def card_store(self, card_no: str) -> str:
        if not card_no:
            return ""
        return get(self.cards[card_no], "store") or self.person_store(self.owner(card_no))

    def person_store(self, username: str) -> str:
        return get(self.staff[username], "store") if username else ""

    def signed_orders(self) -> Iterator[Row]:
        for row in self["Orders"]:
            if get(row, "status") in SIGNED and get(row, "signed_at"):
                yield row


def read_zip(path: Path) -> dict[str, list[Row]]:
    """The sheets of a zip of csv files, every cell as text."""
    sheets = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8-sig")
            sheets[Path(name).stem] = list(csv.DictReader(io.StringIO(text, newline="")))
    return sheets


def get(row: Row, column: str) -> str:
    return row.get(column, "") or ""


def moment(row: Row, column: str) -> datetime | None:
    text = get(row, column)
    return datetime.fromisoformat(text) if text else None


def known(row: Row, column: str) -> datetime:
    found = moment(row, column)
    assert found is not None, (column, row)
    return found


def is_yes(row: Row, column: str, default: bool = False) -> bool:
    text = get(row, column)
    return text in ("true", "yes", "1", "是") if text else default


def day_end(day: date) -> datetime:
    return datetime.combine(day, time.min) + DAY


class Reading:
    """One period and one scope, read row by row."""

    def __init__(self, floor: Floor, start: date, last: date, belongs: Belongs) -> None:
        self.floor = floor
        self.first_day, self.last_day = start, last
        self.begin = datetime.combine(start, time.min)
        self.end = day_end(last)
        self.belongs = belongs

    # -- what several figures share ------------------------------------------------------------

    def within(self, at: datetime | None) -> bool:
        return at is not None and self.begin <= at < self.end

    def mine(self, username: str, card_no: str) -> bool:
        """Whether a row of this person (or of nobody, about this card) is of the scope."""
        store = self.floor.person_store(username) or self.floor.card_store(card_no)
        return self.belongs(username, store)

    def contacts(self, *, care: bool = False) -> Iterator[Row]:
        for row in self.floor["Contacts"]:
            if not self.within(moment(row, "occurred_at")):
                continue
            if not care and get(row, "purpose") == "care":
                continue
            if self.mine(get(row, "staff"), row["card_no"]):
                yield row

    def orders(self) -> Iterator[Row]:
        for row in self.floor.signed_orders():
            if self.within(moment(row, "signed_at")) and self.mine(row["staff"], row["card_no"]):
                yield row

    def opened_cards(self) -> Iterator[Row]:
        for row in self.floor["Customers"]:
            first = self.floor.first_owner(row["card_no"])
            if self.within(moment(row, "opened_at")) and self.mine(first, row["card_no"]):
                yield row

    def visits(self, whose: str) -> Iterator[Row]:
        for row in self.floor["Visits"]:
            if get(row, "status") != "completed" or not self.within(moment(row, "completed_at")):
                continue
            person = get(row, whose)
            if whose == "owner":
                person = person or self.floor.owner(row["card_no"])
            if self.mine(person, row["card_no"]):
                yield row

    def tickets(self) -> Iterator[Row]:
        for row in self.floor["Tickets"]:
            person = get(row, "responsible") or get(row, "reporter")
            if get(row, "status") != "cancelled" and self.mine(person, get(row, "card_no")):
                yield row

    def first_contact(self, card: Row) -> datetime | None:
        opened = known(card, "opened_at")
        times = [
            known(row, "occurred_at")
            for row in self.floor["Contacts"]
            if row["card_no"] == card["card_no"]
            and (get(row, "direction") or "out") == "out"
            and get(row, "purpose") != "care"
            and known(row, "occurred_at") >= opened
        ]
        return min(times, default=None)

    def resolved(self, ticket: Row) -> datetime | None:
        return moment(ticket, "resolved_at") or moment(ticket, "closed_at")

    def resolved_at_end(self, ticket: Row) -> bool:
        done, again = self.resolved(ticket), moment(ticket, "reopened_at")
        if done is None or done >= self.end:
            return False
        return again is None or not done <= again < self.end

    def latest(self, visits: Iterable[Row], column: str) -> dict[str, str]:
        """The last answer of each card that gave one."""
        answers: dict[str, tuple[datetime, str, str]] = {}
        for row in visits:
            if get(row, column):
                answer = (known(row, "completed_at"), row["visit_no"], row[column])
                answers[row["card_no"]] = max(answers.get(row["card_no"], answer), answer)
        return {card: answer[2] for card, answer in answers.items()}

    # -- the figures ---------------------------------------------------------------------------

    def response_rate(self) -> Figure:
        reached_out: dict[str, list[Row]] = {}
        for row in self.contacts():
            if (get(row, "direction") or "out") == "out":
                reached_out.setdefault(row["card_no"], []).append(row)
        return rate(sum(map(self.responded, reached_out.values())), len(reached_out))

    def responded(self, tries: list[Row]) -> bool:
        if any(get(row, "outcome") in ANSWERED for row in tries):
            return True
        for row in self.floor["Contacts"]:
            if row["card_no"] != tries[0]["card_no"] or get(row, "direction") != "in":
                continue
            if get(row, "purpose") == "care":
                continue
            for attempt in tries:
                waited = known(row, "occurred_at") - known(attempt, "occurred_at")
                if timedelta(0) < waited <= timedelta(hours=72):
                    return True
        return False

    def satisfied(self, whose: str, complaint: bool) -> Figure:
        rows = [r for r in self.visits(whose) if (r["kind"] == "complaint") is complaint]
        grades = self.latest(rows, "satisfaction")
        happy = [card for card, grade in grades.items() if grade in ("4", "5")]
        return rate(len(happy), len({row["card_no"] for row in rows}))

    def satisfaction_rate(self) -> Figure:
        return self.satisfied("owner", complaint=False)

    def visit_satisfaction_rate(self) -> Figure:
        return self.satisfied("assignee", complaint=False)

    def handling_satisfaction_rate(self) -> Figure:
        return self.satisfied("assignee", complaint=True)

    def conversion_rate(self) -> Figure:
        bought = {row["card_no"] for row in self.orders()}
        followed = {row["card_no"] for row in self.contacts()} | bought
        earlier = {
            row["card_no"]
            for row in self.floor.signed_orders()
            if known(row, "signed_at") < self.begin
        }
        return rate(len(bought), len(followed - (earlier - bought)))

    def planned(self) -> Iterator[tuple[Row, Row]]:
        plans = {row["plan_no"]: row for row in self.floor["Plans"]}
        for row in self.floor["PlannedContacts"]:
            plan = plans[row["plan_no"]]
            if get(row, "status") != "cancelled" and get(plan, "status") in BINDING_PLANS:
                yield row, plan

    def carried_out(self, planned: Row, before: datetime) -> bool:
        return any(
            get(row, "planned_no") == planned["planned_no"] and known(row, "occurred_at") < before
            for row in self.floor["Contacts"]
        )

    def on_time_rate(self) -> Figure:
        due = done = 0
        for row, plan in self.planned():
            at = known(row, "due_at")
            person = get(row, "assignee") or plan["author"]
            if self.within(at) and self.mine(person, plan["card_no"]):
                due += 1
                done += self.carried_out(row, day_end(at.date()))
        return rate(done, due)

    def coverage_rate(self) -> Figure:
        opened = [row for row in self.floor["Customers"] if self.open_at_end(row)]
        return rate(sum(map(self.has_next_step, opened)), len(opened))

    def open_at_end(self, card: Row) -> bool:
        if known(card, "opened_at") >= self.end or card["status"] == "pool":
            return False
        lost = moment(card, "lost_at") or known(card, "opened_at")
        if card["status"] == "lost" and lost < self.end:
            return False
        for order in self.floor.signed_orders():
            if order["card_no"] == card["card_no"] and known(order, "signed_at") < self.end:
                return False
        return self.mine(self.floor.owner(card["card_no"]), card["card_no"])

    def has_next_step(self, card: Row) -> bool:
        for row, plan in self.planned():
            if plan["card_no"] == card["card_no"] and known(plan, "created_at") < self.end:
                ahead = self.end <= known(row, "due_at") < self.end + timedelta(days=90)
                if ahead and not self.carried_out(row, self.end):
                    return True
        return False

    def connect_rate(self) -> Figure:
        calls = [
            row
            for row in self.contacts(care=True)
            if row["method"] == "phone" and (get(row, "direction") or "out") == "out"
        ]
        return rate(sum(row["outcome"] == "reached" for row in calls), len(calls))

    def capture_rate(self) -> Figure:
        entries = []
        for row in self.floor["Reception"]:
            store = get(row, "store") or self.floor.person_store(get(row, "staff"))
            if self.within(moment(row, "arrived_at")) and is_yes(row, "first_time", default=True):
                person = get(row, "staff")
                store = self.floor.person_store(person) or store
                if self.belongs(person, store):
                    entries.append(row)
        return rate(sum(bool(get(row, "card_no")) for row in entries), len(entries))

    def first_response_hours(self) -> Figure:
        hours = []
        for card in self.opened_cards():
            first = self.first_contact(card)
            if first is not None and first < self.end:
                hours.append(hours_between(known(card, "opened_at"), first))
        return median(hours)

    def prompt_contact_rate(self) -> Figure:
        cards = prompt = 0
        for card in self.opened_cards():
            first = self.first_contact(card)
            cards += 1
            if first is not None and first < self.end:
                prompt += first - known(card, "opened_at") <= DAY
        return rate(prompt, cards)

    def closing_rate(self) -> Figure:
        return rate(len(list(self.orders())), len(list(self.opened_cards())))

    def cohort_conversion_rate(self) -> Figure:
        cards = bought = 0
        for row in self.floor["Customers"]:
            last = known(row, "opened_at").date() + 90 * DAY
            if not self.first_day <= last <= self.last_day:
                continue
            if self.mine(self.floor.first_owner(row["card_no"]), row["card_no"]):
                cards += 1
                bought += any(
                    order["card_no"] == row["card_no"] and known(order, "signed_at").date() <= last
                    for order in self.floor.signed_orders()
                )
        return rate(bought, cards)

    def recovery_rate(self) -> Figure:
        won_orders = {
            row["order_no"]
            for row in self.floor.signed_orders()
            if known(row, "signed_at") < self.end
        }
        closed = [
            row
            for row in self.floor["Recoveries"]
            if self.within(moment(row, "closed_at")) and self.mine(row["handler"], row["card_no"])
        ]
        return rate(sum(get(row, "order_no") in won_orders for row in closed), len(closed))

    def visit_completion_rate(self) -> Figure:
        due: set[str] = set()
        done: set[str] = set()
        for row in self.floor["Visits"]:
            day = date.fromisoformat(row["due_on"])
            if get(row, "status") == "cancelled" or not self.first_day <= day <= self.last_day:
                continue
            if self.mine(get(row, "assignee"), row["card_no"]):
                due.add(row["card_no"])
                if get(row, "status") == "completed" and known(row, "completed_at") < self.end:
                    done.add(row["card_no"])
        return rate(len(done), len(due))

    def resolution_rate(self) -> Figure:
        rows = [
            row
            for row in self.tickets()
            if row["kind"] != "help" and self.within(moment(row, "reported_at"))
        ]
        return rate(sum(map(self.resolved_at_end, rows)), len(rows))

    def record_accuracy(self) -> Figure:
        audited = [row for row in self.visits("assignee") if get(row, "audit")]
        return rate(sum(row["audit"] == "accurate" for row in audited), len(audited))

    def audited_share(self) -> Figure:
        rows = list(self.visits("assignee"))
        return rate(sum(bool(get(row, "audit")) for row in rows), len(rows))

    def repurchase_rate(self) -> Figure:
        answers = self.latest(self.visits("owner"), "repurchase")
        return rate(sum(answer == "yes" for answer in answers.values()), len(answers))

    def nps(self) -> Figure:
        grades = [int(g) for g in self.latest(self.visits("owner"), "recommend").values()]
        net = sum(grade >= 9 for grade in grades) - sum(grade <= 6 for grade in grades)
        return net, len(grades), 100 * net / len(grades) if grades else None

    def complaint_count(self) -> Figure:
        count = sum(
            row["kind"] == "complaint" and self.within(moment(row, "reported_at"))
            for row in self.tickets()
        )
        return None, count, count

    def onsite_in_time_rate(self) -> Figure:
        due = done = 0
        for row in self.tickets():
            if row["kind"] != "complaint" or not is_yes(row, "needs_onsite"):
                continue
            last = self.working_days_after(known(row, "reported_at").date(), 2)
            if self.first_day <= last <= self.last_day:
                due += 1
                came = moment(row, "onsite_at")
                done += came is not None and came < day_end(last)
        return rate(done, due)

    def working_days_after(self, day: date, count: int) -> date:
        while count:
            day += DAY
            count -= self.floor.is_working_day(day)
        return day

    def resolved_in_time_rate(self) -> Figure:
        due = done = 0
        for row in self.tickets():
            deadline = moment(row, "deadline")
            if deadline is not None and self.within(deadline):
                due += 1
                solved = self.resolved(row)
                done += solved is not None and solved <= deadline and self.resolved_at_end(row)
        return rate(done, due)

    def resolution_hours(self) -> Figure:
        hours = []
        for row in self.tickets():
            solved = self.resolved(row)
            if row["kind"] == "help" or solved is None or not self.within(solved):
                continue
            if self.resolved_at_end(row):
                hours.append(hours_between(known(row, "reported_at"), solved))
        return median(hours)

    def reopen_rate(self) -> Figure:
        rows = reopened = 0
        for row in self.tickets():
            again = self.within(moment(row, "reopened_at"))
            if again or self.within(self.resolved(row)):
                rows += 1
                reopened += again
        return rate(reopened, rows)


KEYS = (
    "response_rate satisfaction_rate conversion_rate on_time_rate coverage_rate connect_rate "
    "capture_rate first_response_hours prompt_contact_rate closing_rate cohort_conversion_rate "
    "recovery_rate visit_completion_rate resolution_rate record_accuracy audited_share "
    "repurchase_rate nps visit_satisfaction_rate complaint_count onsite_in_time_rate "
    "resolved_in_time_rate resolution_hours handling_satisfaction_rate reopen_rate"
).split()


def rate(numerator: int, denominator: int) -> Figure:
    return numerator, denominator, numerator / denominator if denominator else None


def hours_between(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds() / 3600


def median(values: list[float]) -> Figure:
    return None, len(values), statistics.median(values) if values else None


def figures(floor: Floor, start: date, last: date, belongs: Belongs) -> Json:
    """Every KPI of one scope in the form of the KPI command."""
    reading = Reading(floor, start, last, belongs)
    return {key: as_json(getattr(reading, key)()) for key in KEYS}


def as_json(figure: Figure) -> Json:
    return dict(zip(("numerator", "denominator", "value"), figure, strict=True))


def total(floor: Floor, start: date, last: date) -> Json:
    return figures(floor, start, last, lambda _person, _store: True)


def by_person(floor: Floor, start: date, last: date) -> list[Json]:
    return [
        {"person": name, "kpis": figures(floor, start, last, of_people({name}))}
        for name in sorted(floor.staff)
    ]


def by_team(floor: Floor, start: date, last: date) -> list[Json]:
    members: dict[str, set[str]] = {}
    for row in floor["Staff"]:
        if get(row, "store") and get(row, "team"):
            members.setdefault(f"{row['store']}/{row['team']}", set()).add(row["username"])
    return [
        {"team": team, "kpis": figures(floor, start, last, of_people(members[team]))}
        for team in sorted(members)
    ]


def by_store(floor: Floor, start: date, last: date) -> list[Json]:
    return [
        {"store": code, "kpis": figures(floor, start, last, of_store(code))}
        for code in sorted(row["code"] for row in floor["Stores"])
    ]


def of_people(members: set[str]) -> Belongs:
    return lambda person, _store: person in members


def of_store(code: str) -> Belongs:
    return lambda _person, store: store == code
