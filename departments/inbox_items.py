"""One thing that waits for somebody, whatever it is about: a line of his inbox with one clear next step."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from departments.models import SheetRequest, SupervisionItem
from departments.models.submission import ENDORSED, RETURNED, SUBMITTED
from departments.models.supervision import ANSWERED
from departments.sheet_states import SheetState
from targets.waiting import WaitingBaselines


class Rank(IntEnum):
    """How urgent a kind of thing is; what is of one rank is sorted by its day."""

    RETURNED = 0
    OVERDUE = 1
    BROKEN = 2
    """Something of the system itself that nobody else will put right."""
    WAITING = 3
    """Others cannot go on before it is decided."""
    DUE = 4
    LATER = 5
    """Without a day: to be done when there is time."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of an inbox. `about` names the thing and leads to `url`; `step_label` names what to do there.

    post: hidden fields of a form that does it with one click, instead of a link. sheet: for a line about a sheet.
    tone: of the state's mark (ok, warn, bad or none).
    """

    about: str
    url: str
    kind: str
    state: str
    tone: str
    says: str
    step_label: str
    rank: Rank
    day: dt.date
    detail: str = ""
    due_on: dt.date | None = None
    due_sentence: str = ""
    is_overdue: bool = False
    sheet: SheetState | None = None
    offers_nudge: bool = False
    post: tuple[tuple[str, str], ...] = ()
    post_url: str = ""
    tags: tuple[str, ...] = field(default=())

    @property
    def urgency(self) -> tuple[int, dt.date, str]:
        return self.rank, self.day, self.about


def by_urgency(items: Iterable[ToDo]) -> tuple[ToDo, ...]:
    return tuple(sorted(items, key=lambda item: item.urgency))


Source = Callable[[User, dt.date], Iterable[ToDo]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Lets a room above tell of things that wait for somebody: called once, when the application starts."""
    if source not in _sources:
        _sources.append(source)


def items_of_sources(user: User, today: dt.date) -> list[ToDo]:
    return [item for source in _sources for item in source(user, today)]


# --- Lines ------------------------------------------------------------------------------------------------------------


def sheet_to_do(state: SheetState) -> ToDo:
    """A sheet for whoever has to fill it in, endorse it or approve it."""
    if state.state == RETURNED:
        rank = Rank.RETURNED
    elif state.is_overdue:
        rank = Rank.OVERDUE
    else:
        rank = Rank.WAITING if state.state in (SUBMITTED, ENDORSED) else Rank.DUE
    url = state.reading_url if state.state in (SUBMITTED, ENDORSED) else state.url
    return _of_sheet(state, rank=rank, says=_sheet_says(state), step_label=state.step_label, url=url)


def late_bureau(state: SheetState) -> ToDo:
    """A sheet that is overdue, for the coordinator: ask for it, or give more time."""
    return _of_sheet(
        state,
        rank=Rank.OVERDUE,
        says=_sheet_says(state),
        step_label="批准延期",
        url=state.reading_url,
        offers_nudge=True,
    )


def escalated(state: SheetState) -> ToDo:
    """A sheet that a colleague has not sent for so long that the bureau's approver is told."""
    return _of_sheet(
        state, rank=Rank.OVERDUE, says="填报人逾期未报，请督促。", step_label="查看", url=state.reading_url
    )


def _of_sheet(
    state: SheetState, *, rank: Rank, says: str, step_label: str, url: str, offers_nudge: bool = False
) -> ToDo:
    submission = state.submission
    tags = []
    if submission is not None and submission.version > 1:
        tags.append(f"第{submission.version}版")
    if submission is not None and submission.on_behalf_reason:
        tags.append("代填")
    return ToDo(
        about=f"{state.department.name} · {state.period.name}",
        detail=state.period.plan.title,
        url=url,
        kind="填报单",
        state=state.state_label,
        tone=state.tone,
        says=says,
        step_label=step_label,
        rank=rank,
        day=state.due_on,
        due_on=state.due_on,
        due_sentence=state.due_sentence,
        is_overdue=state.is_overdue,
        sheet=state,
        offers_nudge=offers_nudge,
        tags=tuple(tags),
    )


