"""How a customer is spoken to when a call is opened (RV-18)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.customers.models import Customer, Gender
from crm.customers.names import surname


def salutation(customer: Customer, name: str) -> str:
    """高先生, 欧阳女士: surname and title where both are known, else the name as it is shown."""
    family = "" if customer.is_organisation else surname(name)
    if family and customer.gender == Gender.MALE:
        return _("Mr %(surname)s") % {"surname": family}
    if family and customer.gender == Gender.FEMALE:
        return _("Ms %(surname)s") % {"surname": family}
    return name
