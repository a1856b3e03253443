"""The room's own first migration, under a package whose second one breaks."""

from importlib import import_module

Migration = import_module("crm.vehicles.migrations.0001_first_tables").Migration
