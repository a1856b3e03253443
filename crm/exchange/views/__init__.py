"""Pages and verbs of imports and exports."""

from crm.exchange.views.exports import (
    approve_export,
    download_export,
    export,
    export_progress,
    exports,
    new_export,
    refuse_export,
)
from crm.exchange.views.imports import (
    errors,
    import_job,
    import_progress,
    imports,
    name_headers,
    upload_import,
)
from crm.exchange.views.targets import import_targets, open_targets, take_targets
from crm.exchange.views.verbs import (
    approve_import,
    cancel_import,
    confirm_import,
    return_import,
    undo_import,
)

__all__ = [
    "approve_export",
    "approve_import",
    "cancel_import",
    "confirm_import",
    "download_export",
    "errors",
    "export",
    "export_progress",
    "exports",
    "import_job",
    "import_progress",
    "import_targets",
    "imports",
    "name_headers",
    "new_export",
    "open_targets",
    "refuse_export",
    "return_import",
    "take_targets",
    "undo_import",
    "upload_import",
]