def _sheet_says(state: SheetState) -> str:
    submission = state.submission
    if submission is None:
        return f"应报 {state.owes} 项"
    if state.state == RETURNED:
        return f"退回理由：{submission.return_reason}"
    if state.state == SUBMITTED and submission.submitted_at is not None:
        return f"{submission.submitted_by}于 {_moment(submission.submitted_at)} 提交"
    if state.state == ENDORSED and submission.endorsed_at is not None:
        return f"{submission.endorsed_by}于 {_moment(submission.endorsed_at)} 复核"
    if submission.reopened_keys:
        return f"重新开放更正 {len(submission.reopened_keys)} 格"
    return f"应报 {state.owes} 项"


def request_to_decide(request: SheetRequest) -> ToDo:
    wanted = f"希望延至 {request.wanted_until:%Y-%m-%d}；" if request.wanted_until is not None else ""
    return ToDo(
        about=f"{request.department.name} · {request.period.name}",
        detail=request.period.plan.title,
        url=reverse("departments:request_decide", args=[request.pk]),
        kind=request.get_kind_display(),
        state=request.get_state_display(),
        tone="warn",
        says=f"{wanted}理由：{request.reason}",
        step_label="处理",
        rank=Rank.WAITING,
        day=timezone.localdate(request.made_at),
    )


def supervision_to_do(item: SupervisionItem, *, today: dt.date) -> ToDo:
    """For the bureau an item to be answered; for the coordinator an answer to be judged."""
    answered = item.state == ANSWERED
    is_overdue = item.is_overdue_on(today)
    days_left = (item.due_on - today).days
    if answered:
        due_sentence = ""
    elif is_overdue:
        due_sentence = f"已逾期 {-days_left} 天"
    else:
        due_sentence = "今天截止" if days_left == 0 else f"还有 {days_left} 天"
    return ToDo(
        about=f"{item.name}：{item.subject_words}",
        detail=f"{item.department.name}，{item.plan.title}",
        url=reverse("departments:supervision_item", args=[item.pk]),
        kind="督办",
        state=item.get_state_display(),
        tone="bad" if is_overdue else "warn",
        says=item.demand,
        step_label="核实并销号" if answered else "去反馈",
        rank=Rank.WAITING if answered else Rank.OVERDUE if is_overdue else Rank.DUE,
        day=item.due_on,
        due_on=item.due_on,
        due_sentence=due_sentence,
        is_overdue=is_overdue,
    )


def provisional_to_settle(state: SheetState, figures: list[tuple[str, str]], *, waiting: SheetRequest | None) -> ToDo:
    """Approved 快报 figures of a sheet, as (cell key, name): one click asks for those cells to be opened again."""
    address = reverse("departments:request_make", args=[state.department.code, state.period.code])
    line = ToDo(
        about=f"{state.department.name} · {state.period.name}",
        detail=state.period.plan.title,
        kind="核定",
        says=f"快报数待核定：{'、'.join(name for _, name in figures)}",
        url=state.reading_url,
        state="快报数",
        tone="warn",
        step_label="申请重开以核定",
        rank=Rank.LATER,
        day=state.period.ends_on,
        post=(
            ("kind", SheetRequest.REOPENING),
            ("reason", f"将{len(figures)}项快报数改为核定数。"),
            *(("keys", key) for key, _ in figures),
        ),
        post_url=f"{address}?{urlencode({'plan': state.period.plan.code})}",
    )
    if waiting is None:
        return line
    return replace(
        line,
        url=reverse("departments:request_decide", args=[waiting.pk]),
        state="已申请重开",
        tone="none",
        step_label="查看申请",
        post=(),
        post_url="",
    )


def baselines_to_do(waiting: WaitingBaselines, today: dt.date) -> ToDo:
    return ToDo(
        about=f"{waiting.count} 个基期值待审核",
        detail=waiting.plan_title,
        url=f"{reverse('targets:baselines')}?{urlencode({'plan': waiting.plan_code})}",
        kind="基期值",
        state="待审核",
        tone="warn",
        says="未经审核的基期值不参与计算，有关指标暂不评价。",
        step_label="去审核",
        rank=Rank.WAITING,
        day=today,
    )


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")
