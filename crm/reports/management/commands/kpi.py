"""`manage.py kpi`: every KPI of a period, as kpi.md prints it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from crm.people.models import Store, Team, User
from crm.records.kpis import OF_STAFF, By, Scope
from crm.reports.queues.sheet import checked_period, sheet


class Command(BaseCommand):
    """Prints the figures of a period: in all, and one row per person, team or store."""

    help = "Print every KPI of a period (docs/kpis.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", required=True, metavar="DATE")
        parser.add_argument("--to", dest="last", required=True, metavar="DATE")
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--store", metavar="CODE")
        scope.add_argument("--team", metavar="STORE/TEAM")
        scope.add_argument("--person", metavar="USERNAME")
        parser.add_argument("--by", choices=[by.value for by in OF_STAFF])
        parser.add_argument("--format", choices=["json", "table"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        zone = ZoneInfo(settings.TIME_ZONE)
        try:
            period = checked_period(
                date.fromisoformat(options["first"]), date.fromisoformat(options["last"]), zone
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        name, scope = _scope(options)
        by = By(options["by"]) if options["by"] else None
        report = {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "scope": name,
            **sheet(period, scope, by),
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_table(report)))


def _scope(options: dict[str, Any]) -> tuple[dict[str, str], Scope]:
    """The scope asked for, as printed and as looked up; raises CommandError."""
    try:
        if code := options["store"]:
            return {"store": code}, Scope(By.STORE, Store.objects.get(code=code).pk)
        if path := options["team"]:
            code, _slash, name = path.partition("/")
            team = Team.objects.get(store__code=code, name=name)
            return {"team": path}, Scope(By.TEAM, team.pk)
        if username := options["person"]:
            person = User.objects.get(username=username)
            return {"person": username}, Scope(By.PERSON, person.pk)
    except (Store.DoesNotExist, Team.DoesNotExist, User.DoesNotExist) as error:
        given = options["store"] or options["team"] or options["person"]
        sentence = _("Nobody and nothing here is called %(name)s.")
        raise CommandError(sentence % {"name": given}) from error
    return {}, Scope()


def _table(report: dict[str, Any]) -> list[str]:
    """The report as aligned text, one figure per line."""
    lines = [f"{report['from']} .. {report['to']}"]
    columns = [("", report["kpis"])]
    for row in report.get("rows", []):
        columns.append((next(str(v) for k, v in row.items() if k != "kpis"), row["kpis"]))
    for title, kpis in columns:
        lines += ["", title] if title else [""]
        for key, number in kpis.items():
            above = "" if number["numerator"] is None else f"{number['numerator']} /"
            value = "–" if number["value"] is None else f"{number['value']:.4g}"
            lines.append(f"  {key:<28}{above:>8} {number['denominator']:>6}  {value:>10}")
    return lines
