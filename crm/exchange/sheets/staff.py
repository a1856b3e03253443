"""Sheet Staff 员工: people, their main role and where they hold it."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import needed
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values
from crm.exchange.sheets.saying import said as _


def check_staff(row: Values) -> Iterator[Flaw]:
    """Everyone belongs to a store but those who work for all of them; a team lies in one."""
    if row.get("role") not in choices.ROLES_WITHOUT_STORE:
        yield from needed(row, "store", _("this role needs a store"))
    elif row.get("team"):
        yield from needed(row, "store", _("a team needs a store"))


STAFF = Sheet(
    key="Staff",
    chinese="员工",
    columns=(
        Column("username", "账号", Kind.KEY, required=True, longest=60),
        Column("name", "姓名", required=True, longest=60),
        Column("role", "角色", Kind.CHOICE, required=True, choices=choices.ROLE),
        Column("store", "门店", Kind.REFERENCE, refers_to="Stores"),
        Column("team", "团队", longest=60),
        Column("department", "部门", longest=60),
        Column("phone", "电话", Kind.PHONE),
        Column("email", "邮箱", Kind.EMAIL, longest=254),
        Column("active", "在职", Kind.YES_NO, default=True),
    ),
    check=check_staff,
)
