"""The pages that show: for everybody who may log in, at a fixed cost, marked, and whole without scripts."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client, RequestFactory, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from reports.page_context import PageFrame, frame_of
from targets.labels import STATUS_LABELS
from targets.models import Assessment, DirtySeries, Indicator, Plan, Sector
from targets.terms import Status
from tests import factories as make
from tests.loaded_demonstration import put_demonstration

TODAY = dt.date(2026, 3, 2)
REAL = "LY-CP-14"
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)


class Outline(HTMLParser):
    """What a page has: forms that need no script, headings, and text."""

    def __init__(self, markup):
        super().__init__()
        self.headings, self.buttons, self.forms, self.ids, self.words = [], 0, 0, [], []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.headings += [tag] if tag in ("h1", "h2", "h3") else []
        self.forms += tag == "form"
        self.buttons += tag == "button" and named.get("type") == "submit"
        self.ids += [named["id"]] if "id" in named else []

    def handle_data(self, data):
        self.words.append(data)


class ThePages(TestCase):
    """Over the real plan with its demonstration figures."""

    @classmethod
    def setUpTestData(cls):
        put_demonstration(today=TODAY)
        cls.plan = Plan.objects.get(code=REAL)
        cls.leader = make.make_leader()

    def setUp(self):
        self.client.force_login(self.leader)

    def page(self, address, expected=200, **query):
        response = self.client.get(address, query)
        self.assertEqual(response.status_code, expected, address)
        return response.content.decode()

    def addresses(self):
        indicators = Indicator.objects.filter(targets__superseded_at__isnull=True)
        return [
            *(reverse(f"reports:{name}") for name in ("overview", "tasks", "plan_text", "method", "briefings")),
            *(reverse("reports:sector", args=[sector.pk]) for sector in Sector.objects.all()),
            *(reverse("reports:indicator", args=[indicator.pk]) for indicator in indicators),
        ]

    def test_every_sector_and_indicator_opens_marked_and_free_of_inline_code(self):
        for address in self.addresses():
            with self.subTest(address):
                markup = self.page(address)
                outline = Outline(markup)
                self.assertIn("<b>演示数据</b>", markup)
                self.assertIsNone(INLINE.search(markup))
                self.assertEqual(outline.headings.count("h1"), 1)
                self.assertEqual(len(outline.ids), len(set(outline.ids)))
                self.assertGreaterEqual(outline.buttons, outline.forms)

    def test_every_period_opens(self):
        for period in self.plan.periods.all():
            self.assertIn(f"{period.name}进展总览", self.page(reverse("reports:overview"), period=period.code))

    def test_nobody_sees_a_page_without_login(self):
        for address in self.addresses()[:8]:
            response = Client().get(address)
            self.assertRedirects(response, f"{reverse('accounts:login')}?next={address}", fetch_redirect_response=False)

    def test_the_overview_says_how_many_which_not_and_who_owes(self):
        markup = self.page(reverse("reports:overview"), plan=REAL, period="2025Q4")
        outline = "".join(Outline(markup).words)
        found = Assessment.objects.filter(period__plan=self.plan, period__code="2025Q4")
        kept = found.filter(status=Status.ACHIEVED, indicator__targets__form__gt="").exclude(
            indicator__targets__form="direction"
        )
        self.assertIn(f"{kept.count()}项，共23项", outline)
        for status in found.exclude(status=Status.NOT_ASSESSED).values_list("status", flat=True).distinct():
            self.assertIn(STATUS_LABELS[status], outline)
        self.assertIn("谁还欠数", outline)
        self.assertIn("已退回", outline)
        self.assertIn("逾期", outline)

    def test_the_overview_costs_a_fixed_number_of_queries(self):
        address = reverse("reports:overview")
        self.page(address)
        for period in ("2021Q1", "2025Q4"):
            with CaptureQueriesContext(connection) as queries:
                self.page(address, period=period)
            self.assertLessEqual(len(queries), 13, [query["sql"][:90] for query in queries])

    def test_every_row_leads_to_its_arithmetic(self):
        markup = self.page(reverse("reports:overview"), plan=REAL, period="2025Q4")
        for indicator in self.plan.indicators.all():
            self.assertIn(f"{reverse('reports:indicator', args=[indicator.pk])}?plan={REAL}", markup)
        self.assertGreaterEqual(markup.count("#arithmetic"), 29)

    def test_the_arithmetic_is_filled_with_the_indicators_own_numbers(self):
        indicator = Indicator.objects.get(code="LY-10")
        outline = "".join(Outline(self.page(reverse("reports:indicator", args=[indicator.pk]))).words)
        self.assertIn("怎样算出来的", outline)
        self.assertIn("48 ÷ 60 = 0.8", outline)
        self.assertIn("≥0.642", outline)

    def test_filters_stand_in_the_address_and_work_without_scripts(self):
        address = reverse("reports:overview")
        everything = self.page(address, period="2025Q4")
        some = self.page(address, period="2025Q4", status="off_track")
        self.assertIn("筛选出", some)
        self.assertLess(some.count('class="why"'), everything.count('class="why"'))
        self.assertEqual(
            some.count('class="why"'),
            Assessment.objects.filter(
                period__plan=self.plan, period__code="2025Q4", status="off_track", area__parent=None
            ).count(),
        )
        bureau = self.page(address, department="市农业农村局")
        self.assertIn("农作物秸秆综合利用率", bureau)
        self.assertNotIn('">铁路货物到发量</a><', bureau.split('id="indicators"')[1].split("与上一期相比")[0])

    def test_a_wrong_choice_in_the_address_is_named_and_not_obeyed(self):
        markup = self.page(
            reverse("reports:overview"), plan="NO", period="1999Q9", sector="<b>无</b>", status="great", department="x"
        )
        for named in ("NO", "1999Q9", "&lt;b&gt;无&lt;/b&gt;", "great"):
            self.assertIn(f"“{named}”", markup)
        self.assertNotIn("<b>无</b>", markup)
        self.assertNotIn("筛选出", markup)

    def test_a_sector_shows_charts_with_their_table_and_words(self):
        sector = self.plan.sectors.get(indicators__code="LY-10")
        markup = self.page(reverse("reports:sector", args=[sector.pk]))
        drawn = markup.count("data-chart=")
        self.assertGreater(drawn, 3)
        self.assertEqual(markup.count('type="application/json"'), drawn)
        self.assertEqual(markup.count('<svg class="drawing"'), drawn)
        self.assertGreaterEqual(markup.count("<summary>数据表</summary>"), drawn - 1)

    def test_a_corrected_figure_keeps_its_earlier_version_on_the_page(self):
        old = Indicator.objects.filter(observations__superseded_at__isnull=False).first()
        markup = self.page(reverse("reports:indicator", args=[old.pk]))
        self.assertIn("已被替代", markup)
        self.assertIn('class="old"', markup)

    def test_the_tasks_can_be_filtered_and_sorted(self):
        address = reverse("reports:tasks")
        self.assertIn("55项任务", self.page(address, plan=REAL))
        some = self.page(address, plan=REAL, kind="milestone", sector=self.plan.tasks.first().sector.name)
        self.assertIn("（共55项", some)
        self.page(address, plan=REAL, sort="-code")
        self.page(address, plan=REAL, sort="no-such-column", page="99")
        self.assertIn("没有名为“zzz”的部门", self.page(address, plan=REAL, department="zzz"))

    def test_the_plan_text_hangs_every_indicator_and_task_on_its_clause(self):
        markup = self.page(reverse("reports:plan_text"), plan=REAL)
        for indicator in self.plan.indicators.all():
            self.assertIn(indicator.name, markup)
        self.assertEqual(markup.count('class="passage"'), self.plan.clauses.count())
        self.assertIn(f"{self.plan.readings.count()}处", markup)

    def test_a_reader_is_told_while_results_are_recomputed(self):
        address = reverse("reports:overview")
        self.assertNotIn("正在重算", self.page(address))
        DirtySeries.objects.mark([(self.plan.indicators.first().pk, make.root_area().pk)])
        self.assertIn("正在重算", self.page(address))
        self.assertNotIn("计算可能延迟", self.page(address))

    def test_a_reader_is_told_when_results_are_late_and_that_nothing_is_lost(self):
        address = reverse("reports:overview")
        DirtySeries.objects.mark([(i.pk, make.root_area().pk) for i in self.plan.indicators.all()[:2]])
        since = timezone.now() - dt.timedelta(seconds=61)
        DirtySeries.objects.filter(pk=DirtySeries.objects.order_by("pk").last().pk).update(since=since)
        markup = self.page(address)
        self.assertIn("计算可能延迟", markup)
        self.assertIn("数据已保存，不会丢失", markup)
        self.assertNotIn("正在重算", markup)
        DirtySeries.objects.update(parked_at=since)
        self.assertNotIn("计算可能延迟", self.page(address))

    def test_the_login_page_is_marked_too(self):
        self.assertIn("<b>演示数据</b>", Client().get(reverse("accounts:login")).content.decode())

    def test_a_page_that_does_not_exist_says_so_in_the_frame(self):
        for address in ("/no-such-page/", reverse("reports:indicator", args=[999999])):
            self.assertIn("没有找到", self.page(address, expected=404))


@pytest.mark.django_db
def test_the_frame_costs_one_query_and_works_logged_out(rf):
    make.make_plan(has_demonstration_figures=True)
    request = rf.get("/")
    with CaptureQueriesContext(connection) as queries:
        frame = PageFrame(request)
        assert frame.is_demonstration
        assert not frame.is_recomputing
        assert not frame.is_late
        assert frame.plan is not None
        assert frame.nav == ()
    assert len(queries) == 1


@pytest.mark.django_db
def test_without_demonstration_figures_nothing_is_marked(client):
    make.make_period(make.make_plan(), "2023Q4")
    client.force_login(make.make_leader())
    assert "演示数据" not in client.get(reverse("reports:overview")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["overview", "sectors", "tasks", "plan_text", "method", "briefings"])
def test_pages_say_so_when_there_is_no_plan(client, name):
    client.force_login(make.make_leader())
    response = client.get(reverse(f"reports:{name}"))
    assert response.status_code == 200
    assert "还没有" in response.content.decode() or name == "method"


@pytest.mark.django_db
def test_a_plan_without_indicators_is_shown_as_such(client):
    plan = make.make_plan()
    make.make_period(plan, "2023Q4")
    sector = make.make_sector(plan)
    client.force_login(make.make_leader())
    assert "没有定量指标" in client.get(reverse("reports:overview")).content.decode()
    assert "这个领域没有指标" in client.get(reverse("reports:sector", args=[sector.pk])).content.decode()


@pytest.mark.django_db
def test_each_role_is_led_to_what_it_does(client):
    for role, words in (
        (Role.BUREAU_STAFF, "待办与填报"),
        (Role.REVIEWER, "审核"),
        (Role.COORDINATOR, "基期值"),
        (Role.SYSTEM_ADMINISTRATOR, "重算队列"),
        (Role.SECURITY_ADMINISTRATOR, "账号"),
        (Role.AUDIT_ADMINISTRATOR, "审计日志"),
    ):
        request = RequestFactory().get("/")
        request.user = make.make_user(role=role)
        labels = [item.label for item in frame_of(request).nav]
        assert words in labels
        assert labels[-7:] == ["总览", "领域", "比较", "任务", "方案", "方法", "简报"]
