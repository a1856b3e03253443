"""Sheet Customers 客户: one row is one card, that is one purchase of a person."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import in_order, needed
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values
from crm.exchange.sheets.saying import said as _

CONTACT_COLUMNS = ("phone", "phone2", "wechat", "email")


def anonymised(row: Values) -> bool:
    """Whether the row is a card without personal data: no name and no way to reach anyone."""
    return not row.get("name") and not any(row.get(column) for column in CONTACT_COLUMNS)


def check_customer(row: Values) -> Iterator[Flaw]:
    """A name, a way to reach them and an owner, except where the card's state explains it."""
    if not anonymised(row):
        yield from needed(row, "name", _("a card needs a name"))
        if not any(row.get(column) for column in CONTACT_COLUMNS):
            yield Flaw("phone", _("a card needs a phone, a WeChat or an e-mail address"))
        if row.get("status") != "pool" and row.get("level"):
            yield from needed(row, "owner", _("a card with a level needs an owner"))
    if row.get("status") == "lost":
        yield from needed(row, "lost_at", _("a lost card needs the time it was lost"))
    yield from in_order(row, "opened_at", "lost_at")
    low, high = row.get("budget_min"), row.get("budget_max")
    if isinstance(low, Decimal) and isinstance(high, Decimal) and high < low:
        yield Flaw("budget_max", _("it is less than %(column)s") % {"column": "budget_min"})


CUSTOMERS = Sheet(
    key="Customers",
    chinese="客户",
    main_time="opened_at",
    columns=(
        Column("card_no", "卡号", Kind.KEY, required=True, longest=40),
        Column("name", "姓名", longest=80, personal=True),
        Column("gender", "性别", Kind.CHOICE, choices=choices.GENDER, personal=True),
        Column("phone", "电话", Kind.PHONE, personal=True),
        Column("phone2", "备用电话", Kind.PHONE, personal=True),
        Column("wechat", "微信", longest=60, personal=True),
        Column("email", "邮箱", Kind.EMAIL, longest=254, personal=True),
        Column("address", "地址", longest=200, personal=True),
        Column("region", "区域", longest=60),
        Column("birthday", "生日", Kind.DATE, personal=True),
        Column("lunar_birthday", "农历生日", Kind.LUNAR, personal=True),
        Column("occupation", "职业", longest=60, personal=True),
        Column("source", "客户来源", Kind.CHOICE, choices=choices.SOURCE),
        Column("channel", "信息途径", longest=60),
        Column("model", "意向车型", longest=80),
        Column("budget_min", "预算下限", Kind.MONEY, least=0),
        Column("budget_max", "预算上限", Kind.MONEY, least=0),
        Column("level", "意向级别", Kind.CHOICE, choices=choices.LEVEL),
        Column("owner", "归属销售", Kind.REFERENCE, refers_to="Staff"),
        Column("first_owner", "首任销售", Kind.REFERENCE, refers_to="Staff"),
        Column("store", "门店", Kind.REFERENCE, refers_to="Stores"),
        Column("opened_at", "建卡时间", Kind.TIME, required=True),
        Column("status", "状态", Kind.CHOICE, choices=choices.CUSTOMER_STATUS, default="open"),
        Column("lost_at", "战败时间", Kind.TIME),
        Column("lost_reason", "战败原因", longest=120),
        Column("referrer", "介绍人卡号", Kind.REFERENCE, refers_to="Customers"),
        Column("current_vehicle", "现有车辆", longest=120, personal=True),
        Column("notes", "备注", personal=True),
    ),
    check=check_customer,
)
