"""A bureau's sheet as a workbook: written, filled in, read back, and stored only after a look at what would change."""

import datetime as dt
from decimal import Decimal

import pytest
from openpyxl.styles import numbers

from departments import actions
from departments.models import Entry, Submission, TaskReport, WorkbookUpload
from departments.sheets import Cell
from tests.factories import (
    make_area,
    make_chain,
    make_department,
    make_indicator,
    make_milestone,
    make_observation,
    make_period,
    make_reporter,
    make_responsibility,
    make_task,
    make_task_responsibility,
)
from tests.workbook_editing import as_upload, confirm, download, filled, loaded, patched, run_of, saved, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    return make_chain()


@pytest.fixture
def reporter(client, chain):
    client.force_login(chain.reporter)
    return client


def stored(indicator, area=None):
    entries = Entry.objects.filter(indicator=indicator)
    entry = entries.get(area=area) if area else entries.get(area__parent__isnull=True)
    return Cell.of(entry)


# --- There and back ---------------------------------------------------------------------------------------------------


def test_figures_counties_and_tasks_come_back_as_they_were_filled_in(reporter, chain):
    county = make_area(name="甲县")
    chain.stock.by_area = True
    chain.stock.save()
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    task = make_task(chain.plan)
    make_task_responsibility(task, chain.department)
    milestone = make_milestone(task)
    book = loaded(download(reporter, chain))
    book["填报"]["G6"], book["填报"]["G7"], book["填报"]["G8"] = 412.3, 428.1, 35.2
    book["填报"]["K8"] = "含新增地块"
    book["填报"]["J6"] = "是"
    book[f"地区 {chain.stock.code}"]["D6"] = 35.2
    tasks = book["任务进展"]
    tasks["G6"], tasks["H7"] = "已完成两批改造。", dt.date(2023, 12, 20)
    run = run_of(upload(reporter, chain, saved(book)))
    assert (len(run.lines), run.faults, run.unchanged) == (4, (), 0)
    assert not Submission.objects.exists()
    confirm(reporter)
    assert stored(chain.ratio) == Cell(numerator=Decimal("412.3"), denominator=Decimal("428.1"), is_provisional=True)
    assert stored(chain.stock) == Cell(value=Decimal("35.2"), note="含新增地块")
    assert stored(chain.stock, county).value == Decimal("35.2")
    report = TaskReport.objects.get()
    assert report.text == "已完成两批改造。"
    assert [(each.milestone_id, each.reached_on) for each in report.milestones.all()] == [
        (milestone.pk, dt.date(2023, 12, 20))
    ]
    assert Submission.objects.get().state == "draft"


def test_a_workbook_that_nobody_touched_changes_nothing(reporter, chain):
    submission = chain.sheet()
    Entry.objects.filter(indicator=chain.stock).update(value=Decimal("1234567890123456.12345678"))
    run = run_of(upload(reporter, chain, saved(loaded(download(reporter, chain)))))
    assert (run.lines, run.faults, run.unchanged, run.notices) == ((), (), 2, ())
    assert confirm(reporter).status_code == 409
    submission.refresh_from_db()
    assert submission.lock_version == 0


def test_nothing_is_deleted_by_absence(reporter, chain):
    chain.sheet()
    book = loaded(download(reporter, chain))
    sheet = book["填报"]
    sheet["G6"], sheet["G8"] = None, 36
    sheet.delete_rows(7)
    run = run_of(upload(reporter, chain, saved(book)))
    assert [line.new for line in run.lines] == ["36"]
    assert any("被清空" in notice for notice in run.notices)
    confirm(reporter)
    assert stored(chain.ratio).numerator == Decimal("412.3")
    assert stored(chain.ratio).denominator == Decimal("428.1")


def test_rows_of_a_figure_that_were_deleted_stay_as_they_are(reporter, chain):
    chain.sheet()
    book = loaded(download(reporter, chain))
    book["填报"].delete_rows(8)
    run = run_of(upload(reporter, chain, saved(book)))
    assert run.lines == ()
    assert any("水肥一体化面积" in notice and "保持不变" in notice for notice in run.notices)


def test_the_workbook_shows_what_was_reported_before_and_locks_all_but_what_is_to_be_filled_in(reporter, chain):
    earlier = make_period(chain.plan, "2023Q3")
    make_observation(chain.stock, earlier, "30.5")
    book = loaded(download(reporter, chain))
    sheet = book["填报"]
    assert sheet["L8"].value == 30.5
    assert sheet["M8"].value == "2023年三季度"
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert [sheet[at].protection.locked for at in ("G8", "I8", "K8", "L8", "C8")] == [False, False, False, True, True]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.freeze_panes == "D6"
    assert book["_keys"].sheet_state == "veryHidden"
    assert sheet.column_dimensions["A"].hidden
    assert sheet.row_dimensions[4].hidden
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert any("尚未公布" in each.formula1 and "请从下拉列表中选" in each.error for each in lists)
    assert "填写说明" in book.sheetnames


