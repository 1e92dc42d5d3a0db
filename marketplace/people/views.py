from django.http import Http404


def change_password(request, *args, **kwargs):
    raise Http404


def forgotten(request, *args, **kwargs):
    raise Http404


def forgotten_sent(request, *args, **kwargs):
    raise Http404


def new_password(request, *args, **kwargs):
    raise Http404


def profile(request, *args, **kwargs):
    raise Http404


def sign_in(request, *args, **kwargs):
    raise Http404


def sign_out(request, *args, **kwargs):
    raise Http404


def sign_up(request, *args, **kwargs):
    raise Http404
