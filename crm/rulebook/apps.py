from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "crm.rulebook"
    label = "rulebook"
