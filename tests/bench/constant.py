"""The floors to measure against: fifty rows of constants through the shell of every page.

The bare one has five cells a row and nothing else. The full one is the list of customers without
its data: filters, chips and pager, and rows of as many cells, links and badges, in a plain loop.
The day is my day with fifty rows that are always the same, its week and no form.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from crm.customers.models import Source
from crm.customers.queues.lists import STATUSES
from crm.records.periods import week_so_far
from crm.ui.counted import CountedChip
from crm.ui.lists import Listing, SortLink
from crm.ui.templatetags.floor import intent, state
from followups.queues.day import Day
from followups.queues.day_beside import Beside, Week
from followups.queues.day_rows import ToDo
from followups.views.day_rows import Drawing

PAGE = """{% extends "base.html" %}{% load i18n floor %}
{% block title %}Rows{% endblock %}
{% block header %}<div class="app-h dup"><h1>Rows</h1></div>{% endblock %}
{% block content %}<section class="card"><div class="table-x"><table class="table"><tbody>
{% for row in rows %}<tr><th scope="row">{{ row.0 }}</th><td>{{ row.1 }}</td><td>{{ row.2 }}</td>
<td>{{ row.3 }}</td><td>{{ row.4 }}</td></tr>{% endfor %}
</tbody></table></div></section>{% endblock %}"""
ROWS = [
    (f"张伟 {n}", "青岚 S7 长续航", "3月14日 周六 14:30", "林晓彤", "239,800") for n in range(50)
]

FULL_PAGE = """{% extends "base.html" %}{% load i18n floor %}
{% block title %}Rows{% endblock %}
{% block header %}<div class="app-h dup"><h1>Rows</h1><span class="sub">25,000</span></div>
{% endblock %}
{% block filters %}{% include "customers/_filters.html" %}
{% include "ui/_chips.html" with chips=found.listing.chips %}{% endblock %}
{% block content %}<section class="card"><ol class="day-list" data-rows>
{% for row in rows %}<li class="day-row">
  <div class="day-when">{{ row.next }}{% if row.is_late %}{{ row.pill }}{% endif %}</div>
  {{ row.level }}
  <div>
    <div class="d-flex flex-wrap align-items-center gap-1">
    <span class="only-m">{{ row.small }}</span>
    <a class="day-name rowlink" href="{{ row.url }}">{{ row.name }}</a>
    <span class="ink-2 fs-s">{{ row.model }}{% if row.state %} · {{ row.state }}{% endif %}</span>
    </div>
    <div class="day-why">{{ row.why }}</div>
    <span class="only-m mt-1">{{ row.pill }}</span>
  </div>
  <div class="day-last"><b>{% translate "Last contact" %}</b>{{ row.last }}</div>
  <div class="day-act fs-s ink-2"><span>{{ row.owner }}<br><span class="num">{{ row.phone }}</span>
  </span></div>
</li>{% endfor %}
</ol><div class="card-footer fs-s ink-2">{% page_links page %}</div></section>{% endblock %}"""
TIME = '<time class="b" datetime="2026-03-14T14:30+08:00" title="2026年3月14日 周六">{}</time>'


@require_safe
def constant_page(request: HttpRequest) -> HttpResponse:
    """Fifty rows that need no database, with menu, badges and banner as everywhere."""
    return HttpResponse(compiled(PAGE).render({"rows": ROWS}, request))


@require_safe
def constant_list(request: HttpRequest) -> HttpResponse:
    """The list of customers, every word of it a constant."""
    context = {
        "rows": full_rows(),
        "found": full_list(),
        "page": Page(range(50), 1, Paginator(range(25_000), 50)),
        "statuses": STATUSES,
        "sources": Source.choices,
    }
    return HttpResponse(compiled(FULL_PAGE).render(context, request))


@require_safe
def constant_day(request: HttpRequest) -> HttpResponse:
    """My day, every word of it a constant."""
    day = full_day()
    draw = Drawing(day, back="back=%2F", tries_from=3, form="")
    context = {
        "now": day.now,
        "day": day,
        "late_rows": draw.rows(day.overdue),
        "today_rows": draw.rows(day.today),
        "supervisor_hours": 1,
        "week": day.beside.week,
    }
    return render(request, "followups/my_day.html", context)


@cache
def full_rows() -> list[dict[str, Any]]:
    """Fifty rows that say what a row of the list says."""
    return [
        {
            "next": mark_safe(TIME.format("3月14日 周六")),  # nosec B308 B703
            "is_late": number % 5 == 0,
            "pill": state("late", "逾期 3 天", "2026年3月14日 周六 14:30"),
            "level": intent("HABC"[number % 4]),
            "small": intent("HABC"[number % 4], "s"),
            "url": f"/customers/k{number:013}/",
            "name": f"张伟 {number}",
            "model": "青岚 S7 长续航",
            "state": "",
            "why": "第二次到店，带家人",
            "last": mark_safe(TIME.format("3 天前 · 3月9日")),  # nosec B308 B703
            "owner": "林晓彤",
            "phone": "138 **** 1234",
        }
        for number in range(50)
    ]


@cache
def full_day() -> Day:
    """Six hundred contacts, most of them overdue, and the fifty on top of them."""
    zone = ZoneInfo("Asia/Shanghai")
    now = dt.datetime(2026, 3, 12, 10, tzinfo=zone)
    rows = [to_do(number, now + dt.timedelta(hours=number // 45 * 2 - 26)) for number in range(50)]
    chips = [
        CountedChip(key, key, "", "", 600, key == "all", f"?show={key}")
        for key in ("all", "late", "h", "phone", "messages", "next")
    ]
    page = Page(rows, 1, Paginator(range(600), 50))
    week = Week(week_so_far(now.date(), zone), (12, 15), (9, 14), (1, 1))
    listing: Listing[Any] = Listing(page, chips, {}, {}, {}, "")
    midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), zone)
    return Day(listing, rows, None, Beside(week), now, midnight)


def to_do(number: int, due_at: dt.datetime) -> ToDo:
    """One row of that day."""
    before = due_at - dt.timedelta(days=3)
    return ToDo(
        *(number, f"p{number:013}", due_at, False, "phone", "约试驾", "第二次到店，带家人", 0, 1),
        *("approved", number, f"k{number:013}", "potential", "HABC"[number % 4], 1, 1, 1, 2),
        *(before, before, f"张伟 {number}", "13800001234", "青岚 S7 长续航", False),
        *("phone progress reached", True, f"张伟 {number}", True),
    )


@cache
def full_list() -> dict[str, Any]:
    """What stands above the rows of a store: five chips, four levels, fourteen owners."""

    def chip(key: str) -> CountedChip:
        return CountedChip(key, key, "", "", 12_345, key == "all", f"?show={key}")

    sorts = {
        key: SortLink(key, key, f"?sort={key}", "") for key in ("next", "level", "last", "new")
    }
    return {
        "chosen": {},
        "words": "",
        "status": "open",
        "owners": [(f"u{number:013}", f"员工 {number}") for number in range(14)],
        "listing": {
            "chips": [chip(key) for key in ("all", "overdue", "today", "week", "none")],
            "facets": {"level": [chip(level) for level in "HABC"]},
            "sorts": sorts,
        },
    }


@cache
def compiled(page: str) -> Any:
    """A template, compiled once as the cached loader does."""
    return engines["django"].from_string(page)


urlpatterns = [
    path("constant/", constant_page),
    path("constant-list/", constant_list),
    path("constant-day/", constant_day),
    path("", include("crm.urls")),
]
