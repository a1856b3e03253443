"""Somebody who writes all the time: `python -m tests.fault.writers LEDGER RATE`.

Each transaction writes two rows that belong together; after its commit a line goes into the
ledger, a file that can only grow. The truth about what was committed is there.
"""

from __future__ import annotations

import os
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from crm.records.models import Counter  # noqa: E402

ROW_PAIR = (1, 2)


def write(number: int) -> None:
    """One transaction of two rows."""
    with transaction.atomic():
        for half in ROW_PAIR:
            Counter.objects.create(kind=f"w{number:08}", year=half, last=number)


def main() -> None:
    ledger, rate = sys.argv[1], float(sys.argv[2])
    file = os.open(ledger, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    began, number = time.monotonic(), 0
    while True:
        number += 1
        write(number)
        os.write(file, f"{number}\n".encode())
        time.sleep(max(began + number / rate - time.monotonic(), 0))


if __name__ == "__main__":
    main()
