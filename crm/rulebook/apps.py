from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RulebookConfig(AppConfig):
    name = "crm.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        from crm.rulebook.receivers import seed_after_migrate

        post_migrate.connect(seed_after_migrate, sender=self)
