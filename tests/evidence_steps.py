"""What tests of evidence do again and again: a small PDF, adding it to a cell of a chain, the cell's page."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from departments import actions, evidence_files
from departments.models import Evidence
from targets.models import Indicator
from tests import sample_files as sample
from tests.factories import Chain


def pdf(name: str = "统计公报.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample.PDF + more, "application/pdf")


def add(chain: Chain, *, by: User | None = None, **fields: Any) -> Evidence:
    return actions.add_evidence(
        **({"department": chain.department, "period": chain.period, "indicator": chain.ratio} | fields),
        by=by or chain.reporter,
    )


def page_of(chain: Chain, indicator: Indicator | None = None) -> str:
    return f"{chain.address}cells/c{(indicator or chain.ratio).pk}/"


def files_kept() -> list[Path]:
    return list(evidence_files.stored_files())
