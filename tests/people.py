"""The cast: named people on two sales floors, and plain functions that make their rows.

Pudong (SH01) has team one of supervisor Chen with salespeople Lin and Zhou, team two of
supervisor He with salesperson Ma, agent Wu and her supervisor Xu, front desk Fang, manager
Shen, and everyone else a dealership has. Chaoyang (BJ01) has Otto, the outsider, who must see
nothing of Pudong. Bai is the general manager, Pan the privacy officer, Adele the administrator.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from complaints.models import Ticket
from crm.customers.models import Card, CaseAccess, Customer, Ownership
from crm.customers.states import state_for_level
from crm.home.models import Erasure
from crm.orders.models import Order
from crm.people import roles
from crm.people.models import Department, Membership, Store, Team, User
from crm.promises.models import Promise
from crm.reports.models import Measure, PeriodReport, VisitReport
from crm.reports.weekly.figures import WHOLE
from crm.vehicles.models import Product
from followups.models import Contact, Plan, PlannedContact
from visits.default_questions import SHEETS
from visits.models import (
    CompetitorFinding,
    Draw,
    Opportunity,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    SurveyLink,
    Visit,
    VisitMail,
    VisitRule,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Thursday morning; the week of mockups and samples.
NOW = dt.datetime(2026, 3, 12, 10, 20, tzinfo=SHANGHAI)
HIRED = dt.date(2020, 1, 1)
PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def local(text: str) -> dt.datetime:
    """A moment in the store's zone: local("2026-03-12 10:30")."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Cast:
    """Everybody, by name."""

    pudong: Store
    chaoyang: Store
    team_one: Team
    team_two: Team
    service_team: Team
    chaoyang_team: Team
    technical: Department
    lin: User
    zhou: User
    ma: User
    chen: User
    he: User
    wu: User
    xu: User
    mia: User
    mona: User
    tang: User
    vera: User
    fang: User
    shen: User
    bai: User
    pan: User
    adele: User
    otto: User
    ola: User


# username, name, role, store, team, department: as the names of the cast's fields
STAFF = (
    ("lin", "林晓彤", roles.SALESPERSON, "pudong", "team_one"),
    ("zhou", "周启航", roles.SALESPERSON, "pudong", "team_one"),
    ("ma", "马骁", roles.SALESPERSON, "pudong", "team_two"),
    ("chen", "陈立新", roles.SALES_SUPERVISOR, "pudong", "team_one"),
    ("he", "何雨薇", roles.SALES_SUPERVISOR, "pudong", "team_two"),
    ("wu", "吴伟刚", roles.SERVICE_AGENT, "pudong", "service_team"),
    ("xu", "徐敏", roles.SERVICE_SUPERVISOR, "pudong", "service_team"),
    ("mia", "米雅", roles.MARKETER, "pudong", ""),
    ("mona", "莫娜", roles.MARKETING_SUPERVISOR, "pudong", ""),
    ("tang", "唐工", roles.HANDLER, "pudong", ""),
    ("vera", "韦然", roles.AUDITOR, "pudong", ""),
    ("fang", "方前台", roles.RECEPTION, "pudong", ""),
    ("shen", "沈店长", roles.MANAGER, "pudong", ""),
    ("bai", "白总", roles.GENERAL_MANAGER, "", ""),
    ("pan", "潘合规", roles.PRIVACY_OFFICER, "", ""),
    ("adele", "管理员", roles.ADMIN, "", ""),
    ("otto", "欧阳外", roles.SALESPERSON, "chaoyang", "chaoyang_team"),
    ("ola", "欧主管", roles.SALES_SUPERVISOR, "chaoyang", "chaoyang_team"),
)


def make_user(
    username: str,
    name: str,
    role: str,
    store: Store | None = None,
    team: Team | None = None,
    department: Department | None = None,
) -> User:
    """A person with one membership, valid for years, who signs in with PASSWORD."""
    user = _person(username, name)
    user.save()
    Membership.objects.create(
        user=user, role=role, store=store, team=team, department=department, valid_from=HIRED
    )
    return user


def _person(username: str, name: str) -> User:
    user = User(username=username, name=name, email=f"{username}@example.com")
    user.set_password(PASSWORD)
    return user


