"""The rules of the house that no other tool checks: names, sizes, languages, pins, and what an old browser can do."""

import ast
import importlib.metadata
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "targets", "departments", "reports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
(PURE_CONTRACT,) = (contract for contract in CONTRACTS if contract["name"].startswith("Pure modules"))
PURE = tuple(module.replace(".", "/") + ".py" for module in PURE_CONTRACT["source_modules"])
TEXT_SUFFIXES = (".py", ".html", ".css", ".js", ".typ", ".sh", ".md", ".toml", ".txt", ".yml", ".svg", "")
CHINESE = "\u3400-\u9fff"
CHINESE_SENTENCE = re.compile(f"[{CHINESE}][，。；：？！]|[，。；：？！][{CHINESE}]")
QUOTED = re.compile(r"“[^”]*”|「[^」]*」|`[^`]*`|\"[^\"]*\"", re.DOTALL)
HALF_WIDTH_IN_CHINESE = re.compile(f"[{CHINESE}][,;:?!](?=[{CHINESE} ]|$)|[{CHINESE}]\\((?=[{CHINESE}])")


@cache
def project_files() -> tuple[Path, ...]:
    """What belongs to the project: kept by git, or new and not ignored by it."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(ROOT / name for name in sorted(set(listing.split("\0"))) if name and (ROOT / name).is_file())


def files(*suffixes: str, under: tuple[str, ...] = ("",)) -> list[Path]:
    return [
        file
        for file in project_files()
        if file.suffix in suffixes and any(name(file).startswith(folder) for folder in under)
    ]


def python_files(*, of_rooms_only: bool = False, with_migrations: bool = False) -> list[Path]:
    found = files(".py", under=tuple(f"{room}/" for room in ROOMS) if of_rooms_only else ("",))
    return [file for file in found if with_migrations or "migrations" not in file.parts]


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(text_of(file))


def docstrings_of(tree: ast.Module) -> list[ast.Constant]:
    """Strings that stand alone: docstrings of modules, classes and functions, and those below an attribute."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]


# --- Names and sizes ------------------------------------------------------------------------------------------------


def test_no_file_has_a_name_that_says_nothing():
    empty_names = {"services", "selectors", "utils", "util", "helpers", "helper", "common", "core", "misc", "managers"}
    found = [
        name(file) for file in project_files() if empty_names & {part.split(".")[0] for part in Path(name(file)).parts}
    ]
    assert found == []


def test_no_file_grows_past_four_hundred_lines():
    code = [*python_files(), *files(".html", ".css", ".js", ".typ", ".sh")]
    assert [f"{name(file)}: {lines}" for file in code if (lines := len(text_of(file).splitlines())) > 400] == []


def test_functions_are_named_for_what_they_do():
    weak = re.compile(r"(get|handle|process|manage|do)_")
    found = [
        f"{name(file)}: {node.name}"
        for file in python_files(of_rooms_only=True)
        for node in tree_of(file).body  # methods may be called as a framework wants them
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and weak.match(node.name)
    ]
    assert found == []


def test_who_holds_a_row_lets_others_refer_to_it():
    """PostgreSQL looks up references when a transaction commits, and then it holds the event log already."""
    held = re.compile(r"select_for_update\((?![^)]*(?:\([^)]*\)[^)]*)?(?:no_key|skip_locked)=True)")
    assert [name(file) for file in python_files(of_rooms_only=True) if held.search(text_of(file))] == []


def test_tests_are_named_for_what_they_promise():
    found = [
        f"{name(file)}: {node.name}"
        for file in files(".py", under=("tests/",))
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and file.name.startswith("test_")
        and node.name.count("_") < 2
    ]
    assert found == []


def test_no_test_is_skipped():
    skipping = re.compile(r"mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)|unittest\.skip")
    tests = [file for file in files(".py", under=("tests/",)) if file != Path(__file__)]
    assert [name(file) for file in tests if skipping.search(text_of(file))] == []


# --- What the project says about itself -----------------------------------------------------------------------------


