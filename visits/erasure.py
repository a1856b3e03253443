"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from crm.records.fates import (
    CODE,
    EMPTY,
    HASH,
    HIDE,
    NUMBER,
    OURS,
    YEAR,
    Table,
    every,
    keep,
    of_nobody,
)

OF_A_QUESTIONNAIRE = keep("keys of the questionnaire, which the figures count")

TABLES = (
    Table(
        "visits.Visit",
        "card",
        {
            "visit_no": NUMBER,
            "notes": HIDE,
            "focus": OURS,
            **every(HIDE, "place", "end_reason"),
        },
    ),
    Table("visits.VisitAttempt", "visit__card", {"note": HIDE}),
    Table("visits.Response", "visit__card", {}),
    Table(
        "visits.Answer",
        "response__visit__card",
        {**every(OF_A_QUESTIONNAIRE, "question", "choices"), "text": HIDE},
    ),
    Table("visits.Measurement", "visit__card", every(OF_A_QUESTIONNAIRE, "measure", "choice")),
    Table("visits.DrawWinner", "response__visit__card", {}),
    Table(
        "visits.CompetitorFinding",
        "visit__card",
        {
            **every(keep("which brand and model, as the figures count them"), "brand", "model"),
            "words": HIDE,
        },
    ),
    Table("visits.Opportunity", "visit__card", every(HIDE, "words", "reason")),
    Table("visits.SurveyLink", "visit__card", {"token_hash": HASH, "draft": EMPTY}),
    Table(
        "visits.VisitMail",
        "visit__card",
        {"language": CODE, **every(HIDE, "subject", "body", "reply"), "last_error": EMPTY},
    ),
    Table("visits.OnSiteVisit", "visit__card", {"thanked_how": HIDE}),
    Table("visits.VisitGift", "visit__card", {"what": HIDE}),
    Table(
        "visits.VisitAudit",
        "visit__card",
        {"heard": EMPTY, **every(HIDE, "words", "appeal", "settlement")},
    ),
    Table("visits.Correction", "visit__card", {"what": HIDE}),
    Table("visits.CorrectionStep", "correction__visit__card", {"words": HIDE}),
    Table(
        "visits.CareTask",
        "card",
        {
            "key": keep("an occasion and random or running ids"),
            **every(HIDE, "words", "gift", "reason"),
        },
    ),
    # The day of a birthday says when the customer was born.
    Table("visits.CareTask", "card", every(YEAR, "day", "due_on"), only={"occasion": "birthday"}),
    of_nobody("visits.CareRule", "name", "words"),
    Table("visits.ContactCheck", "contact__card", {"words": HIDE}),
    Table("visits.CheckTry", "check_of__contact__card", {"note": HIDE}),
    Table("visits.AuditTry", "audit__visit__card", {"note": HIDE}),
    Table("visits.AuditFinding", "audit__visit__card", {"words": HIDE}),
    Table("visits.VisitCause", "card", {"key": keep("a rule's id and a row's random id")}),
    of_nobody("visits.AuditSample", "seed"),
    of_nobody("visits.AuditStratum", "visits", ground="ids of visits a draw was made from"),
    of_nobody("visits.Questionnaire", "name"),
    of_nobody("visits.QuestionnaireVersion", "body", "comment", "edition"),
    of_nobody("visits.Draw", "prize", "seed"),
    of_nobody("visits.VisitRule", "name", "focus"),
    of_nobody("visits.VisitorProfile", "regions", "languages", ground="about a member of staff"),
)
