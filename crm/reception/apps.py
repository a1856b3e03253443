from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "crm.reception"
    label = "reception"
