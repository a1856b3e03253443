from importlib import import_module

from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "followups"
    label = "followups"

    def ready(self) -> None:
        """Listen to the news of the rooms below."""
        import_module("followups.receivers")
