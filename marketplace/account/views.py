from django.http import Http404


def cancel(request, *args, **kwargs):
    raise Http404


def guest_order(request, *args, **kwargs):
    raise Http404


def home(request, *args, **kwargs):
    raise Http404


def invoice(request, *args, **kwargs):
    raise Http404


def order(request, *args, **kwargs):
    raise Http404


def orders(request, *args, **kwargs):
    raise Http404


def photo(request, *args, **kwargs):
    raise Http404


def sign(request, *args, **kwargs):
    raise Http404
