"""What every verb of this room refuses with."""

from targets.models import Plan


class Refused(ValueError):
    """A rule of the house was broken; the message is one Chinese sentence for the person who tried."""


def refuse_closed(plan: Plan) -> None:
    if plan.closed_at is not None:
        raise Refused(f"方案“{plan.title}”已关闭，数据只能查看，不能再改动。")