def test_nothing_names_a_folder_of_one_machine():
    machine_path = re.compile(r"(?<![\w.<:/-])/(home|root|work|tmp|Users|opt)/\w|(?<![\w/])sha" + r"red/")
    found = [
        f"{name(file)}:{number}"
        for file in project_files()
        if file.suffix in TEXT_SUFFIXES and file != Path(__file__)
        for number, line in enumerate(text_of(file).splitlines(), start=1)
        if machine_path.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_why(file):
    line_with_reason = re.compile(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+ +# \S.+")
    for line in text_of(ROOT / file).splitlines():
        assert line.startswith(("#", "-r ", "-c ")) or line_with_reason.fullmatch(line), line


def test_what_requirements_need_in_turn_is_pinned():
    for line in text_of(ROOT / "constraints.txt").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[\w.-]+==[\w.]+", line), line
    chosen = "".join(text_of(ROOT / file) for file in ("requirements.txt", "requirements-dev.txt"))
    pins = chosen + text_of(ROOT / "constraints.txt")
    pinned = {canonicalize_name(pin) for pin in re.findall(r"(?m)^([\w.-]+)(?:\[.*\])?==", pins)}
    waiting = [
        Requirement(line.split(" #")[0]) for line in chosen.splitlines() if re.match(r"[\w.-]+(\[.*\])?==", line)
    ]
    needed: set[str] = set()
    while waiting:
        package = waiting.pop()
        needed.add(canonicalize_name(package.name))
        for line in importlib.metadata.requires(package.name) or ():
            part = Requirement(line)
            extras = [{"extra": extra} for extra in ("", *package.extras)]
            wanted = part.marker is None or any(part.marker.evaluate(extra) for extra in extras)
            if wanted and canonicalize_name(part.name) not in needed:
                waiting.append(part)
    assert needed - pinned == set()


def test_installed_packages_agree_with_each_other():
    check = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout


def test_every_setting_from_the_environment_is_explained():
    settings = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', text_of(ROOT / "linyi_cp/settings.py")))
    assert settings
    assert sorted(setting for setting in settings if f"`{setting}`" not in text_of(ROOT / "README.md")) == []


# --- Pure modules ---------------------------------------------------------------------------------------------------


def test_packages_on_the_path_of_a_pure_module_are_empty():
    packages = {folder for module in PURE for folder in Path(module).parents if folder != Path(".")}
    assert [str(folder) for folder in sorted(packages) if text_of(ROOT / folder / "__init__.py").strip()] == []


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_does_not_look_at_the_clock(module):
    for node in ast.walk(tree_of(ROOT / module)):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today", "utcnow", "localdate", "monotonic"}, node.lineno
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            assert not imported & {"time", "random", "os", "django"}, node.lineno


@pytest.mark.parametrize("module", [module for module in PURE if module.startswith(("targets/", "departments/"))])
def test_a_figure_never_becomes_a_float(module):
    for node in ast.walk(tree_of(ROOT / module)):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), node.lineno
        assert not (isinstance(node, ast.Name) and node.id == "float"), node.lineno


GENERAL_WORDS = {"总体"}
"""Names of sectors that are words of the language as well."""


def test_the_plan_is_data_and_not_code():
    sectors: set[str] = set()
    for file in files(".json", under=("fixtures/",)):
        content = json.loads(text_of(file))
        if isinstance(content, dict):
            sectors.update(content.get("sectors", []))
    assert len(sectors) > 5
    sectors -= GENERAL_WORDS
    # A day may stand as an example in a sentence on how to write days.
    of_the_plan = re.compile("|".join(["临" + "沂", r"^[^\u4e00-\u9fff]*\b2025\b", *map(re.escape, sorted(sectors))]))
    product = [
        *python_files(of_rooms_only=True),
        *files(".html", ".js", ".typ", under=("templates/", "static/", "reports/")),
    ]
    found = [
        f"{name(file)}:{number}: {line.strip()}"
        for file in product
        if "demo" not in name(file)
        for number, line in enumerate(text_of(file).splitlines(), start=1)
        if of_the_plan.search(line)
    ]
    assert found == []


# --- Languages ------------------------------------------------------------------------------------------------------


def test_comments_and_docstrings_are_english():
    found = []
    for file in python_files():
        remarks = [(text.value, text.lineno) for text in docstrings_of(tree_of(file)) if isinstance(text.value, str)]
        for token in tokenize.generate_tokens(io.StringIO(text_of(file)).readline):
            if token.type == tokenize.COMMENT:
                remarks.append((token.string, token.start[0]))
        # Words of the screen may stand as they are, sentences of it in quotation marks; the remark itself is English.
        found += [f"{name(file)}:{line}" for remark, line in remarks if CHINESE_SENTENCE.search(QUOTED.sub("", remark))]
    assert found == []


def test_chinese_sentences_have_full_width_punctuation():
    found = []
    for file in python_files(of_rooms_only=True):
        tree = tree_of(file)
        remarks = {id(text) for text in docstrings_of(tree)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in remarks:
                continue
            # A list in square brackets is written with the punctuation of a machine.
            if HALF_WIDTH_IN_CHINESE.search(re.sub(r"\[+[^\[\]]*\]", "", node.value)):
                found.append(f"{name(file)}:{node.lineno}: {node.value}")
    for file in files(".html", under=("templates/",)):
        shown = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text_of(file), flags=re.DOTALL)
        found += [f"{name(file)}: {match.group()}" for match in HALF_WIDTH_IN_CHINESE.finditer(shown)]
    assert found == []


# --- What the Content-Security-Policy forbids and what Chromium 86 does not know ------------------------------------


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", "", text, flags=re.DOTALL)


def test_pages_carry_no_inline_style_script_or_handler():
    forbidden = re.compile(
        r"<style|\sstyle\s*=|\son[a-z]+\s*=|\shx-on|javascript:|<script(?![^>]*(\ssrc=|application/json))",
        re.IGNORECASE,
    )
    found = [
        f"{name(file)}: {match.group().strip()}"
        for file in files(".html", under=("templates/",))
        for match in forbidden.finditer(without_comments(text_of(file)))
    ]
    assert found == []


TOO_NEW_FOR_THE_BROWSERS = {
    ":has(": 105, ":is(": 88, ":where(": 88, "@layer": 99, "@container": 105, "@scope": 118, "color-mix(": 111,
    "aspect-ratio": 88, "inset:": 87, "inset-": 87, "dvh": 108, "subgrid": 117, "oklch(": 111, "light-dark(": 123,
}  # fmt: skip


def css_rules(css: str) -> list[tuple[str, str, bool]]:
    """(selector, declarations, whether another rule is inside) for every style rule; at-rules are looked through."""
    rules: list[tuple[str, str, bool]] = []
    open_blocks: list[list[str | bool]] = []  # selector, own text, has a rule inside
    text = ""
    for character in without_comments(css):
        if character == "{":
            inside, _, selector = text.rpartition(";")
            if open_blocks:
                open_blocks[-1][1] = f"{open_blocks[-1][1]}{inside};"
                open_blocks[-1][2] = True
            open_blocks.append([selector.strip(), "", False])
            text = ""
        elif character == "}":
            selector_, own, has_inside = open_blocks.pop()
            if not str(selector_).startswith("@"):
                rules.append((str(selector_), f"{own}{text}", bool(has_inside)))
            text = ""
        else:
            text += character
    return rules


def test_style_sheets_use_nothing_that_chromium_86_lacks():
    found = []
    for file in files(".css", under=("static/",)):
        css = without_comments(text_of(file))
        found += [
            f"{name(file)}: {feature} needs {since}"
            for feature, since in TOO_NEW_FOR_THE_BROWSERS.items()
            if feature in css
        ]
        for selector, _, has_rule_inside in css_rules(css):
            if has_rule_inside:
                found.append(f"{name(file)}: {selector} has a rule inside it")
    assert found == []


def test_flexible_boxes_have_margins_and_no_gap():
    flexible: set[str] = set()
    with_gap: dict[str, str] = {}
    for file in files(".css", under=("static/",)):
        for selectors, declarations, _ in css_rules(text_of(file)):
            for selector in re.split(r"\s*,\s*", selectors):
                if re.search(r"display:\s*(inline-)?flex", declarations):
                    flexible.add(selector)
                if re.search(r"(^|[;\s])(row-|column-)?gap:", declarations):
                    with_gap[selector] = name(file)
                if re.search(r"display:\s*(inline-)?grid", declarations):
                    with_gap.pop(selector, None)
    assert [f"{with_gap[selector]}: {selector}" for selector in sorted(flexible & set(with_gap))] == []


def test_scripts_use_nothing_that_chromium_86_or_plain_http_lacks():
    too_new = re.compile(
        r"\.at\(|\bstructuredClone\(|\bObject\.hasOwn\(|\.findLast(Index)?\(|\.toSorted\(|\.replaceChildren\(|\beval\(|"
        r"\bnew Function\(|\bcrypto\.(randomUUID|subtle)|\bnavigator\.clipboard\b|\bstatic \{"
    )
    found = [
        f"{name(file)}: {match.group()}"
        for file in files(".js", under=("static/",))
        for match in too_new.finditer(without_comments(text_of(file)))
    ]
    assert found == []


def test_the_reader_of_style_sheets_finds_what_it_looks_for():
    css = "@media print { a, b { display: flex; gap: 1px } } c { color: red; d { top: 0 } } /* e { f { } } */"
    assert [(selector, inside) for selector, _, inside in css_rules(css)] == [
        ("a, b", False),
        ("d", False),
        ("c", True),
    ]
    assert "gap: 1px" in css_rules(css)[0][1]
