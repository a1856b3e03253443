"""Figures read past the product."""

from __future__ import annotations

from tests.fault.floor import Floor

# How late each reminder rang, in seconds: by whether the database is SQLite. What was seeded as
# rung already has no inbox line of its own and is left out by its fence.
LATENESS = {
    True: "SELECT (julianday(fired_at) - julianday(not_before)) * 86400 FROM notices_reminder"
    " WHERE state = 'fired' AND fence > 0",
    False: "SELECT extract(epoch FROM fired_at - not_before) FROM notices_reminder"
    " WHERE state = 'fired' AND fence > 0",
}


def percentile(floor: Floor, sql: str, part: float) -> float:
    """The value below which this part of the rows lies; 0 where there are none."""
    values = sorted(float(row[0]) for row in floor.query(sql))
    return values[min(int(len(values) * part), len(values) - 1)] if values else 0.0


UNFINISHED = "SELECT count(*) FROM notices_reminder WHERE state IN ('pending', 'claimed')"
DOUBLED = """SELECT count(*) FROM (
    SELECT about_id FROM notices_notice WHERE about_id <> '' GROUP BY about_id
    HAVING count(*) > 1) AS twice"""
LOST = """SELECT count(*) FROM notices_reminder AS r WHERE r.state <> 'fired' OR NOT EXISTS (
    SELECT 1 FROM notices_notice AS n WHERE n.about_id = r.about_id)"""
# The same of what a test seeded, where contacts are logged besides, whose next ones ring later.
SEEDED = "occasion LIKE 'seeded:%'"
UNFINISHED_SEEDED = f"{UNFINISHED} AND {SEEDED}"
LOST_SEEDED = LOST.replace("WHERE ", f"WHERE {SEEDED} AND (", 1) + ")"
