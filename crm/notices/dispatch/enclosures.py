"""What goes along with a mail: by the kind of its notice, where a room above makes it.

The paths are strings, as in the table of recurring work: only the worker that sends ever loads
what they name. Each takes the public id the notice is about, its recipient and the moment, and
returns an `Enclosed`, or raises `Refused` where it is no longer that person's.
"""

from __future__ import annotations

import datetime as dt

from django.utils.module_loading import import_string

from crm.notices.channels.interface import Enclosed
from crm.notices.models import Delivery

ENCLOSED_BY = {
    "report_closed": "crm.reports.weekly.mail.enclosed",
    "view_due": "crm.reports.weekly.view_mail.enclosed",
}


def enclosed_with(delivery: Delivery, now: dt.datetime) -> Enclosed | None:
    """What goes along with this delivery; None where it is a plain message."""
    notice = delivery.notice
    if notice is None or notice.kind not in ENCLOSED_BY:
        return None
    found: Enclosed = import_string(ENCLOSED_BY[notice.kind])(
        notice.about_id, delivery.recipient, now
    )
    return found
