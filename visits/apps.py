from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VisitsConfig(AppConfig):
    name = "visits"
    label = "visits"

    def ready(self) -> None:
        """Listen to the news of the rooms below."""
        receivers = import_module("visits.receivers")
        post_migrate.connect(receivers.seed_after_migrate, sender=self)