def make_cast() -> Cast:
    """Two stores with everybody who works there, in a handful of statements."""
    pudong = Store.objects.create(code="SH01", name="浦东店", region="华东")
    chaoyang = Store.objects.create(code="BJ01", name="朝阳店", region="华北")
    technical = Department.objects.create(name="技术")
    one, two, service, other = Team.objects.bulk_create(
        [
            Team(store=pudong, name="一组"),
            Team(store=pudong, name="二组"),
            Team(store=pudong, name="客服"),
            Team(store=chaoyang, name="一组"),
        ]
    )
    places: dict[str, Any] = {
        "pudong": pudong,
        "chaoyang": chaoyang,
        "team_one": one,
        "team_two": two,
        "service_team": service,
        "chaoyang_team": other,
        "technical": technical,
    }
    people = User.objects.bulk_create(_person(row[0], row[1]) for row in STAFF)
    Membership.objects.bulk_create(
        Membership(
            user=user,
            role=role,
            store=places.get(store),
            team=places.get(team),
            department=technical if role == roles.HANDLER else None,
            valid_from=HIRED,
        )
        for user, (_username, _name, role, store, team) in zip(people, STAFF, strict=True)
    )
    return Cast(**places, **{user.username: user for user in people})


def _post(user: User | None) -> dict[str, Any]:
    """Team and store a row keeps of the person it belongs to."""
    main = user.reach.main if user else None
    return {
        "team_id": main.team_id if main else None,
        "store_id": main.store_id if main else None,
    }


def make_product(name: str = "青岚 S7", code: str = "") -> Product:
    return Product.objects.create(code=code or f"M{next(_numbers)}", name=name)


def make_card(
    owner: User | None,
    name: str = "张伟",
    *,
    level: str = "H",
    phone: str = "",
    opened_at: dt.datetime | None = None,
    customer: Customer | None = None,
    **fields: Any,
) -> Card:
    """A card with its customer and ownership, opened two weeks before NOW unless said."""
    number = next(_numbers)
    opened = opened_at or NOW - dt.timedelta(days=14)
    post = _post(owner)
    post = {key: fields.pop(key, value) for key, value in post.items()}
    customer = customer or Customer.objects.create(
        name=name, phone=phone or f"+86138{number:08d}", store_id=post["store_id"]
    )
    card = Card.objects.create(
        **{
            "card_no": f"KH-T-{number:05d}",
            "customer": customer,
            "owner": owner,
            "first_owner": owner,
            "first_team_id": post["team_id"],
            "first_store_id": post["store_id"],
            "level": level,
            "state": state_for_level(level),
            "source": "walk_in",
            "channel": "朋友介绍",
            "reason": "夫人未看车，是决定人之一",
            "opened_at": opened,
            "created_at": opened,
            **post,
            **fields,
        }
    )
    Card.objects.filter(pk=card.pk).update(search=card.searchable())
    if owner:
        Ownership.objects.create(card=card, user=owner, since=opened, **post)
    return card


def make_plan(card: Card, *, state: str = "approved", **fields: Any) -> Plan:
    return Plan.objects.create(
        **{
            "plan_no": f"P-T-{next(_numbers)}",
            "card": card,
            "author": card.owner,
            "state": state,
            "store": card.store,
            "created_at": card.opened_at,
            **fields,
        }
    )


def make_planned(
    plan: Plan, due_at: dt.datetime, *, method: str = "phone", **fields: Any
) -> PlannedContact:
    assignee = fields.pop("assignee", plan.author)
    return PlannedContact.objects.create(
        **{
            "planned_no": f"L-T-{next(_numbers)}",
            "plan": plan,
            "card": plan.card,
            "due_at": due_at,
            "method": method,
            "content": "确认周六试驾时间",
            "reason": "上次问到第二排空间",
            "assignee": assignee,
            **_post(assignee),
            **fields,
        }
    )


def make_contact(
    card: Card, occurred_at: dt.datetime, *, staff: User | None = None, **fields: Any
) -> Contact:
    staff = staff or card.owner
    assert staff
    return Contact.objects.create(
        **{
            "contact_no": f"O-T-{next(_numbers)}",
            "card": card,
            "staff": staff,
            "occurred_at": occurred_at,
            "created_at": occurred_at,
            "method": "phone",
            "outcome": "reached",
            "result": "progress",
            "feedback": "周六带夫人来看第二排",
            **_post(staff),
            **fields,
        }
    )


