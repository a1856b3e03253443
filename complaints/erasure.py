"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from complaints import states
from crm.records.fates import CODE, CODES, EMPTY, HASH, HIDE, NUMBER, Table, every, keep, of_nobody

TEXTS = ("title", "symptoms", "cause", "handling", "lessons")

TABLES = (
    Table(
        "complaints.Ticket",
        "card",
        {
            "ticket_no": NUMBER,
            "ledger_no": NUMBER,
            "subcategory": CODES,
            **every(HIDE, "description", "solution"),
            **every(CODE, "source_room", "source_model"),
            "source_id": keep("the random id of another row"),
            "also_about": keep("which colleagues it is about, by number"),
        },
    ),
    Table("complaints.DepartmentTask", "ticket__card", every(HIDE, "task", "reason", "outcome")),
    Table(
        "complaints.Intake",
        "ticket__card",
        {
            **every(EMPTY, "name", "phone", "plate"),
            **every(HIDE, "subject", "cause", "demand"),
        },
    ),
    Table("complaints.Clock", "ticket__card", {"limit_unit": CODE}),
    of_nobody("complaints.Ruling", "mark", ground="a fingerprint of opening hours"),
    Table(
        "complaints.Proposal",
        "ticket__card",
        every(HIDE, "cause", "words", "comment", "minutes"),
    ),
    Table(
        "complaints.Verification",
        "ticket__card",
        {
            **every(HIDE, "sample", "finding", "our_opinion", "customer_opinion"),
            **every(HIDE, "party", "party_order", "party_opinion", "head_opinion"),
        },
    ),
    Table("complaints.ColleagueWord", "ticket__card", {"words": HIDE}),
    Table("complaints.Briefing", "ticket__card", {}),
    Table("complaints.CustomerWord", "ticket__card", {"words": HIDE}),
    Table(
        "complaints.ReplyMail",
        "ticket__card",
        {"language": CODE, **every(HIDE, "subject", "body"), "last_error": EMPTY},
    ),
    Table("complaints.AnswerLink", "ticket__card", {"token_hash": HASH}),
    Table(
        "complaints.IntakeLink",
        "card",
        {"token_hash": HASH, "used_with": keep("the random id of a form")},
    ),
    Table("complaints.File", "ticket__card", {"file_no": NUMBER, "reason": HIDE}),
    Table("complaints.Correction", "ticket__card", every(HIDE, "what", "outcome", "verdict")),
    Table("complaints.Pause", "ticket__card", {"reason": HIDE}),
    Table("complaints.Stage", "ticket__card", {"title": HIDE}),
    of_nobody(
        "complaints.ReplyTemplate",
        *("name", "zh_hans", "zh_hant", "en"),
        ground="ready texts with blanks, of no customer",
    ),
    of_nobody(
        "complaints.Macro",
        *("name", "category", "lead_task", "assisting_task", "note", "waits_for"),
        ground="ready steps, of no customer",
    ),
    Table("complaints.Entry", "ticket__card", {"words": HIDE, "data": CODES}),
    # A published case was read by a second person and holds neither name nor number (CP-26);
    # what was not published is read by nobody once the customer is gone.
    Table(
        "complaints.Case",
        "ticket__card",
        {
            "case_no": NUMBER,
            "subcategory": CODES,
            **every(
                keep("published without names, after a second person had read it"),
                *TEXTS,
            ),
            "comment": HIDE,
            "search": keep("words of the case's own texts"),
        },
    ),
    Table(
        "complaints.Case",
        "ticket__card",
        {**every(HIDE, *TEXTS), "search": EMPTY},
        only={"state__in": tuple(one for one in states.CASE_STATES if one != states.PUBLISHED)},
    ),
)
