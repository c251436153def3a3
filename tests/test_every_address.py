"""Every address of the product, for everybody: it opens, leads on or refuses with a sentence; it never breaks."""

import datetime as dt
import re
from dataclasses import dataclass

from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Role
from departments.actions import keep_upload
from departments.models import SheetRequest, Submission, SubmissionSnapshot
from departments.workbooks.dry_run import DryRun
from reports.actions import request_briefing
from reports.briefing_making import finish_briefing
from targets.models import Area, Baseline, Milestone, Plan
from tests import factories as make
from tests.loaded_demonstration import put_demonstration

OPEN_TO_ALL = {"accounts:login", "icon"}
ANSWERS = {200, 286, 302, 403, 404, 405}  # 286: there, and it will not change any more
USABLE = {200, 286, 302, 405}
CHINESE_SENTENCE = re.compile(r"^[^<>]*[\u4e00-\u9fff][^<>]*。$")
GENERAL = "这个页面或操作不对您的账号开放。"


FILLED_IN = {
    "departments:counties",
    "departments:workbook",
    "departments:workbook_upload",
}
"""Pages of a sheet that is still to be filled in; those of the demonstration's last one are not."""


@dataclass(frozen=True)
class Address:
    name: str
    parameters: tuple[str, ...]


def addresses(patterns=None, prefix="", outer=()) -> list[Address]:
    """Every named address with the names of its parameters, as the resolver has them."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        parameters = (*outer, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += addresses(pattern.url_patterns, space, parameters)
        elif isinstance(pattern, URLPattern):
            found.append(Address(f"{prefix}{pattern.name}", parameters))
    return found


class EveryAddress(TestCase):
    """Over the demonstration, so that every kind of object is there."""

    @classmethod
    def setUpTestData(cls):
        put_demonstration(today=dt.date(2026, 3, 2))
        plan = Plan.objects.get(code="LY-CP-14")
        coordinator = make.make_coordinator()
        indicator = plan.indicators.get(code="LY-08")
        sheets = Submission.objects.filter(period__plan=plan, entries__indicator=indicator)
        sheet = sheets.select_related("department", "period").last()
        briefing = request_briefing(plan=plan, period=plan.periods.get(code="2025Q4"), by=coordinator)
        assert finish_briefing(briefing.pk)
        asked = SheetRequest.objects.create(
            department=sheet.department,
            period=sheet.period,
            kind=SheetRequest.REOPENING,
            reason="统计口径更正。",
            made_at=sheet.created_at,
            made_by=make.make_reporter(sheet.department),
        )
        other = make.make_chain()  # with a sheet that is still to be filled in, by county as well
        other.stock.by_area = True
        other.stock.save()
        cls.people = {role.label: make.make_user(role=role) for role in Role}
        cls.people |= {
            "填报人": make.make_reporter(sheet.department),
            "复核人": make.make_approver(sheet.department),
            "别的部门": other.reporter,
        }
        examples = {
            "user_id": coordinator.pk,
            "department_code": sheet.department.code,
            "period_code": sheet.period.code,
            "submission_id": sheet.pk,
            "indicator_id": indicator.pk,
            "baseline_id": (Baseline.objects.first() or make.make_baseline(indicator, approved=False)).pk,
            "milestone_id": Milestone.objects.filter(task__plan=plan).first().pk,
            "period_id": sheet.period.pk,
            "area_id": Area.objects.filter(parent__isnull=False).first().pk,
            "sector_id": plan.sectors.first().pk,
            "briefing_id": briefing.pk,
            "item_id": make.make_supervision(sheet.department, indicator, number=900).pk,
            "request_id": asked.pk,
            "upload_id": keep_upload(
                department=sheet.department,
                plan=plan,
                period=sheet.period,
                file_name="填报表.xlsx",
                sha256="0",
                run=DryRun(),
                by=cls.people["填报人"],
            ).pk,
            "snapshot_id": SubmissionSnapshot.objects.filter(submission__department=sheet.department).last().pk,
            "notice_id": 1,  # its address only takes forms
            "cell_key": f"c{sheet.entries.first().indicator_id}",
            "evidence_id": make.make_evidence(
                sheet.department, sheet.period, indicator, kind="file", url="", stored_name="00.pdf", sha256="0", size=1
            ).pk,
        }
        conditional = {"indicator_id": plan.indicators.exclude(condition="").first().pk}
        to_fill = {
            "department_code": other.department.code,
            "period_code": other.period.code,
            "indicator_id": other.stock.pk,
        }
        cls.addresses = {}
        for each in addresses():
            known = examples | conditional if each.name == "targets:condition_record" else examples
            if each.name in FILLED_IN:
                known = examples | to_fill
            cls.addresses[each.name] = reverse(each.name, kwargs={name: known[name] for name in each.parameters})

    def test_every_address_answers_everybody_and_never_breaks(self):
        answers: dict[str, dict[str, int]] = {name: {} for name in self.addresses}
        for who, person in self.people.items():
            self.client.force_login(person)
            for name, address in self.addresses.items():
                with self.subTest(name, who=who):
                    response = self.client.get(address)
                    self.assertIn(response.status_code, ANSWERS)
                    answers[name][who] = response.status_code
                    if name.startswith("reports:"):  # what shows is open to everybody
                        self.assertIn(response.status_code, USABLE)
                    if response.status_code == 403:
                        sentence = str(response.context["sentence"])
                        self.assertRegex(sentence, CHINESE_SENTENCE)
                        self.assertNotEqual(sentence, GENERAL)
                        self.assertIn(f"<p>{sentence}</p>", response.content.decode())
        for name, by_person in answers.items():
            with self.subTest(name):  # somebody can use it: by opening it, or by sending a form to it
                self.assertTrue(USABLE & set(by_person.values()), by_person)

    def test_what_does_not_exist_is_said_to_be_missing(self):
        self.client.force_login(self.people[Role.COORDINATOR.label])
        for each in addresses():
            if each.parameters:
                nothing = {name: "none" if name.endswith("code") else 999999 for name in each.parameters}
                with self.subTest(each.name):
                    self.assertIn(self.client.get(reverse(each.name, kwargs=nothing)).status_code, {404, 403, 405})

    def test_nobody_sees_anything_without_login(self):
        for name, address in self.addresses.items():
            with self.subTest(name):
                response = Client().get(address)
                if name in OPEN_TO_ALL:
                    self.assertIn(response.status_code, {200, 302})
                    self.assertNotIn("next=", response.headers.get("Location", ""))
                else:
                    self.assertRedirects(
                        response, f"{reverse('accounts:login')}?next={address}", fetch_redirect_response=False
                    )

    def test_the_icon_is_where_browsers_look_for_it(self):
        self.assertIn("icon", Client().get("/favicon.ico").headers["Location"])
        self.assertIn('rel="icon"', Client().get(reverse("accounts:login")).content.decode())