def make_order(card: Card, signed_at: dt.datetime, **fields: Any) -> Order:
    staff = fields.pop("staff", card.owner)
    return Order.objects.create(
        **{
            "order_no": f"E-T-{next(_numbers)}",
            "card": card,
            "staff": staff,
            "product": fields.pop("product", None) or make_product(),
            "amount": Decimal("239800"),
            "state": "signed",
            "signed_at": signed_at,
            **_post(staff),
            **fields,
        }
    )


def make_visit(card: Card, due_on: dt.date, **fields: Any) -> Visit:
    assignee = fields.pop("assignee", None)
    owner = card.owner
    return Visit.objects.create(
        **{
            "visit_no": f"V-T-{next(_numbers)}",
            "card": card,
            "kind": "regular",
            "due_on": due_on,
            "assignee": assignee,
            "owner": owner,
            "owner_team": card.team,
            "owner_store": card.store,
            **(_post(assignee) if assignee else {"store": card.store}),
            **fields,
        }
    )


def make_erasure(card: Card, asked_by: User, **fields: Any) -> Erasure:
    """A customer's wish to be forgotten, to be decided within the usual days."""
    return Erasure.objects.create(
        **{
            "customer": card.customer,
            "card": card,
            "store": card.store,
            "ground": "withdrawn",
            "heard": "in_writing",
            "asked_by": asked_by,
            "asked_at": NOW,
            "due_on": NOW.date() + dt.timedelta(days=15),
            "created_at": NOW,
            **fields,
        }
    )


def make_finding(visit: Visit, **fields: Any) -> CompetitorFinding:
    """What a customer said about another brand on a visit."""
    return CompetitorFinding.objects.create(
        **{
            "visit": visit,
            "store": visit.store,
            "brand": "极光",
            "model": "A6",
            "kind": "price",
            "words": "降了一万二",
            "heard_on": visit.due_on,
            "noted_by": visit.assignee or visit.owner,
            **fields,
        }
    )


def make_opportunity(visit: Visit, **fields: Any) -> Opportunity:
    """A need for another car, proposed to the card's owner."""
    return Opportunity.objects.create(
        **{
            "visit": visit,
            "card": visit.card,
            "words": "想给父母添一台小车",
            "responsible": visit.card.owner,
            "answer_by": NOW + dt.timedelta(days=1),
            "store": visit.card.store,
            **fields,
        }
    )


def make_survey_link(visit: Visit, **fields: Any) -> tuple[SurveyLink, str]:
    """A questionnaire of the visit's kind in the customer's hands, and its token."""
    token = f"token-{next(_numbers):05d}-of-a-questionnaire"
    link = SurveyLink.objects.create(
        **{
            "visit": visit,
            "questions": QuestionnaireVersion.objects.get(questionnaire__kind=visit.kind),
            "token_hash": hashlib.sha256(token.encode()).hexdigest(),
            "expires_at": NOW + dt.timedelta(days=14),
            "store": visit.store,
            "created_at": NOW,
            **fields,
        }
    )
    return link, token


def make_visit_mail(visit: Visit, **fields: Any) -> VisitMail:
    """A mail to the customer that was sent and waits for its reply."""
    return VisitMail.objects.create(
        **{
            "visit": visit,
            "channel": "email",
            "language": "zh-hans",
            "subject": "用车还顺利吗？",
            "body": "想听听您的意见",
            "reply_by": NOW.date() + dt.timedelta(days=3),
            "written_by": visit.assignee or visit.card.owner,
            "state": "sent",
            "sent_at": NOW,
            "store": visit.store,
            "created_at": NOW,
            **fields,
        }
    )


def make_draw(store: Store, by: User, **fields: Any) -> Draw:
    """Two vouchers for who answered the regular questionnaire last week."""
    return Draw.objects.create(
        **{
            "questionnaire": Questionnaire.objects.get(kind="regular"),
            "prize": "充电券",
            "prizes": 2,
            "since": NOW.date() - dt.timedelta(days=7),
            "until": NOW.date() - dt.timedelta(days=1),
            "announced_by": by,
            "store": store,
            "created_at": NOW - dt.timedelta(days=8),
            **fields,
        }
    )


def make_response(visit: Visit, submitted_at: dt.datetime, **fields: Any) -> Response:
    """What a customer answered by a link."""
    return Response.objects.create(
        **{
            "visit": visit,
            "questions": QuestionnaireVersion.objects.get(questionnaire__kind=visit.kind),
            "store": visit.store,
            "begun_at": submitted_at,
            "submitted_at": submitted_at,
            "created_at": submitted_at,
            **fields,
        }
    )


