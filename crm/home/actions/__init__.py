"""Verbs that compose people, the audit trail and notices in one transaction."""
