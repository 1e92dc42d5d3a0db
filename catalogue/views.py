from django.http import Http404


def home(request, *args, **kwargs):
    raise Http404


def pesantren(request, *args, **kwargs):
    raise Http404


def pesantren_list(request, *args, **kwargs):
    raise Http404


def product(request, *args, **kwargs):
    raise Http404


def product_list(request, *args, **kwargs):
    raise Http404


def sector(request, *args, **kwargs):
    raise Http404
