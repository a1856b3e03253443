from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "crm.home"
    label = "home"

    def ready(self) -> None:
        """Hear sign-ins and sign-outs; have the deploy checks asked."""
        from crm.home import receivers  # noqa: F401
        from crm.home.management import checks  # noqa: F401
