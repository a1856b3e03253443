"""The settings of the product with what only tests need: a cheap hasher, quiet mail."""

import os
from pathlib import Path

from crm.settings import *  # noqa: F403

SECRET_KEY = "for tests only " * 5
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# A test database is thrown away: no commit of it has to survive a power cut.
for _database in DATABASES.values():  # noqa: F405
    if "init_command" in _database["OPTIONS"]:
        _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# What the processes of the fault tests write down lies beside their files.
if "MEDIA_ROOT" in os.environ:
    VAR_DIR = Path(os.environ["MEDIA_ROOT"]).parent
# A test that is held back by the sign-in limits says so itself.
AXES_ENABLED = False
WRONG_LINKS_A_MINUTE = 1_000_000
LINKS_SENT_A_MINUTE = 1_000_000
ONE_LINK_SENT_A_MINUTE = 1_000_000
# A version that a test types is sealed as its page would have sealed it.
_seen = MIDDLEWARE.index("crm.records.middleware.seen.Seen")  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE[:_seen], "tests.sealing.Sealing", *MIDDLEWARE[_seen:]]  # noqa: F405
# What the fault tests let the worker do.
WORKER_TASKS = WORKER_TASKS | {"tests.fault.deeds.mark"}  # noqa: F405
# Static files are looked for when asked for: each test client would list them all first.
WHITENOISE_AUTOREFRESH = True
