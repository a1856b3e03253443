"""How a customer is spoken to (RV-18, TR-06)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.customers.models import Customer, Gender
from crm.customers.names import surname


def salutation(customer: Customer, name: str) -> str:
    """高先生, 欧阳女士: surname and title where both are known, else the name as it is shown."""
    return _titled(customer, name) or name


def public_salutation(customer: Customer) -> str:
    """The same for a page that a link opens: no more of the name than its surname, else nothing."""
    return _titled(customer, customer.name)


def _titled(customer: Customer, name: str) -> str:
    family = "" if customer.is_organisation else surname(name)
    if family and customer.gender == Gender.MALE:
        return _("Mr %(surname)s") % {"surname": family}
    if family and customer.gender == Gender.FEMALE:
        return _("Ms %(surname)s") % {"surname": family}
    return ""
