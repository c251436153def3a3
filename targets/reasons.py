"""The one Chinese sentence that names the rule behind a status. Pure."""

from decimal import Decimal
from fractions import Fraction

from targets.actuals import Reading
from targets.labels import ABSENCE_LABELS
from targets.measures import Measures, meets, nearer_edge
from targets.numbers import plain
from targets.terms import Comparison, Form, Terms

LOWER_BOUND = "有填报期缺数，累计数只是下限，未达标时不作评价。"


def absence_words(reading: Reading) -> str:
    """（2023-03-31尚未公布）, naming the newest state; nothing where nothing was said."""
    if not reading.absent:
        return ""
    day, absence = reading.absent[-1]
    return f"（{day.isoformat()}{ABSENCE_LABELS[absence]}）"


def percent(share: Decimal) -> str:
    return f"{plain(share * 100)}%"


def direction_reason(numbers: Measures) -> str:
    """Only better or worse can be said of a promise without a number."""
    words = "方案只提方向，没有数量目标，不作评价"
    if numbers.actual is None or numbers.start is None or numbers.sense is None:
        return f"{words}。"
    change = (numbers.actual - numbers.start) * numbers.sense
    if change == 0:
        return f"{words}；与基期持平。"
    return f"{words}；较基期{'向好' if change > 0 else '变差'}。"


def achieved_reason(terms: Terms, numbers: Measures) -> str:
    aside = "" if numbers.strictly_met else "；靠“左右”的容差达到，按严格口径未达"
    if numbers.final:
        return f"终期数达到目标{aside}。"
    if numbers.deadline_passed and numbers.datum is not None:
        return f"目标期限已过，终期数未报；最新数（{numbers.datum.on.isoformat()}）达到目标{aside}。"
    if terms.form is Form.HOLD or numbers.like_hold:
        return f"最近一期保持在目标以内{aside}。"
    return f"最近一期已达到目标（提前实现，其后仍可能回落）{aside}。"


def missed_reason(terms: Terms, numbers: Measures) -> str:
    provisional = "（快报数）" if numbers.datum is not None and numbers.datum.provisional else ""
    return f"终期数{provisional}未达到目标{exceed_words(terms, numbers)}。"


def no_final_reason(numbers: Measures) -> str:
    newest = "" if numbers.datum is None else f"，最新只到{numbers.datum.on.isoformat()}"
    return f"目标期限已过，终期数应报未报{newest}。"


def like_hold_reason(terms: Terms, numbers: Measures) -> str:
    start, goal = numbers.start, numbers.goal
    if start is not None and goal is not None:
        in_band = terms.form is Form.BAND and nearer_edge(terms, start) is None
        if in_band or (terms.form is not Form.BAND and meets(terms, start, goal, Fraction(0))):
            return "基期已达到目标，现值回落到目标以外。"
    return "基期值与目标值几乎相同，按保持评价，现值在目标以外。"


def exceed_words(terms: Terms, numbers: Measures) -> str:
    """超过 and 不满 do not include the number itself."""
    if numbers.actual is None or numbers.actual != numbers.goal or numbers.met:
        return ""
    if terms.comparison is Comparison.MORE_THAN:
        return "；正好等于目标值，方案要求须超过"
    return "；正好等于目标值，方案要求须低于" if terms.comparison is Comparison.LESS_THAN else ""


def not_yet_met_reason(terms: Terms, numbers: Measures) -> str:
    words = "尚未达到目标；没有基期值，无法判断进度快慢"
    return f"{words}{exceed_words(terms, numbers)}。"
