"""Forms of follow-up: they clean and shape what was typed, and write nothing."""
