"""怎样算出来的: every step from the figures to the status, with the formula and the numbers filled in. Pure."""

from fractions import Fraction

from targets.labels import STATUS_LABELS
from targets.measures import Measures
from targets.numbers import as_decimal, plain
from targets.terms import Accumulation, Comparison, Form, Status, Step, Terms

SHOWN_DIGITS = 8
RATIO_FORMULAS = {
    Accumulation.RATIO: "y = 分子 ÷ 分母 × 换算系数",
    Accumulation.RATIO_OF_SUMS: "y = Σ分子 ÷ Σ分母 × 换算系数",
}
COMPARISON_SIGNS = {
    Comparison.AT_LEAST: "≥",
    Comparison.MORE_THAN: ">",
    Comparison.AT_MOST: "≤",
    Comparison.LESS_THAN: "<",
    Comparison.ABOUT: "≈",
}


def text(number: Fraction | None) -> str:
    return "—" if number is None else plain(as_decimal(number), SHOWN_DIGITS)


def wrapped(number: Fraction) -> str:
    """A negative number in brackets, so that a formula can be read."""
    return f"({text(number)})" if number < 0 else text(number)


def step(label: str, formula: str, filled: str, result: Fraction | None = None) -> Step:
    return Step(label, formula, filled, None if result is None else as_decimal(result))


def steps_of(terms: Terms, numbers: Measures, status: Status, reason: str) -> tuple[Step, ...]:
    """The arithmetic behind one assessment, in the order in which a reader follows it."""
    steps = [*actual_steps(terms, numbers), *target_steps(terms, numbers)]
    if numbers.elapsed is not None:
        months = f"{numbers.months} ÷ {numbers.total_months}"
        steps.append(step("已过时间", "e = 已过整月数 ÷ 全期整月数", months, numbers.elapsed))
    steps += progress_steps(terms, numbers)
    steps += distance_steps(terms, numbers)
    steps.append(Step("评价", "按顺序第一条适用的规则", f"{STATUS_LABELS[status]}：{reason}"))
    return tuple(steps)


def actual_steps(terms: Terms, numbers: Measures) -> list[Step]:
    datum = numbers.datum
    if datum is None:
        return []
    if datum.numerator is not None and datum.denominator is not None:
        filled = f"{text(Fraction(datum.numerator))} ÷ {text(Fraction(datum.denominator))}"
        if terms.factor != 1:
            filled += f" × {plain(terms.factor)}"
        return [step("实际值", RATIO_FORMULAS[terms.accumulation], filled, datum.value)]
    formula = "y = Σ各期数" if terms.accumulation is Accumulation.SUM else "y = 最近一期数"
    filled = f"截至{datum.on.isoformat()}：{'≥' if datum.partial else ''}{text(datum.value)}"
    return [step("实际值", formula, filled, datum.value)]


def target_steps(terms: Terms, numbers: Measures) -> list[Step]:
    if terms.form is Form.BAND:
        edges = f"{text(Fraction(terms.lower or 0))} ≤ y ≤ {text(Fraction(terms.upper or 0))}"
        return [step("目标区间", "下限 ≤ y ≤ 上限", edges, numbers.goal)]
    if terms.value is None or numbers.goal is None:
        return []
    promised, start = wrapped(Fraction(terms.value)), numbers.start
    base = None if terms.baseline is None else text(Fraction(terms.baseline.value))
    steps = []
    if base is not None and not terms.counts_from_zero and not terms.is_budget:
        steps.append(step("基期值", "B", base, start))
    if numbers.goal == Fraction(terms.value):
        steps.append(step("目标值", "T = X", text(Fraction(terms.value)), numbers.goal))
    elif terms.form is Form.CHANGE_PERCENT:
        steps.append(
            step(
                "目标值",
                "T = B × (1 + X ÷ 100)",
                f"{base} × (1 + {promised} ÷ 100)",
                numbers.goal,
            )
        )
    else:
        steps.append(step("目标值", "T = B + X", f"{base} + {promised}", numbers.goal))
    if terms.comparison is Comparison.ABOUT and numbers.tolerance is not None:
        percent = "5" if terms.tolerance_percent is None else plain(terms.tolerance_percent)
        filled = f"所承诺的量的{percent}%（系统设定、非方案规定）"
        steps.append(step("容差", "容差 = 承诺量 × 容差率", filled, numbers.tolerance))
    return steps


