"""Reports count customers and name none (D48). Pure."""

from __future__ import annotations

from crm.records.fates import of_nobody

WRITTEN_FOR_THE_STORE = "what staff wrote about a store's figures"

TABLES = (
    of_nobody("reports.VisitReport", "report_no", "figures"),
    of_nobody("reports.VisitReport", "problems", "suggestions", ground=WRITTEN_FOR_THE_STORE),
    of_nobody("reports.PeriodReport", "figures"),
    of_nobody("reports.PeriodReport", "next_steps", "wrong_because", ground=WRITTEN_FOR_THE_STORE),
    of_nobody("reports.FrozenRows", "key", "whose", "below", "above", "minus", "took"),
    of_nobody("reports.ReportFile", "form", "language", "of_state", "stored_as"),
    of_nobody("reports.ReportMail", "kinds"),
    of_nobody("reports.ReportView", "report", "name", "query", ground=WRITTEN_FOR_THE_STORE),
    of_nobody("reports.Target", "key"),
    of_nobody("reports.Keeping", "version"),
    of_nobody("reports.KeptSum", "key", "by"),
    of_nobody("reports.TouchedHour", "what"),
    of_nobody("reports.Measure", "what", ground=WRITTEN_FOR_THE_STORE),
    of_nobody("reports.MeasureStep", "words", ground=WRITTEN_FOR_THE_STORE),
    of_nobody("reports.TeamResponse", "words", "done", "effect", ground=WRITTEN_FOR_THE_STORE),
)
