"""The floor to measure against: fifty rows of constants through the same shell."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.http import require_safe

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


@require_safe
def constant_page(request: HttpRequest) -> HttpResponse:
    """Fifty rows that need no database, with menu, badges and banner as everywhere."""
    return HttpResponse(compiled().render({"rows": ROWS}, request))


@cache
def compiled() -> Any:
    """The template, compiled once as the cached loader does."""
    return engines["django"].from_string(PAGE)


urlpatterns = [path("constant/", constant_page), path("", include("crm.urls"))]
