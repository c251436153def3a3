"""Makes a briefing that was asked for, and stores it whole or says why it could not be made."""

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from reports.briefing.compile import BriefingError, SetBriefing, set_briefing
from reports.briefing.content import Edition, build_content
from reports.models import Briefing
from reports.overview import build_overview

log = logging.getLogger(__name__)

LAYOUT_VERSION = "GB/T 9704-2012 · 1"
TRIES = 5
UNEXPECTED = "生成时发生意外错误，已记入日志，请重试；仍然失败时请与系统管理员联系。"


@dataclass(frozen=True, slots=True)
class MadeBriefing:
    """The PDF, the instant up to which its data goes, and whether it shows demonstration data."""

    document: SetBriefing
    cut_off: dt.datetime
    is_demonstration: bool


def make_briefing(briefing: Briefing) -> MadeBriefing:
    """Builds overview, content and PDF from the data as it stands now. Raises BriefingError with a sentence."""
    overview = build_overview(briefing.plan, briefing.period, with_readings=True)
    content = build_content(
        overview,
        edition=Edition(dated_on=briefing.dated_on, suggestions=briefing.suggestions),
        thresholds=briefing.plan.thresholds,
    )
    document = set_briefing(content, on=briefing.dated_on, fonts_dir=settings.FONTS_DIR)
    return MadeBriefing(document, overview.cut_off, overview.is_demonstration)


def finish_briefing(briefing_id: int) -> bool:
    """Makes one queued briefing and stores it whole, or stores why it could not be made.

    Repeatable: the attempt is claimed by counting it, and only a row still queued is written, so that two workers
    cannot store two halves. Returns whether this call stored the PDF.
    """
    waiting = Briefing.objects.filter(pk=briefing_id, state=Briefing.QUEUED)
    briefing = waiting.select_related("plan", "period").defer("pdf").first()
    if briefing is None:
        return False
    if briefing.attempts >= TRIES:
        _fail(briefing, "多次尝试没有成功，请检查字体和服务器日志后重试。")
        return False
    if not waiting.filter(attempts=briefing.attempts).update(attempts=F("attempts") + 1):
        return False
    try:
        made = make_briefing(briefing)
    except BriefingError as problem:
        log.warning("briefing %s could not be made: %s", briefing_id, problem)
        _fail(briefing, str(problem))
        return False
    except Exception:
        _fail(briefing, UNEXPECTED)
        raise
    stored = waiting.update(
        state=Briefing.READY,
        pdf=made.document.pdf,
        sha256=hashlib.sha256(made.document.pdf).hexdigest(),
        data_cut_off=made.cut_off,
        is_demonstration=made.is_demonstration,
        layout_version=LAYOUT_VERSION,
        missing_characters="".join(made.document.missing)[:300],
        failure="",
        finished_at=timezone.now(),
    )
    return bool(stored)


def _fail(briefing: Briefing, sentence: str) -> None:
    Briefing.objects.filter(pk=briefing.pk, state=Briefing.QUEUED).update(
        state=Briefing.FAILED, failure=sentence[:500], finished_at=timezone.now()
    )
