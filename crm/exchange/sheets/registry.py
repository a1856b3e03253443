"""All sheets, in the order in which their rows can be saved."""

from __future__ import annotations

from crm.exchange.sheets.contacts import CONTACTS
from crm.exchange.sheets.customers import CUSTOMERS
from crm.exchange.sheets.definitions import Sheet
from crm.exchange.sheets.orders import ORDERS
from crm.exchange.sheets.payments import PAYMENTS
from crm.exchange.sheets.planned_contacts import PLANNED_CONTACTS
from crm.exchange.sheets.plans import PLANS
from crm.exchange.sheets.products import PRODUCTS
from crm.exchange.sheets.reception import RECEPTION
from crm.exchange.sheets.recoveries import RECOVERIES
from crm.exchange.sheets.staff import STAFF
from crm.exchange.sheets.stores import STORES
from crm.exchange.sheets.tickets import TICKETS
from crm.exchange.sheets.visits import VISITS

SHEETS: tuple[Sheet, ...] = (
    STORES,
    STAFF,
    PRODUCTS,
    CUSTOMERS,
    RECEPTION,
    PLANS,
    PLANNED_CONTACTS,
    CONTACTS,
    ORDERS,
    PAYMENTS,
    TICKETS,
    VISITS,
    RECOVERIES,
)
BY_KEY: dict[str, Sheet] = {sheet.key: sheet for sheet in SHEETS}
