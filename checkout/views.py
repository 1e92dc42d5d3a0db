from django.http import Http404


def address(request, *args, **kwargs):
    raise Http404


def delivery(request, *args, **kwargs):
    raise Http404


def review(request, *args, **kwargs):
    raise Http404


def thanks(request, *args, **kwargs):
    raise Http404
