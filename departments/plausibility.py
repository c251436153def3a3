"""PURE: decides what is odd about one reported figure before anybody looks at it, and says it in a sentence.

An error keeps a sheet from being sent; a warning asks for a note beside the figure, which the reviewer reads.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from targets.terms import Basis, Kind

JUMP = Decimal("0.5")
"""A change of more than half against the last figure on the same basis is a jump."""
FEW_UNITS = Decimal(10)
"""Whole units that differ by fewer than these are no jump: from 1 to 3 is ordinary."""
SLIPS = ((Decimal(10), "10"), (Decimal(100), "100"), (Decimal(1000), "1千"), (Decimal(10000), "1万"))
SLIP_FROM, SLIP_TO = Decimal("0.8"), Decimal("1.25")
"""A figure within these shares of ten, a hundred, a thousand or ten thousand times the last one: a wrong unit?"""
TOTAL_GROWS_TO = Decimal(8)
"""A running total that is this many times the last one: in equal steps it doubles at most, so a wrong unit?"""
AREAS_MAY_DIFFER = Decimal("0.005")
"""The share of the city's figure by which the sum of its areas may differ from it: they round."""
DECIMAL_PLACES, WHOLE_DIGITS = 8, 16
"""What the database holds of a reported number."""

VALUE, NUMERATOR, DENOMINATOR = "value", "numerator", "denominator"


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd: which field it is about, a code for tests and statistics, and the sentence for the person."""

    level: Level
    code: str
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One reported figure: a value, or numerator and denominator; each None where nothing was reported."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def part(self, field: str) -> Decimal | None:
        if field == NUMERATOR:
            return self.numerator
        if field == DENOMINATOR:
            return self.denominator
        return self.value


@dataclass(frozen=True, slots=True)
class CellRules:
    """What is known of a cell: its parts, its basis, and the limits that nature sets."""

    unit: str
    is_two_part: bool = False
    value_name: str = "数值"
    numerator_name: str = "分子"
    denominator_name: str = "分母"
    value_kind: Kind | None = None
    numerator_kind: Kind | None = None
    denominator_kind: Kind | None = None
    basis: Basis = Basis.PERIOD
    factor: Decimal = Decimal(1)
    natural_lower: Decimal | None = None
    natural_upper: Decimal | None = None
    whole_units: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (NUMERATOR, DENOMINATOR) if self.is_two_part else (VALUE,)

    def name_of(self, field: str) -> str:
        return {VALUE: self.value_name, NUMERATOR: self.numerator_name, DENOMINATOR: self.denominator_name}[field]

    def kind_of(self, field: str) -> Kind | None:
        return {VALUE: self.value_kind, NUMERATOR: self.numerator_kind, DENOMINATOR: self.denominator_kind}[field]

    def is_part_of_whole(self) -> bool:
        """Whether the numerator is a part of the denominator: a share whose natural upper limit is the whole."""
        return self.is_two_part and self.natural_upper is not None and self.natural_upper == self.factor

    def adds_up(self, field: str) -> bool:
        """Whether a later figure of the same year includes the earlier one."""
        return self.kind_of(field) is Kind.FLOW and self.basis is not Basis.PERIOD


@dataclass(frozen=True, slots=True)
class Past:
    """What was reported before, on the same basis: the last period's figure, and the one a year ago."""

    last: Measure | None = None
    last_name: str = "上期"
    last_is_of_this_year: bool = False
    same_last_year: Measure | None = None
    same_name: str = "上年同期"


def quotient(rules: CellRules, measure: Measure) -> Decimal | None:
    """The figure in the indicator's unit: the value, or numerator / denominator * factor; None where there is none."""
    if not rules.is_two_part:
        return measure.value
    if measure.numerator is None or measure.denominator is None or measure.denominator == 0:
        return None
    return measure.numerator / measure.denominator * rules.factor


def findings(rules: CellRules, measure: Measure, past: Past) -> tuple[Finding, ...]:
    """All that is odd about a figure. A number that is None is not looked at: that it is missing is another matter."""
    by_itself = [*_form(rules, measure), *_limits(rules, measure)]
    if any(finding.level is Level.ERROR for finding in by_itself):
        return tuple(by_itself)  # compared with the past once it can be right by itself
    return (*by_itself, *_against_the_past(rules, measure, past))