def test_text_that_looks_like_a_formula_stays_text(reporter, chain):
    chain.stock.name = "=HYPERLINK(1)"
    chain.stock.save()
    submission = chain.sheet()
    Entry.objects.filter(submission=submission, indicator=chain.stock).update(note="@SUM(A1)")
    book = loaded(download(reporter, chain))
    assert (book["填报"]["C8"].value, book["填报"]["C8"].data_type) == ("=HYPERLINK(1)", "s")
    assert book["填报"]["K8"].data_type == "s"
    assert book["填报"]["K8"].quotePrefix  # stays text when somebody opens the cell and presses Enter


def test_the_states_of_a_figure_come_back(reporter, chain):
    chain.sheet()
    content = filled(download(reporter, chain), G8=None, I8="尚未公布")
    run_of(upload(reporter, chain, content))
    confirm(reporter)
    assert stored(chain.stock) == Cell(state="not_yet_published")


def test_the_dry_run_tells_what_is_odd_about_the_new_figures(reporter, chain):
    run = run_of(upload(reporter, chain, filled(download(reporter, chain), G6=500, G7=428.1)))
    assert run.lines[0].findings[0][0] == "error"
    assert run.lines[0].places == "“填报”G6、G7"


# --- What office people do to a workbook ------------------------------------------------------------------------------


def test_renamed_sheets_and_moved_rows_and_columns_are_found_by_their_keys(reporter, chain):
    book = loaded(download(reporter, chain))
    sheet = book["填报"]
    sheet["G6"], sheet["G7"], sheet["G8"] = 412.3, 428.1, 35.2
    sheet.title = "四季度（改名）"
    book["_keys"].title = "别动"
    book.move_sheet("别动", -1)
    sheet.insert_cols(3, 2)
    sheet.insert_rows(1, 3)
    run = run_of(upload(reporter, chain, saved(book)))
    assert [line.new for line in run.lines] == ["412.3 / 428.1", "35.2"]
    assert run.lines[1].places == "“四季度（改名）”I11、K11"


def test_percent_formats_are_read_as_they_are_shown(reporter, chain):
    chain.stock.unit = "%"
    chain.stock.save()
    book = loaded(download(reporter, chain))
    book["填报"]["G8"] = 0.958
    book["填报"]["G8"].number_format = numbers.FORMAT_PERCENTAGE_00
    book["填报"]["G7"] = 0.5
    book["填报"]["G7"].number_format = "0%"
    run = run_of(upload(reporter, chain, saved(book)))
    assert [line.new for line in run.lines] == ["95.8"]
    assert "按显示的 95.8% 读作 95.8" in run.lines[0].hints[0]
    assert "百分比格式（显示为 50%），而单位是“万吨”" in run.faults[0].sentence


def test_what_is_no_number_is_listed_with_its_cell_and_the_rest_comes_in(reporter, chain):
    run = run_of(upload(reporter, chain, filled(download(reporter, chain), G6="４１２．３", G7="1,428.1", G8="无")))
    (fault,) = run.faults
    assert (fault.place, fault.given) == ("“填报”G8", "无")
    assert "不是数字" in fault.sentence
    confirm(reporter)
    assert stored(chain.ratio).denominator == Decimal("1428.1")
    assert not Entry.objects.filter(indicator=chain.stock).exists()


def test_formulas_count_with_their_result(reporter, chain):
    content = patched(download(reporter, chain), "G8", ("n", "<f>0.1+0.2</f><v>0.30000000000000004</v>"))
    content = patched(content, "G6", ("e", "<f>1/0</f><v>#DIV/0!</v>"))
    run = run_of(upload(reporter, chain, content))
    assert [line.new for line in run.lines] == ["0.3"]
    assert "该格是公式，按计算结果读取" in run.lines[0].hints[0]
    assert [fault.given for fault in run.faults] == ["#DIV/0!"]


def test_a_number_beside_another_state_is_a_contradiction(reporter, chain):
    run = run_of(upload(reporter, chain, filled(download(reporter, chain), G8=35, I8="未统计")))
    assert "请清空该数，或把“状态”改为“数值”" in run.faults[0].sentence
    run = run_of(upload(reporter, chain, filled(download(reporter, chain), I8="没有")))
    assert "不在可选范围内" in run.faults[0].sentence


def test_copied_and_inserted_rows_and_partial_sorting_are_noticed(reporter, chain):
    book = loaded(download(reporter, chain))
    sheet = book["填报"]
    sheet["G8"] = 35.2
    for column in range(1, 16):
        sheet.cell(9, column).value = sheet.cell(8, column).value
    sheet["B6"], sheet["B7"] = "别的", "别的"
    sheet["G12"] = 77
    run = run_of(upload(reporter, chain, saved(book)))
    assert run.lines == ()
    assert [
        next(word for word in ("整行复制", "排了序", "没有隐藏的标识") if word in f.sentence) for f in run.faults
    ] == [
        "排了序",
        "整行复制",
        "没有隐藏的标识",
    ]


