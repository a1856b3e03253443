"""Who calls and writes, as customers hear it (RV-18, TR-06)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.people.models import Store
from crm.rulebook.queues.reading import numbers_for


def house_name(store: Store | None) -> str:
    """Company and store, 青岚城东店; one alone where the other is not known or says it already."""
    company, name = (
        numbers_for(store.pk if store else None).company_name,
        store.name if store else "",
    )
    if not company or not name or name.startswith(company):
        return name or company
    return _("%(company)s %(store)s") % {"company": company, "store": name}
