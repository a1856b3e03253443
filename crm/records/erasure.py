"""What is left of an erased customer on the trail, in drafts and in forms sent once (D48). Pure."""

from __future__ import annotations

from crm.records.fates import CODE, EMPTY, HASH, HIDE, Table, every, keep, of_nobody

ON_THE_TRAIL = keep("random ids, codes and numbers; words lie apart and are cut out")

TABLES = (
    Table(
        "records.AuditEvent",
        "",
        {
            "action": CODE,
            **every(ON_THE_TRAIL, "subject", "subject_id", "before", "after"),
            **every(keep("where a member of staff sat, and which request it was"), "address"),
            "request": HASH,
        },
    ),
    Table("records.AuditWords", "", {"salt": EMPTY, "words": EMPTY}, ("event__subject_id",)),
    of_nobody("records.AuditSeal", "hash", ground="a hash of hashes"),
    of_nobody(
        "records.RequestToken",
        "form",
        "request_id",
        "result",
        ground="random ids of forms and rows",
    ),
    Table("records.Draft", "", {"form": CODE, "subject_id": CODE, "body": EMPTY}, ("subject_id",)),
    # The file itself is removed from the disk; what it was called goes with it.
    Table(
        "records.Attachment",
        "",
        {
            **every(CODE, "parent_kind", "parent_id", "kind"),
            **every(HIDE, "name", "gone_because"),
            "stored_as": HASH,
            "sha256": keep("the hash of a file that is gone"),
        },
        ("parent_id",),
    ),
    of_nobody("records.WrongLink", "network", ground="a keyed fingerprint, kept for a day"),
    of_nobody("records.Counter", "kind"),
)
