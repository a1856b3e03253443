"""Fates of what the house keeps of itself and its staff, and libraries of both (D48). Pure."""

from __future__ import annotations

from crm.records.fates import HIDE, Table, keep, of_nobody

STAFF = "about a member of staff or a place of work"
DOOR = "how an account was used; no customer has one"

TABLES = (
    Table(
        "home.Erasure",
        "card",
        {"comment": HIDE, "counts": keep("how many rows of each kind, without any of them")},
    ),
    of_nobody("home.Backup", "name", "sha256", "problem", "check_problem"),
    of_nobody("people.Store", "code", "name", "region", ground=STAFF),
    of_nobody("people.Team", "name", ground=STAFF),
    of_nobody("people.Department", "name", ground=STAFF),
    of_nobody(
        "people.User", "password", "username", "name", "phone", "email", "language", ground=STAFF
    ),
    of_nobody("people.OneTimeLink", "token_hash", ground=STAFF),
    of_nobody("people.DemoFloor", "password", ground=STAFF),
    of_nobody("people.SecondStep", "salt", ground=STAFF),
    of_nobody("people.RecoveryCode", "code_hash", ground=STAFF),
    of_nobody("people.Device", "session_key", "browser", "address", ground=STAFF),
    of_nobody("auth.Permission", "name", "codename"),
    of_nobody("auth.Group", "name"),
    of_nobody("contenttypes.ContentType", "app_label", "model"),
    of_nobody("sessions.Session", "session_key", "session_data", ground=DOOR),
    *(
        of_nobody(model, "user_agent", "ip_address", "username", *others, ground=DOOR)
        for model, others in (
            ("axes.AccessFailureLog", ("http_accept", "path_info")),
            ("axes.AccessAttempt", ("http_accept", "path_info", "get_data", "post_data")),
            ("axes.AccessLog", ("http_accept", "path_info", "session_hash")),
        )
    ),
    of_nobody(
        "django_q.OrmQ", "key", "payload", ground="a task's name and row numbers, until it has run"
    ),
    of_nobody(
        "django_q.Schedule", "name", "func", "hook", "args", "kwargs", "cron", "task", "cluster"
    ),
    of_nobody("django_q.Schedule", "intended_date_kwarg"),
    of_nobody("django_q.Task", "id", "name", "func", "hook", "group", "cluster"),
    of_nobody(
        "django_q.Task",
        "args",
        "kwargs",
        "result",
        ground="row numbers; results are not kept",
    ),
)