def progress_steps(terms: Terms, numbers: Measures) -> list[Step]:
    course, actual, steps = numbers.course, numbers.actual, list[Step]()
    if course is None or actual is None:
        return steps
    if numbers.expected is not None:
        curve = "B × (T ÷ B)^e" if course.geometric else "B + (T − B) × e"
        if course.interim:
            curve = "按方案的阶段目标分段计算"
        formula = f"取整({curve})" if course.lumpy else curve
        filled = f"B = {text(course.start)}，T = {text(course.goal)}，e = {text(numbers.elapsed)}"
        steps.append(step("预期值", formula, filled, numbers.expected))
    start = course.start
    if numbers.progress is None or start is None:
        return steps
    goal = course.goal
    if terms.form is Form.BAND or course.two_sided:
        formula, filled = "P = 1 − 现在的距离 ÷ 基期的距离", f"y = {text(actual)}，B = {text(start)}，T = {text(goal)}"
    elif course.geometric:
        ratio = [text(value + course.offset) for value in (actual, start, goal)]
        formula, filled = "P = ln(y ÷ B) ÷ ln(T ÷ B)", f"ln({ratio[0]} ÷ {ratio[1]}) ÷ ln({ratio[2]} ÷ {ratio[1]})"
    else:
        above, below = f"({text(actual)} − {wrapped(start)})", f"({text(goal)} − {wrapped(start)})"
        formula, filled = "P = (y − B) ÷ (T − B)", f"{above} ÷ {below}"
    steps.append(step("完成进度", formula, filled, numbers.progress))
    if numbers.expected_progress is not None:
        words = f"预期值 {text(numbers.expected)}"
        steps.append(step("时序进度", "E = P(预期值)", words, numbers.expected_progress))
        words = f"100 × ({text(numbers.progress)} − {text(numbers.expected_progress)})"
        steps.append(step("超（欠）时序进度", "100 × (P − E)", words, numbers.lead_points))
    if numbers.pace is not None and terms.is_budget:
        steps.append(step("进度比", "K = 预期值 ÷ Σ", f"{text(numbers.expected)} ÷ {text(actual)}", numbers.pace))
    elif numbers.pace is not None:
        words = f"{text(numbers.progress)} ÷ {text(numbers.expected_progress)}"
        steps.append(step("进度比", "K = P ÷ E", words, numbers.pace))
    return steps


def distance_steps(terms: Terms, numbers: Measures) -> list[Step]:
    steps = list[Step]()
    actual, goal = numbers.actual, numbers.goal
    if actual is None:
        return steps
    if goal is not None and numbers.gap is not None:
        if numbers.sense is None:
            formula, filled = "g = |T − y|", f"|{text(goal)} − {wrapped(actual)}|"
        elif numbers.sense > 0:
            formula, filled = "g = T − y", f"{text(goal)} − {wrapped(actual)}"
        else:
            formula, filled = "g = y − T", f"{text(actual)} − {wrapped(goal)}"
        steps.append(step("差距", formula, filled, numbers.gap))
        if terms.form is not Form.BAND:
            sign = COMPARISON_SIGNS[terms.comparison]
            words = {True: "成立", False: "不成立", None: "—"}[numbers.met]
            steps.append(step("是否达标", f"y {sign} T", f"{text(actual)} {sign} {text(goal)}：{words}"))
    if numbers.required is not None and goal is not None:
        years = text(Fraction(numbers.total_months - numbers.months, 12))
        geometric = numbers.course is not None and numbers.course.geometric
        formula = "(T ÷ y)^(1 ÷ 剩余年数) − 1" if geometric else "(T − y) ÷ 剩余年数"
        steps.append(step("今后每年需要", formula, f"剩余{years}年", numbers.required))
    if numbers.observed is not None:
        steps.append(step("已过时间年均", "同一算法，从基期到现在", f"{numbers.months}个月", numbers.observed))
    return steps
