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
from reports.models import Briefing, BriefingQuerySet
from reports.overview import build_overview

log = logging.getLogger(__name__)

LAYOUT_VERSION = "GB/T 9704-2012 · 1"
TRIES = 5
BROKEN_OFF = f"生成进程{TRIES}次中途中断，没有完成，请与系统管理员联系，查看服务器日志后重试。"
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

    Repeatable, and safe to run twice at once: one conditional update claims the row and counts the attempt, and only
    the row still held by that claim is written. A claim whose process was killed runs out after `CLAIM_LASTS`; after
    five of those the briefing has failed. Returns whether this call stored the PDF.
    """
    now = timezone.now()
    claimable = Briefing.objects.claimable(now).filter(pk=briefing_id)
    if claimable.filter(attempts__gte=TRIES).update(state=Briefing.FAILED, failure=BROKEN_OFF, finished_at=now):
        log.error("briefing %s: given up after %d attempts", briefing_id, TRIES)
        return False
    if not claimable.update(claimed_at=now, attempts=F("attempts") + 1):
        return False
    mine = Briefing.objects.filter(pk=briefing_id, state=Briefing.QUEUED, claimed_at=now)
    try:
        briefing = Briefing.objects.select_related("plan", "period").defer("pdf").get(pk=briefing_id)
        made = make_briefing(briefing)
    except BriefingError as problem:
        log.warning("briefing %s could not be made: %s", briefing_id, problem)
        _fail(mine, str(problem))
        return False
    except Exception:
        _fail(mine, UNEXPECTED)
        raise
    stored = mine.update(
        state=Briefing.READY,
        pdf=made.document.pdf,
        sha256=hashlib.sha256(made.document.pdf).hexdigest(),
        data_cut_off=made.cut_off,
        is_demonstration=made.is_demonstration,
        layout_version=LAYOUT_VERSION,
        missing_characters="".join(made.document.missing)[:300],
        notes="\n".join(made.document.sentences),
        failure="",
        finished_at=timezone.now(),
    )
    return bool(stored)


def _fail(mine: BriefingQuerySet, sentence: str) -> None:
    mine.update(state=Briefing.FAILED, failure=sentence[:500], finished_at=timezone.now())
