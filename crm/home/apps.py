from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "crm.home"
    label = "home"

    def ready(self) -> None:
        """Hear sign-ins and sign-outs."""
        from crm.home import receivers  # noqa: F401
