"""What waits for whom: visits on lists, events that call for a visit, visitors for a task."""

from visits.queues.brought import events_of_list
from visits.queues.causes import events_of, rules_of
from visits.queues.lists import visit_list, visit_queue
from visits.queues.outcomes import Preview, preview_of, sorted_out
from visits.queues.visitors import fits_for, passed_over, visitors_for
from visits.queues.wishes import refused_ways

__all__ = [
    "Preview",
    "events_of",
    "events_of_list",
    "fits_for",
    "passed_over",
    "preview_of",
    "refused_ways",
    "rules_of",
    "sorted_out",
    "visit_list",
    "visit_queue",
    "visitors_for",
]
