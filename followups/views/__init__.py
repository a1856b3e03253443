"""Pages and verbs of follow-up: plans, their approval, my day, the contact form."""
