"""The product's addresses, and a view that does nothing behind the same middleware and login: the floor of a page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from linyi_cp.urls import handler400, handler403, handler404, handler500
from linyi_cp.urls import urlpatterns as of_the_product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("bench/hello/", hello, name="bench_hello"), *of_the_product]
