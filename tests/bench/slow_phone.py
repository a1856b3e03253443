"""`python -m tests.bench.slow_phone`: how soon a customer's questionnaire opens on a slow phone.

On a demo floor, one granian worker and Chromium as a phone: 150 ms away, 1.6 Mbit/s, a processor
a quarter as fast as this one. Each opening is a first one, nothing kept from before. Printed is
the median beside its aim; a busy machine is slower, so that nothing is refused for it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.utils import timezone  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from crm.people.models import User  # noqa: E402
from tests.bench.footprint import ROOT, end, first_answer, free_port, say, start_web  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402
from visits.actions import make_link  # noqa: E402
from visits.models import Visit  # noqa: E402

AIM_S, OPENINGS = 1.0, 9
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [page.responseStart, paint?.startTime ?? 0, page.loadEventEnd];
}"""


def token_of_a_visit() -> str:
    """What an agent of the demo floor hands a customer."""
    agent = User.objects.get(username="wu.qian")
    visit = Visit.objects.filter(assignee=agent, kind="new_purchase", state="assigned").first()
    made = make_link(visit, by=agent, now=timezone.now()) if visit else None
    if made is None:
        raise SystemExit("the demo floor has no visit to ask about")
    return made[1]


def opened(browser: Browser, address: str) -> list[float]:
    """Milliseconds to the first byte, the first paint and the whole page, in a new window."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="load")
    found: list[float] = page.evaluate(TIMES)
    context.close()
    return found


def main() -> None:
    """Make a demo floor in the empty database and open the page on it."""
    chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if not Path(chromium).exists():
        say("the questionnaire on a slow phone: left out, Chromium is not on this machine")
        return
    words = [sys.executable, "manage.py", "demo", "--migrate", "--if-empty"]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    token, port = token_of_a_visit(), free_port()
    server = start_web(port)
    try:
        first_answer(f"http://127.0.0.1:{port}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            address = f"http://127.0.0.1:{port}/s/{token}/"
            found = [opened(browser, address) for _ in range(OPENINGS)]
            browser.close()
    finally:
        end(server)
    answered, painted, loaded = (statistics.median(one) / 1000 for one in zip(*found, strict=True))
    star = "*" if loaded > AIM_S else ""
    say(
        f"the questionnaire on a slow phone: first answer after {answered:.2f} s, painted after"
        f" {painted:.2f} s, whole after {loaded:.2f}{star} s (aim {AIM_S:.0f} s)"
    )


if __name__ == "__main__":
    main()