def areas_against_city(
    rules: CellRules, together: Decimal | None, city: Decimal | None, *, is_complete: bool = True
) -> tuple[Finding, ...]:
    """What is odd about a city's figure beside what its areas add up to, both in the indicator's unit.

    is_complete: whether every area that counts has reported. As long as one has not, only a part larger than the whole
    is odd: a sum of quantities that cannot be negative and is above the city's already.
    """
    if together is None or city is None:
        return ()
    margin = AREAS_MAY_DIFFER * abs(city)
    if not is_complete:
        grows = not rules.is_two_part and rules.natural_lower is not None and rules.natural_lower >= 0
        if not grows or together - city <= margin:
            return ()
    elif abs(together - city) <= margin:
        return ()
    reported = "各县区" if is_complete else "已填县区"
    return (
        _warning(
            "areas_differ",
            rules.fields[0],
            f"{reported}汇总为 {plain(round(together, 4))}，全市数为 {plain(round(city, 4))}，"
            f"相差 {plain(round(together - city, 4))}，请核对；如无误，请在说明中写明原因。",
        ),
    )


def _error(code: str, field: str, sentence: str) -> Finding:
    return Finding(Level.ERROR, code, field, sentence)


def _warning(code: str, field: str, sentence: str) -> Finding:
    return Finding(Level.WARNING, code, field, sentence)


def _form(rules: CellRules, measure: Measure) -> list[Finding]:
    """Numbers that cannot be stored, or that cannot be counts."""
    found = []
    for field in rules.fields:
        number = measure.part(field)
        if number is None:
            continue
        name = rules.name_of(field)
        if abs(number) >= Decimal(10) ** WHOLE_DIGITS:
            found.append(_error("too_large", field, f"{name}过大：整数部分最多 {WHOLE_DIGITS} 位，请核对单位。"))
        elif number != round(number, DECIMAL_PLACES):
            found.append(
                _error("too_many_decimals", field, f"{name}的小数超过 {DECIMAL_PLACES} 位，请四舍五入后填写。")
            )
        elif rules.whole_units and number != number.to_integral_value():
            found.append(_error("not_whole", field, f"{name}应为整数，不能带小数；现为 {plain(number)}。"))
    return found


def _limits(rules: CellRules, measure: Measure) -> list[Finding]:
    """Numbers outside what nature allows."""
    found = []
    if rules.natural_lower is not None and rules.natural_lower >= 0 and rules.is_two_part:
        for field in rules.fields:
            number = measure.part(field)
            if number is not None and number < 0:
                found.append(_error("negative", field, f"{rules.name_of(field)}不能为负数；现为 {plain(number)}。"))
    if rules.is_two_part and measure.denominator is not None and measure.denominator == 0:
        if measure.numerator is None or measure.numerator == 0:
            found.append(
                _warning("ratio_of_nothing", DENOMINATOR, f"{rules.denominator_name}为0，本期不作评价，请说明情况。")
            )
        else:
            found.append(
                _error(
                    "zero_denominator",
                    DENOMINATOR,
                    f"{rules.denominator_name}为0而{rules.numerator_name}不为0，无法计算比值，请核对两个数。",
                )
            )
    if (
        rules.is_part_of_whole()
        and measure.numerator is not None
        and measure.denominator is not None
        and measure.numerator > measure.denominator > 0
    ):
        found.append(
            _error(
                "part_exceeds_whole",
                NUMERATOR,
                f"{rules.numerator_name}（{plain(measure.numerator)}）大于{rules.denominator_name}"
                f"（{plain(measure.denominator)}），部分不能超过总量，请核对两个数。",
            )
        )
    if not found:
        found.extend(_outside(rules, measure))
    return found


def _outside(rules: CellRules, measure: Measure) -> list[Finding]:
    number = quotient(rules, measure)
    if number is None:
        return []
    field = rules.fields[0]
    name = "计算得出的比值" if rules.is_two_part else rules.name_of(VALUE)
    shown = plain(round(number, 4) if rules.is_two_part else number)
    if rules.natural_lower is not None and number < rules.natural_lower:
        if rules.natural_lower == 0 and not rules.is_two_part:
            return [_error("negative", field, f"{name}不能为负数；现为 {shown}。")]
        return [_error("below_limit", field, f"{name}不能小于 {plain(rules.natural_lower)}；现为 {shown}。")]
    if rules.natural_upper is not None and number > rules.natural_upper:
        return [
            _error("above_limit", field, f"{name}不能大于 {plain(rules.natural_upper)}；现为 {shown}，请核对单位。")
        ]
    return []


def _against_the_past(rules: CellRules, measure: Measure, past: Past) -> list[Finding]:
    found: list[Finding] = []
    for field in rules.fields:
        number = measure.part(field)
        if number is None:
            continue
        falls = _falls(rules, field, number, past)
        leaps = _total_leaps(rules, field, number, past)
        odd = _slip(rules, field, number, past) or falls or leaps or _jump(rules, field, number, past)
        if odd is not None:
            found.append(odd)
    if rules.is_two_part and not found:
        jump = _quotient_jump(rules, measure, past)
        if jump is not None:
            found.append(jump)
    return found


