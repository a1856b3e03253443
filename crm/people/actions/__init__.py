"""Verbs on people. Those of `home` call them and write the audit entry in one transaction."""

from crm.people.actions.accounts import (
    FIRST_ADMIN_TIME,
    INVITATION_TIME,
    LinkSpent,
    check_post,
    end_absence,
    end_sessions,
    give_post,
    keep_language,
    keep_settings,
    link_time,
    make_link,
    plan_absence,
    set_password,
    use_link,
    void_links,
)
from crm.people.actions.devices import (
    drop_device,
    end_device,
    forget_devices,
    note_device,
    touch_device,
)
from crm.people.actions.second_steps import (
    begin_second_step,
    drop_second_step,
    require_second_step,
    take_code,
)

__all__ = [
    "FIRST_ADMIN_TIME",
    "INVITATION_TIME",
    "LinkSpent",
    "begin_second_step",
    "check_post",
    "drop_device",
    "drop_second_step",
    "end_absence",
    "end_device",
    "end_sessions",
    "forget_devices",
    "give_post",
    "keep_language",
    "keep_settings",
    "link_time",
    "make_link",
    "note_device",
    "plan_absence",
    "require_second_step",
    "set_password",
    "take_code",
    "touch_device",
    "use_link",
    "void_links",
]
