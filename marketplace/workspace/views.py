from django.http import Http404


def accept(request, *args, **kwargs):
    raise Http404


def decline(request, *args, **kwargs):
    raise Http404


def delivered(request, *args, **kwargs):
    raise Http404


def delivery_note(request, *args, **kwargs):
    raise Http404


def fulfilment(request, *args, **kwargs):
    raise Http404


def fulfilments(request, *args, **kwargs):
    raise Http404


def hand_over(request, *args, **kwargs):
    raise Http404


def home(request, *args, **kwargs):
    raise Http404


def pack(request, *args, **kwargs):
    raise Http404


def photo(request, *args, **kwargs):
    raise Http404


def products(request, *args, **kwargs):
    raise Http404
