"""What a visit finds and cannot solve is passed on: ticket, departments, promise (RV-28, RV-33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from complaints import alarms, clocks
from complaints.actions import Told, alarm_ticket, ask_department, lodge_complaint, register_ticket
from complaints.actions.checking import TASK_AT_MOST
from complaints.actions.promising import keep_first_promise, promise_answer
from complaints.models import Intake, Ticket
from crm.people.models import Department, User
from crm.promises.actions import make_promise
from followups.models import Method
from visits.models import NothingBecause, Visit
from visits.questions import ABOUT_THE_VISIT, Answers, Form, content_with
from visits.survey import unhappy

# How a complaint comes in that is heard on a visit (CP-03).
CAME_BY = {
    Method.PHONE: Intake.Channel.PHONE,
    Method.WECHAT: Intake.Channel.WECHAT,
    Method.SMS: Intake.Channel.WRITTEN,
    Method.IN_PERSON: Intake.Channel.SPOKEN,
    Method.ONSITE: Intake.Channel.SPOKEN,
    Method.EMAIL: Intake.Channel.EMAIL,
    Method.SURVEY: Intake.Channel.WEB,
}
ALARM_WORDS_AT_MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What the customer is not content with, to be passed on in the same save (RV-28, RV-33).

    `said` are the customer's own words where the description holds more than them. From
    `severity` on it is what a complaint is asked besides. `place` says which of several it is.
    """

    category: str
    description: str
    said: str | None = None
    department: Department | None = None
    assistants: Sequence[Department] = ()
    answer_by: dt.datetime | None = None
    as_complaint: bool = False
    severity: str = clocks.NORMAL
    calm_because: str = ""
    about: User | None = None
    no_visit_because: str = ""
    demand: str = ""
    emotion: str = ""
    calmed: bool = False
    confirmed: bool = False
    place: int = 1

    @property
    def alarms(self) -> tuple[str, ...]:
        """What of the customer's words others must know of at once (CP-34); mostly nothing."""
        said = self.description if self.said is None else self.said
        return alarms.makes_critical(self.category, said)


def goes_back(visit: Visit, form: Form, answers: Answers) -> bool:
    """Whether these answers send the complaint this visit is about back to work (RV-13)."""
    if visit.kind != Visit.Kind.COMPLAINT or visit.ticket_id is None:
        return False
    grade = form.measured("satisfaction", answers)
    return content_with(grade.number if grade else None) is False


def check_passed_on(
    visit: Visit, form: Form, answers: Answers, problems: Sequence[object], because: str
) -> None:
    """No bad grade is saved in silence: it is passed on, or it is said why not (RV-28, RV-39).

    What sends a complaint back to work is passed on by that; a bad grade for the visit itself is
    told to its visitor's superior (SA-02). Raises `ValidationError` by field.
    """
    if because and because not in NothingBecause.values:
        raise ValidationError({"nothing_because": _("Choose a reason.")})
    bad = [one for one in unhappy(form, answers) if one.measures != ABOUT_THE_VISIT]
    if problems or because or not bad or goes_back(visit, form, answers):
        return
    message = _("A grade is bad: write down what the customer says, or why nothing is passed on.")
    raise ValidationError({"problem": message})


def pass_on(
    visit: Visit,
    problems: Sequence[Problem],
    *,
    by: User,
    now: dt.datetime,
    back: Ticket | None = None,
) -> list[Ticket]:
    """Each problem becomes a ticket and, with a date, a promise to the customer (RV-28).

    Words that alarm make a complaint of it, whether one was wished or not (CP-34). What is not put
    right is no new ticket where the complaint it is about goes `back` to work: it is answered over
    that one. Returns the tickets made.
    """
    tickets = []
    for problem in problems:
        try:
            tickets += _pass_on(visit, problem, by=by, now=now, back=back)
        except ValidationError as error:
            raise _of_place(error, problem.place) from error
    if tickets and visit.ticket is None:
        Visit.objects.filter(pk=visit.pk).update(ticket=tickets[0])
        visit.ticket = tickets[0]
    return tickets


def _pass_on(
    visit: Visit, problem: Problem, *, by: User, now: dt.datetime, back: Ticket | None
) -> list[Ticket]:
    if back is not None and not problem.as_complaint:
        _join(back, problem, by=by, now=now)
        return []
    make = _lodge if problem.as_complaint or problem.alarms else _register
    return [make(visit, problem, by=by, now=now)]


def _of_place(error: ValidationError, place: int) -> ValidationError:
    """What is wrong with the second or third problem, by fields that say which it is."""
    if place == 1 or not hasattr(error, "error_dict"):
        return error
    return ValidationError({f"{name}{place}": errors for name, errors in error.error_dict.items()})


def _join(ticket: Ticket, problem: Problem, *, by: User, now: dt.datetime) -> None:
    """Said of a complaint that goes back to work: answered over it, and critical as any other."""
    words = problem.description[:ALARM_WORDS_AT_MOST]
    for reason in problem.alarms:
        alarm_ticket(ticket, by=by, version=ticket.version, reason=reason, words=words, now=now)
    if problem.answer_by is not None:
        promise_answer(ticket, by=by, due_at=problem.answer_by, now=now)


def _promise(ticket: Ticket, visit: Visit, problem: Problem, *, by: User, now: dt.datetime) -> None:
    if problem.answer_by is None:
        return
    keep_first_promise(ticket, problem.answer_by)
    what = problem.description[:300]
    make_promise(visit.card, by=by, what=what, due_at=problem.answer_by, source=ticket, now=now)


def _lodge(visit: Visit, problem: Problem, *, by: User, now: dt.datetime) -> Ticket:
    """A complaint as any other: what is asked, its clocks, who must know at once (CP-04, CP-34)."""
    told = Told(
        channel=CAME_BY[Method(visit.method)],
        demand=problem.demand,
        emotion=problem.emotion,
        calmed=problem.calmed,
        confirmed=problem.confirmed,
    )
    ticket = lodge_complaint(
        visit.card,
        by=by,
        kind=Ticket.Kind.COMPLAINT,
        category=problem.category,
        description=problem.description,
        severity=problem.severity,
        calm_because=problem.calm_because,
        about=problem.about,
        no_visit_because=problem.no_visit_because,
        answer_by=problem.answer_by,
        lead_department=problem.department,
        told=told,
        source=visit,
        now=now,
    )
    _ask_helpers(ticket, problem, by=by, now=now)
    return ticket


def _register(visit: Visit, problem: Problem, *, by: User, now: dt.datetime) -> Ticket:
    """A ticket of its own, with the departments that are to lead and to assist."""
    ticket = register_ticket(
        visit.card,
        by=by,
        kind=Ticket.Kind.PROBLEM,
        category=problem.category,
        description=problem.description,
        about=problem.about,
        lead_department=problem.department,
        deadline=problem.answer_by,
        source=visit,
        now=now,
    )
    _ask_helpers(ticket, problem, by=by, now=now)
    _promise(ticket, visit, problem, by=by, now=now)
    return ticket


def _ask_helpers(ticket: Ticket, problem: Problem, *, by: User, now: dt.datetime) -> None:
    """The departments that assist the lead are asked at once (HP-05)."""
    for helper in problem.assistants:
        if helper != problem.department:
            ask_department(
                ticket,
                by=by,
                version=ticket.version,
                department=helper,
                task=problem.description[:TASK_AT_MOST],
                due_at=problem.answer_by,
                now=now,
            )