def _falls(rules: CellRules, field: str, number: Decimal, past: Past) -> Finding | None:
    if not rules.adds_up(field) or past.last is None:
        return None
    if rules.basis is Basis.YEAR_TO_DATE and not past.last_is_of_this_year:
        return None
    before = past.last.part(field)
    if before is None or number >= before:
        return None
    basis = "规划期累计" if rules.basis is Basis.SINCE_START else "本年累计"
    return _warning(
        "total_falls",
        field,
        f"{rules.name_of(field)}按{basis}填报，现为 {plain(number)}，小于{past.last_name}的 {plain(before)}；"
        "如属更正，请在说明中写明原因。",
    )


def _total_leaps(rules: CellRules, field: str, number: Decimal, past: Past) -> Finding | None:
    """A running total many times the last one of the same year: the only hint at a wrong unit in a first year, when
    nothing of the year before shows how the figure moves within one."""
    if not rules.adds_up(field) or past.last is None or not past.last_is_of_this_year:
        return None
    if past.same_last_year is not None and past.same_last_year.part(field) is not None:
        return None
    before = past.last.part(field)
    if before is None or before <= 0 or number < before * TOTAL_GROWS_TO:
        return None
    if rules.whole_units and number - before < FEW_UNITS:
        return None
    return _warning(
        "unit_slip",
        field,
        f"{rules.name_of(field)}的累计数为{past.last_name}（{plain(before)}）的 {plain(round(number / before, 1))} 倍，"
        "请核对单位是否填错；如无误，请在说明中写明原因。",
    )


def _comparable(rules: CellRules, field: str, past: Past) -> list[tuple[str, Decimal]]:
    """Earlier numbers of the same span: a running total is compared with the same period of last year only."""
    pairs = [(past.same_name, past.same_last_year)]
    if not rules.adds_up(field):
        pairs.insert(0, (past.last_name, past.last))
    numbers: list[tuple[str, Decimal]] = []
    for name, measure in pairs:
        number = None if measure is None else measure.part(field)
        if number is not None and number != 0 and name not in [other for other, _ in numbers]:
            numbers.append((name, number))
    return numbers


def _slip(rules: CellRules, field: str, number: Decimal, past: Past) -> Finding | None:
    for name, before in _comparable(rules, field, past):
        if rules.whole_units and abs(number - before) < FEW_UNITS:
            continue
        share = number / before
        for times, words in SLIPS:
            if SLIP_FROM <= share / times <= SLIP_TO:
                how = f"约为{name}（{plain(before)}）的 {words} 倍"
            elif SLIP_FROM <= share * times <= SLIP_TO:
                how = f"约为{name}（{plain(before)}）的 {words} 分之一"
            else:
                continue
            return _warning(
                "unit_slip",
                field,
                f"{rules.name_of(field)}{how}，请核对单位是否填错；如无误，请在说明中写明原因。",
            )
    return None


def _jump(rules: CellRules, field: str, number: Decimal, past: Past) -> Finding | None:
    for name, before in _comparable(rules, field, past):
        if rules.whole_units and abs(number - before) < FEW_UNITS:
            continue
        sentence = _jump_sentence(rules.name_of(field), name, before, number)
        if sentence is not None:
            return _warning("jump", field, sentence)
    return None


def _quotient_jump(rules: CellRules, measure: Measure, past: Past) -> Finding | None:
    number = quotient(rules, measure)
    if number is None or rules.whole_units:
        return None
    for name, earlier in ((past.last_name, past.last), (past.same_name, past.same_last_year)):
        before = None if earlier is None else quotient(rules, earlier)
        if before is None or before == 0:
            continue
        sentence = _jump_sentence("计算得出的比值", name, round(before, 4), round(number, 4))
        if sentence is not None:
            return _warning("jump", NUMERATOR, sentence)
    return None


def _jump_sentence(what: str, name: str, before: Decimal, number: Decimal) -> str | None:
    if before == 0:
        return None
    change = (number - before) / abs(before)
    if abs(change) <= JUMP:
        return None
    word = "增加" if change > 0 else "减少"
    return (
        f"{what}较{name}（{plain(before)}）{word} {plain(round(abs(change) * 100, 1))}%，"
        "变动超过 50%，请核对；如无误，请在说明中写明原因。"
    )


def plain(number: Decimal) -> str:
    """A number as a person writes it: no exponent, no trailing zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
