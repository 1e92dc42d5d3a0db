from django.http import Http404


def add(request, *args, **kwargs):
    raise Http404


def remove(request, *args, **kwargs):
    raise Http404


def summary(request, *args, **kwargs):
    raise Http404


def update(request, *args, **kwargs):
    raise Http404
