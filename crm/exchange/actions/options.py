"""Option lists grow by what an import brings."""

from __future__ import annotations

from django.db.models import Max

from crm.exchange.actions.saving import text
from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.names import loose
from crm.rulebook.models import Option

LONGEST_CODE = 60


class OptionCodes:
    """What is written in a file to the code that rows keep, for some option lists."""

    def __init__(self, *kinds: str) -> None:
        self._codes: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
        for option in Option.objects.filter(kind__in=kinds):
            known = self._codes[option.kind]
            for way in (option.code, option.label_zh_hans, option.label_zh_hant, option.label_en):
                if way:
                    known.setdefault(loose(way), option.code)

    def code(self, kind: str, value: Value) -> str:
        """The code of an option, or the text itself where the list does not have it yet."""
        return self._codes[kind].get(loose(text(value)), text(value))


def add_options(kind: str, values: set[str]) -> None:
    """Add what the list does not have yet, at its end, in the order of the words."""
    codes = OptionCodes(kind)
    known = set(Option.objects.filter(kind=kind).values_list("code", flat=True))
    missing = sorted({codes.code(kind, value) for value in values} - known)
    last = Option.objects.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    Option.objects.bulk_create(
        [
            Option(kind=kind, code=code, position=last + number)
            for number, code in enumerate(missing, start=1)
            if 0 < len(code) <= LONGEST_CODE
        ],
        ignore_conflicts=True,
    )
