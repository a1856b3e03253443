from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "crm.people"
    label = "people"

    def ready(self) -> None:
        """Hear sign-ins."""
        from crm.people import receivers  # noqa: F401
