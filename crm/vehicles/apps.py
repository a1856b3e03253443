from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    name = "crm.vehicles"
    label = "vehicles"
