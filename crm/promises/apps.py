from importlib import import_module

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "crm.promises"
    label = "promises"

    def ready(self) -> None:
        """Listen to the news of the rooms below."""
        import_module("crm.promises.receivers")
