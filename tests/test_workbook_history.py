"""Several years at once as a workbook: indicators by periods, one draft a period."""

from decimal import Decimal

import pytest

from departments.models import Entry, Submission
from departments.sheets import Cell
from tests.factories import make_chain, make_indicator, make_period, make_reporter, make_responsibility
from tests.workbook_editing import as_upload, confirm, filled, loaded, run_of, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """Owes a rate and a stock for 2023Q4 and 2023Q3, and in 2023Q4 a yearly figure."""
    chain = make_chain()
    make_period(chain.plan, "2023Q3")
    make_responsibility(make_indicator(chain.plan, name="年度指标", reported_every="year"), chain.department)
    return chain


@pytest.fixture
def reporter(client, chain):
    client.force_login(chain.reporter)
    return client


def address(chain, more=""):
    return f"/departments/{chain.department.code}/history/workbook/{more}?plan={chain.plan.code}"


def download(client, chain):
    answer = client.get(address(chain))
    assert answer.status_code == 200
    return answer.content


def upload(client, chain, content):
    return client.post(address(chain, "upload/"), as_upload(content, "历史.xlsx"), follow=True)


def figures(indicator):
    return {e.submission.period.code: Cell.of(e) for e in Entry.objects.filter(indicator=indicator)}


def test_figures_of_many_periods_come_in_at_once_as_drafts_of_each(reporter, chain):
    book = loaded(download(reporter, chain))
    sheet = book["历史数据"]
    assert [sheet[f"{column}5"].value for column in "GH"] == ["2023年三季度", "2023年四季度"]
    assert sheet["G9"].protection.locked  # the yearly figure is not owed in the third quarter
    sheet["G6"], sheet["G7"], sheet["H6"], sheet["H7"] = 300, 310.5, "４１２．３", 428.1
    sheet["G8"], sheet["H8"] = "未统计", 35.2
    sheet["H9"] = "#N/A"
    book["情况说明"]["E7"] = "全年复核数"
    run = run_of(upload(reporter, chain, saved(book)))
    assert [(line.period, line.new) for line in run.lines] == [
        ("2023Q3", "300 / 310.5"),
        ("2023Q3", "未统计"),
        ("2023Q4", "412.3 / 428.1"),
        ("2023Q4", "35.2，说明：全年复核数"),
    ]
    assert [fault.place for fault in run.faults] == ["“历史数据”H9"]
    answer = confirm(reporter)
    assert "共导入 4 格" in answer.content.decode()
    assert Submission.objects.count() == 2
    assert figures(chain.stock) == {
        "2023Q3": Cell(state="not_compiled"),
        "2023Q4": Cell(value=Decimal("35.2"), note="全年复核数"),
    }
    assert figures(chain.ratio)["2023Q3"] == Cell(numerator=Decimal(300), denominator=Decimal("310.5"))


def test_it_comes_back_unchanged_and_a_number_replaces_the_word(reporter, chain):
    chain.sheet()
    Entry.objects.filter(indicator=chain.stock).update(state="not_compiled", value=None)
    content = download(reporter, chain)
    run = run_of(upload(reporter, chain, saved(loaded(content))))
    assert (run.lines, run.faults, run.notices) == ((), (), ())
    (line,) = run_of(upload(reporter, chain, filled(content, sheet="历史数据", H8=36))).lines
    assert (line.old, line.new) == ("未统计", "36")


def test_many_periods_are_printed_on_several_pages_with_the_names_of_the_rows_on_each(reporter, chain):
    assert loaded(download(reporter, chain))["历史数据"].page_setup.fitToWidth in (None, 1)
    for year in range(2018, 2023):
        for quarter in range(1, 5):
            make_period(chain.plan, f"{year}Q{quarter}")
    sheet = loaded(download(reporter, chain))["历史数据"]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 0)
    assert sheet.print_title_cols == "$B:$D"


def test_deleted_columns_and_rows_delete_nothing_and_what_was_sent_stays(reporter, chain):
    submission = chain.sheet()
    book = loaded(download(reporter, chain))
    book["历史数据"].delete_cols(8)
    book["历史数据"].delete_rows(9)
    run = run_of(upload(reporter, chain, saved(book)))
    assert run.lines == ()
    assert ["2023年四季度" in run.notices[0], "年度指标" in run.notices[1]] == [True, True]
    content = filled(download(reporter, chain), sheet="历史数据", G8=30, H8=99)
    Submission.objects.filter(pk=submission.pk).update(
        state="submitted", submitted_by=chain.reporter, submitted_at=submission.created_at
    )
    run = run_of(upload(reporter, chain, content))
    assert [line.period for line in run.lines] == ["2023Q3"]
    assert "文件中这些列没有读取：2023Q4" in "".join(run.notices)


def test_all_periods_come_in_or_none(reporter, chain):
    upload(reporter, chain, filled(download(reporter, chain), sheet="历史数据", G8=30, H8=35))
    chain.sheet("submitted")
    answer = confirm(reporter)
    assert answer.status_code == 409
    assert "没有导入" in answer.content.decode()
    assert not Entry.objects.filter(submission__period__code="2023Q3").exists()


def test_an_entry_workbook_is_told_where_it_belongs_and_others_are_turned_away(reporter, chain, client):
    entry = client.get(f"{chain.address}workbook/").content
    assert "这是填报表，不是历史数据表" in upload(reporter, chain, entry).context["refusal"]
    history = download(reporter, chain)
    answer = client.post(f"{chain.address}workbook/upload/", as_upload(history))
    assert "这是历史数据表，不是填报表" in answer.context["refusal"]
    client.force_login(chain.approver)
    assert client.get(address(chain)).status_code == 403
    client.force_login(make_reporter(make_chain().department))
    assert client.get(address(chain)).status_code == 404
