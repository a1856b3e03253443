"""The table of recurring work: its name, what is called, how often, and by which cluster.

`manage.py runworker` writes these rows into the schedule when it starts. Main holds short
tasks only; what may take minutes runs in `slow`. Nothing that is not named here runs (D11).
"""

from typing import NamedTuple

MAIN = "showfloor"
SLOW = "slow"


class Work(NamedTuple):
    """One line of the table; `path` is called every `minutes` minutes."""

    name: str
    path: str
    minutes: int
    cluster: str


RECURRING = (
    Work("ring the bells", "crm.notices.tasks.ring_bells", 1, MAIN),
    Work("send outside", "crm.notices.tasks.send_outside", 1, SLOW),
    Work("watch the clocks of complaints", "complaints.tasks.sweep_clocks", 1, MAIN),
    Work("break promises", "crm.promises.tasks.break_promises", 5, MAIN),
    Work("forget who read tickets", "complaints.tasks.forget_presences", 60, MAIN),
    Work("seal the audit trail", "crm.records.tasks.seal_trail", 1, MAIN),
    Work("look after imports and exports", "crm.exchange.tasks.look_after_files", 1, MAIN),
    Work("sweep stray imports and exports", "crm.exchange.tasks.sweep_files", 24 * 60, SLOW),
    Work("verify the audit trail", "crm.home.tasks.verify_trail", 24 * 60, SLOW),
    Work("sweep stray files", "crm.records.tasks.sweep_files", 24 * 60, SLOW),
    Work("back up", "crm.home.tasks.back_up", 30, SLOW),
    Work("send answers", "complaints.tasks.send_replies", 1, SLOW),
    Work("mail customers", "visits.tasks.send_mails", 1, SLOW),
    Work("plan return visits", "visits.tasks.plan_visits", 15, SLOW),
    Work("plan care", "visits.tasks.plan_care", 60, SLOW),
    Work("draw visits to audit", "visits.tasks.draw_audits", 60, SLOW),
    Work("close managers' reports", "crm.reports.tasks.close_reports", 5, SLOW),
    Work("make files of reports", "crm.reports.tasks.make_files", 1, SLOW),
    Work("sweep stray files of reports", "crm.reports.tasks.sweep_files", 24 * 60, SLOW),
    Work("keep figures", "crm.reports.tasks.keep_figures", 1, SLOW),
    Work("check kept figures", "crm.reports.tasks.check_figures", 24 * 60, SLOW),
    Work("tell of saved views", "crm.reports.tasks.tell_views", 5, SLOW),
    Work("forget expired sessions", "crm.home.tasks.forget_expired", 60, MAIN),
)

# What a page or the watchdog asks for when it is wanted.
ON_DEMAND = (
    "crm.notices.tasks.sing",
    "crm.home.tasks.mail_reset_links",
    "crm.exchange.tasks.read_import",
    "crm.exchange.tasks.save_import",
    "crm.exchange.tasks.undo_import",
    "crm.exchange.tasks.write_export",
)
TASKS = frozenset({*(work.path for work in RECURRING), *ON_DEMAND})
