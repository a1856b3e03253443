"""What the rulebook says for a store."""

from __future__ import annotations

from collections import defaultdict
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language

from crm import workdays
from crm.rulebook.models import CalendarDay, Number, OpeningHours, Option
from crm.rulebook.numbers import Numbers, numbers_from


def numbers_for(store_id: int | None) -> Numbers:
    """The numbers in force in a store: its own rows over those for all, over the defaults."""
    rows = Number.objects.filter(Q(store__isnull=True) | Q(store_id=store_id))
    found = sorted(rows, key=lambda row: row.store_id is not None)
    return numbers_from({row.key: row.value for row in found})


def working_calendar(
    store_id: int | None = None, numbers: Numbers | None = None
) -> workdays.Calendar:
    """The region's working days with a store's opening hours; without a store the usual ones.

    Two statements with a store, one without; quiet hours are the defaults unless `numbers` are
    given.
    """
    region = settings.CALENDAR_REGION
    days = list(CalendarDay.objects.filter(region=region).values_list("day", "kind"))
    make_up = frozenset(day for day, kind in days if kind == CalendarDay.Kind.WORKDAY)
    return workdays.Calendar(
        region=region,
        zone=ZoneInfo(settings.TIME_ZONE),
        holidays=frozenset(day for day, kind in days if kind == CalendarDay.Kind.HOLIDAY),
        make_up_days=make_up,
        published=frozenset(day.year for day in make_up),
        hours=opening_hours(store_id, numbers or Numbers()),
    )


def opening_hours(store_id: int | None, numbers: Numbers) -> workdays.OpeningHours:
    """A store's slots as it entered them; the usual ones where it entered none."""
    start, end = numbers.quiet_time()
    slots: dict[int, list[workdays.Slot]] = defaultdict(list)
    if store_id is not None:
        for row in OpeningHours.objects.filter(store_id=store_id):
            slots[row.weekday].append(workdays.Slot(row.opens, row.closes))
    if not slots:
        return workdays.OpeningHours(quiet_from=start, quiet_until=end)
    week = tuple(tuple(sorted(slots[weekday])) for weekday in range(7))
    return workdays.OpeningHours(week=week, quiet_from=start, quiet_until=end)


def option_choices(kind: str, keep: str = "") -> list[tuple[str, str]]:
    """Code and label of the options on offer, in the reader's language.

    A retired option is offered only where `keep` says that the row has it (CC-29).
    """
    offered = Option.objects.filter(Q(retired=False) | Q(code=keep), kind=kind)
    choices = [(option.code, label_of(option)) for option in offered]
    if keep and keep not in dict(choices):
        choices.append((keep, keep))
    return choices


def option_codes(kind: str) -> dict[str, str]:
    """How an option may be written (its code or a label in any language) → its code."""
    found: dict[str, str] = {}
    for option in Option.objects.filter(kind=kind):
        for words in (
            option.label_en,
            option.label_zh_hant,
            option.label_zh_hans,
            option.code,
        ):
            if words:
                found[words] = option.code
    return found


def option_labels(kind: str) -> dict[str, str]:
    """Code → label in the reader's language, retired options included."""
    return {option.code: label_of(option) for option in Option.objects.filter(kind=kind)}


def label_of(option: Option) -> str:
    """The option's words in the active language; its code where it has none."""
    language = (get_language() or "").replace("-", "_")
    return getattr(option, f"label_{language}", "") or option.code
