"""What a release brings along: options and official days."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from crm.rulebook.default_options import DEFAULT_OPTIONS
from crm.rulebook.models import CalendarDay, Option
from crm.rulebook.published_days import SOURCE, official_days

YEARS_BACK = 4
YEARS_AHEAD = 1


@transaction.atomic
def seed_rulebook(today: dt.date) -> None:
    """Bring in the options and official days this release knows; may run any number of times.

    What managers edited stays: an option is added only where its code is missing, and days
    replace only days that an earlier release brought in.
    """
    _seed_options()
    _seed_days(range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1))


def _seed_options() -> None:
    Option.objects.bulk_create(
        [
            Option(
                kind=kind,
                code=option.code,
                label_zh_hans=option.zh_hans,
                label_zh_hant=option.zh_hant,
                label_en=option.en,
                position=position,
            )
            for kind, options in DEFAULT_OPTIONS.items()
            for position, option in enumerate(options)
        ],
        ignore_conflicts=True,
    )


def _seed_days(years: range) -> None:
    region = settings.CALENDAR_REGION
    CalendarDay.objects.filter(
        region=region,
        source=SOURCE,
        day__range=(dt.date(years.start, 1, 1), dt.date(years.stop - 1, 12, 31)),
    ).delete()
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(
                region=region,
                day=official.day,
                kind=official.kind,
                name=official.name[:60],
                source=SOURCE,
            )
            for official in official_days(region, years)
        ],
        ignore_conflicts=True,
    )
