"""The auditor's pages, and files of rows."""

from crm.records.views.files import attachment, remove_attachment, take_original
from crm.records.views.trail import export_trail, sign_ins, trail

__all__ = [
    "attachment",
    "export_trail",
    "remove_attachment",
    "sign_ins",
    "take_original",
    "trail",
]
