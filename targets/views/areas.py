"""The parts of the city: listed, added, changed. What figures speak of is never taken away."""

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.asking import person_asking
from targets.actions import Refused
from targets.areas import add_area, change_area
from targets.models import Area
from targets.permissions import check_can_set_areas
from targets.setting_forms import AreaForm


@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    asker = person_asking(request)
    check_can_set_areas(asker)
    last = Area.objects.aggregate(last=Max("position"))["last"] or 0
    form = AreaForm(request.POST or None, initial={"counts_toward_total": True, "position": last + 1})
    if request.method == "POST" and form.is_valid():
        try:
            area = add_area(by=asker, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已添加{area.name}。分地区报送的指标，尚未提交的填报单会多出这一行。")
            return redirect("targets:areas")
    parts = list(Area.objects.filter(parent__isnull=False).order_by("position", "code"))
    context = {
        "root": Area.objects.filter(parent__isnull=True).first(),
        "parts": parts,
        "counted": sum(area.counts_toward_total for area in parts),
        "form": form,
    }
    return render(request, "targets/areas.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def area_change(request: HttpRequest, area_id: int) -> HttpResponse:
    asker = person_asking(request)
    check_can_set_areas(asker)
    area = get_object_or_404(Area, pk=area_id, parent__isnull=False)
    initial = {name: getattr(area, name) for name in ("name", "counts_toward_total", "note", "position")}
    form = AreaForm(request.POST or None, area=area, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_area(area=area, by=asker, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存{form.cleaned_data['name']}。")
            return redirect("targets:areas")
    return render(request, "targets/area_change.html", {"area": area, "form": form}, status=422 if form.errors else 200)
