"""Where a day of the calendar came from. Pure; the list of holidays itself costs 19 MB."""

BUNDLED = "bundled"
BY_HAND = "entered"
