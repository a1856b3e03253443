"""The ground floor of the screen: template tags, lists, charts. No models."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shared parts of the screen."""

    name = "crm.ui"
    label = "ui"