def make_visit_rule(store: Store, **fields: Any) -> VisitRule:
    """A rule of one store: a visit three working days after delivery."""
    return VisitRule.objects.create(
        **{
            "name": "交车后首次回访",
            "trigger": "delivery",
            "kind": "new_purchase",
            "store": store,
            "since": NOW.date(),
            **fields,
        }
    )


def make_visit_report(store: Store, author: User, **fields: Any) -> VisitReport:
    """The service supervisor's report on February, a draft without figures of its own."""
    return VisitReport.objects.create(
        **{
            "report_no": f"HB-T-{next(_numbers)}",
            "store": store,
            "author": author,
            "first": dt.date(2026, 2, 1),
            "last": dt.date(2026, 2, 28),
            "figures": {"whole": {}, "before": {}, "models": [], "departments": []},
            **fields,
        }
    )


def make_period_report(store: Store | None, **fields: Any) -> PeriodReport:
    """The weekly report on the first week of March, in which nothing was counted."""
    nothing = {key: {"numerator": None, "denominator": 0, "value": None} for key in WHOLE}
    lists = ("people", "teams", "stores", "complaints", "lost", "highlights")
    return PeriodReport.objects.create(
        **{
            "kind": "week",
            "store": store,
            "first": dt.date(2026, 3, 2),
            "last": dt.date(2026, 3, 8),
            "due_at": local("2026-03-09 07:00"),
            "created_at": local("2026-03-09 07:00"),
            "figures": {
                "whole": nothing,
                "before": {},
                "targets": {},
                **{name: [] for name in lists},
            },
            **fields,
        }
    )


def make_measure(report: VisitReport, owner: User | None, **fields: Any) -> Measure:
    """What the management has decided after a report: due in a week."""
    return Measure.objects.create(
        **{
            "report": report,
            "store": report.store,
            "what": "交车前讲解充电",
            "owner": owner,
            "due_on": NOW.date() + dt.timedelta(days=7),
            "state": "decided",
            **fields,
        }
    )


def make_questionnaire(store: Store | None, **fields: Any) -> Questionnaire:
    """A questionnaire of one store with a first version in use."""
    sheet = Questionnaire.objects.create(
        **{"name": "浦东首次回访", "kind": "new_purchase", "store": store, **fields}
    )
    make_version(sheet, None, state="approved")
    return sheet


def make_version(
    sheet: Questionnaire, author: User | None, state: str = "draft", **fields: Any
) -> QuestionnaireVersion:
    """The next version, which may be asked and is the ready questions with one word changed."""
    number = sheet.versions.count() + 1
    body = copy.deepcopy(SHEETS[0].body)
    body["sections"][0]["questions"][0]["text"]["en"] += f" ({number})"
    return QuestionnaireVersion.objects.create(
        **{
            "questionnaire": sheet,
            "store": sheet.store,
            "number": number,
            "state": state,
            "author": author,
            "body": body,
            **fields,
        }
    )


def make_ticket(card: Card | None, reported_at: dt.datetime, **fields: Any) -> Ticket:
    responsible = fields.pop("responsible", None)
    return Ticket.objects.create(
        **{
            "ticket_no": f"T-T-{next(_numbers)}",
            "card": card,
            "kind": "complaint",
            "category": "technical",
            "reported_at": reported_at,
            "responsible": responsible,
            "reporter": responsible,
            "description": "续航与宣传不符",
            **(_post(responsible) if responsible else {"store": card.store if card else None}),
            **fields,
        }
    )


def make_promise(card: Card, due_at: dt.datetime, **fields: Any) -> Promise:
    """A promise of the card's owner to answer by a moment."""
    owner = fields.pop("responsible", card.owner)
    made_at = due_at - dt.timedelta(days=1)
    return Promise.objects.create(
        **{
            "card": card,
            "what": "报价",
            "due_at": due_at,
            "made_by": owner,
            "responsible": owner,
            "made_at": made_at,
            "created_at": made_at,
            "store": card.store,
            "team": card.team,
            **fields,
        }
    )


def give_case(card: Card, *, user: User | None = None, department: Any = None) -> CaseAccess:
    """Let a handler or auditor see this card while their case is open."""
    return CaseAccess.objects.create(card=card, user=user, department=department)