def test_days_of_dated_steps_are_read_in_every_way_people_write_them(reporter, chain):
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    task = make_task(chain.plan)
    make_task_responsibility(task, chain.department)
    days = [make_milestone(task, f"2023-{month:02}-28") for month in range(1, 6)]
    cells = {"H7": "2023年1月5日", "H8": 45231, "H9": "2023/3/7", "H10": "20230408", "H11": "五月"}
    content = filled(download(reporter, chain), sheet="任务进展", **cells)
    (fault,) = run_of(upload(reporter, chain, content)).faults
    assert (fault.place, fault.given) == ("“任务进展”H11", "五月")
    (line,) = run_of(upload(reporter, chain, filled(content, sheet="任务进展", H11=None))).lines
    assert [day.isoformat() for _, day in line.as_cell().reached] == [
        "2023-01-05",
        "2023-11-01",
        "2023-03-07",
        "2023-04-08",
    ]
    assert len(days) == 5
    assert "按日期序号读作 2023-11-01" in "".join(line.hints)


def test_a_bureau_that_has_tasks_only_gets_no_empty_table(client, chain):
    chain.plan.task_reports_every = "quarter"
    chain.plan.save()
    department = make_department()
    make_task_responsibility(make_task(chain.plan), department)
    client.force_login(make_reporter(department))
    address = f"/departments/{department.code}/periods/{chain.period.code}/workbook/?plan={chain.plan.code}"
    assert loaded(client.get(address).content).sheetnames == ["任务进展", "填写说明", "_keys"]


# --- Whose workbook it is ---------------------------------------------------------------------------------------------


def test_a_workbook_of_something_else_is_refused_with_its_own_sentence(reporter, chain, client):
    content = download(reporter, chain)
    other = make_department(name="市别的局")
    make_responsibility(make_indicator(chain.plan), other)
    later = make_period(chain.plan, "2024Q1")
    address = f"/departments/{chain.department.code}/periods/{later.code}/workbook/upload/"
    assert "这是2023年四季度的填报表" in reporter.post(address, as_upload(content)).context["refusal"]
    book = loaded(content)
    del book["_keys"]
    assert "不是从本系统下载的表" in upload(reporter, chain, saved(book)).context["refusal"]
    assert "没有选择文件" in reporter.post(f"{chain.address}workbook/upload/").context["refusal"]
    client.force_login(make_reporter(other))
    address = f"/departments/{other.code}/periods/{chain.period.code}/workbook/upload/"
    answer = client.post(address, as_upload(content))
    assert answer.status_code == 422
    assert f"这是{chain.department.name}的表，不能在市别的局名下上传" in answer.context["refusal"]
    assert not WorkbookUpload.objects.exists()


def test_a_workbook_of_another_plan_or_kind_or_with_broken_keys_is_refused(reporter, chain):
    content = download(reporter, chain)
    keys = {row[0].value: row[0].row for row in loaded(content)["_keys"].iter_rows(max_col=1)}
    cases = {
        "plan": ("other", "属于另一个方案"),
        "kind": ("history", "这是历史数据表，不是填报表"),
        "version": ("x", "隐藏的标识不完整"),
        f"was:c{chain.stock.pk}": ("[1", "隐藏的标识被改动过"),
        "workbook-keys": ("99", "另一个版本生成的"),
    }
    for key, (text, words) in cases.items():
        answer = upload(reporter, chain, filled(content, sheet="_keys", **{f"B{keys[key]}": text}))
        assert words in answer.context["refusal"]


def test_two_copies_of_a_table_are_refused(reporter, chain):
    book = loaded(download(reporter, chain))
    book.copy_worksheet(book["填报"]).title = "备份"
    assert "两张同样的表：“填报”和“备份”" in upload(reporter, chain, saved(book)).context["refusal"]


def test_a_column_that_was_copied_is_not_guessed_at(reporter, chain):
    book = loaded(download(reporter, chain))
    sheet = book["填报"]
    sheet.insert_cols(8)
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 8).value = sheet.cell(row, 7).value
    sheet["G6"], sheet["H6"] = 35, 36
    assert "“填报”的 G 列和 H 列是同一列" in upload(reporter, chain, saved(book)).context["refusal"]


def test_a_workbook_of_an_earlier_version_of_the_sheet_is_refused(reporter, chain):
    content = download(reporter, chain)
    submission = chain.carried_to("approved")
    answer = upload(reporter, chain, content)
    assert answer.status_code == 403
    actions.reopen(submission=submission, reason="更正。", by=chain.coordinator)
    assert "现已是第 2 版" in upload(reporter, chain, content).context["refusal"]


# --- Two people -------------------------------------------------------------------------------------------------------
