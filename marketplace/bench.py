"""Only for `make bench` (BENCH=1, refused in production): what a page is compared with, and its count of queries."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def base(request: HttpRequest) -> HttpResponse:
    """The base template behind the same middleware, and nothing else."""
    return render(request, "base.html")


class QueriesMiddleware:
    """Says in the header X-Queries how many SQL statements the answer took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = 0

        def counted(execute: Callable[..., Any], *statement: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*statement)

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        response["X-Queries"] = str(count)
        return response


urlpatterns = [path("base/", base, name="bench")]
