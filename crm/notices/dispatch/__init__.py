"""Claims what is due, fires it and rescues what a crash left behind (RM-04).

Nothing here knows the queue that starts it: `manage.py fire_reminders` runs one sweep without
any worker. A claim carries a fence; whoever lost the claim can change nothing afterwards. The
inbox row and the state `fired` are written in one transaction, hence exactly once; what leaves
the house is written with them and sent by `send_outside`, with the channels it is given. On
PostgreSQL the clock is the database's, so a wrong clock on one host fires nothing early.
"""

from crm.notices.dispatch.claims import Claim, Pace, claim, held, moment_of
from crm.notices.dispatch.digests import Sweep, Tally
from crm.notices.dispatch.firing import fire
from crm.notices.dispatch.pulse import beat, stop_ticker, take_over, this_host, tick
from crm.notices.dispatch.sending import rescue_sends, send_outside, within
from crm.notices.dispatch.sweep import drain, rescue

__all__ = [
    "Claim",
    "Pace",
    "Sweep",
    "Tally",
    "beat",
    "claim",
    "drain",
    "fire",
    "held",
    "moment_of",
    "rescue",
    "rescue_sends",
    "send_outside",
    "stop_ticker",
    "take_over",
    "this_host",
    "tick",
    "within",
]
