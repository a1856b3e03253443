#!/usr/bin/env python3
"""The command line of Showfloor: ``python manage.py <command>``."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command; a setting that cannot be understood ends it with one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Showfloor cannot start: {error}")


if __name__ == "__main__":
    main()
