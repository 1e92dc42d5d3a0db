from django.http import Http404


def decline_part(request, *args, **kwargs):
    raise Http404


def deliver_part(request, *args, **kwargs):
    raise Http404


def home(request, *args, **kwargs):
    raise Http404


def match(request, *args, **kwargs):
    raise Http404


def order(request, *args, **kwargs):
    raise Http404


def orders(request, *args, **kwargs):
    raise Http404


def part(request, *args, **kwargs):
    raise Http404


def parts(request, *args, **kwargs):
    raise Http404


def pay_refund(request, *args, **kwargs):
    raise Http404


def photo(request, *args, **kwargs):
    raise Http404


def refunds(request, *args, **kwargs):
    raise Http404


def return_transfer(request, *args, **kwargs):
    raise Http404


def transfer(request, *args, **kwargs):
    raise Http404


def transfers(request, *args, **kwargs):
    raise Http404
