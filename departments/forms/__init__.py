"""What a person typed, read into cells; nothing typed is lost when something is wrong with it."""

from departments.forms.entry import Difference, EntryForm, Typed, name_of
from departments.forms.extension import REASON_LIMIT, ExtensionForm
from departments.forms.typed_cells import TypedCell
from departments.forms.typed_reports import TypedReport

__all__ = [
    "REASON_LIMIT",
    "Difference",
    "EntryForm",
    "ExtensionForm",
    "Typed",
    "TypedCell",
    "TypedReport",
    "name_of",
]
