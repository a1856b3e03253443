"""From here on PostgreSQL itself marks what kept figures no longer know.

Marks are written in the transaction of the change, by whatever path it comes: a page, an import,
a statement by hand. They are only added to: nobody waits for anybody. What comes by the thousand
is marked once a statement; an UPDATE is looked at row by row and mostly concerns no figure.
Each table is locked against writing for a moment and by itself; where that takes longer than five
seconds the migration gives up and may be run again. SQLite keeps no figures. Forward only: what
changed while nothing was marked would be known to nobody.
"""

from django.db import migrations, transaction

# What a changed row of each table touches; {rows} holds such rows.
WORDS = {
    "card": "INSERT INTO reports_touchedcard (card)",
    "hour": "INSERT INTO reports_touchedhour (what, at)",
}
TOUCHES = {
    "customers_card": ("{card} SELECT id FROM {rows};",),
    "followups_contact": (
        "{card} SELECT DISTINCT card_id FROM {rows};",
        "{hour} SELECT DISTINCT 'contact', date_trunc('hour', occurred_at, 'UTC') FROM {rows};",
        "{hour} SELECT DISTINCT 'planned', date_trunc('hour', p.due_at, 'UTC') FROM {rows} c"
        " JOIN followups_plannedcontact p ON p.id = c.planned_id;",
    ),
    "orders_order": (
        "{card} SELECT DISTINCT card_id FROM {rows};",
        "{hour} SELECT DISTINCT 'order', date_trunc('hour', signed_at, 'UTC') FROM {rows}"
        " WHERE signed_at IS NOT NULL;",
        "{hour} SELECT DISTINCT 'order', date_trunc('hour', k.occurred_at, 'UTC') FROM {rows} o"
        " JOIN followups_contact k ON k.card_id = o.card_id;",
    ),
    "reception_receptionentry": (
        "{card} SELECT DISTINCT card_id FROM {rows} WHERE card_id IS NOT NULL;",
    ),
    "followups_plannedcontact": (
        "{hour} SELECT DISTINCT 'planned', date_trunc('hour', due_at, 'UTC') FROM {rows};",
    ),
}
ONE = {
    "customers_card": ("{card} VALUES (NEW.id);",),
    "followups_plannedcontact": (
        "{hour} VALUES ('planned', date_trunc('hour', OLD.due_at, 'UTC')),"
        " ('planned', date_trunc('hour', NEW.due_at, 'UTC'));",
    ),
    "followups_plan": (
        "{hour} SELECT DISTINCT 'planned', date_trunc('hour', due_at, 'UTC')"
        " FROM followups_plannedcontact WHERE plan_id = NEW.id;",
    ),
}
# An update of these tables is looked at row by row: which columns concern a figure.
CONCERNS = {
    "customers_card": ("state", "opened_at", "first_owner_id", "first_team_id", "first_store_id"),
    "followups_plannedcontact": (
        *("state", "due_at", "assignee_id", "team_id", "store_id", "plan_id"),
    ),
    "followups_plan": ("state",),
}
EMPTIED = """
CREATE OR REPLACE FUNCTION reports_touch_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reports_keeping SET is_ready = false, version = '';
    RETURN NULL;
END $$
"""


def function(name, words):
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n{words}\nRETURN NULL;\nEND $$"
    )


def statements(table):
    """Once for each INSERT and DELETE, and for each UPDATE that is not looked at row by row."""
    for verb, rows in (
        ("INSERT", ("after",)),
        ("DELETE", ("before",)),
        ("UPDATE", ("before", "after")),
    ):
        if verb == "UPDATE" and table in CONCERNS:
            continue
        if table not in TOUCHES:
            continue
        name = f"reports_touch_{table}_{verb.lower()}"
        words = [one.format(rows=each, **WORDS) for each in rows for one in TOUCHES[table]]
        yield function(name, "\n".join(words))
        tables = {"before": "OLD TABLE AS before", "after": "NEW TABLE AS after"}
        seen = " ".join(tables[each] for each in rows)
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {seen}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    if table in CONCERNS:
        name = f"reports_touch_{table}_each"
        columns = CONCERNS[table]
        old, new = (", ".join(f"{row}.{one}" for one in columns) for row in ("OLD", "NEW"))
        yield function(name, "\n".join(one.format(**WORDS) for one in ONE[table]))
        yield (
            f"CREATE OR REPLACE TRIGGER {name} AFTER UPDATE OF {', '.join(columns)} ON {table}"
            f" FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {name}()"
        )
    yield (
        f"CREATE OR REPLACE TRIGGER reports_touch_{table}_all AFTER TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION reports_touch_everything()"
    )


def mark(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(EMPTIED)
    for table in sorted({*TOUCHES, *CONCERNS}):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            for statement in statements(table):
                cursor.execute(statement)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("reports", "0007_kept_figures"),
        ("customers", "0010_latest_contacts_first"),
        ("orders", "0003_entered_when"),
        ("reception", "0002_entered_when"),
        ("followups", "0008_week_of_a_person"),
    ]

    operations = [migrations.RunPython(mark)]
