from django.apps import AppConfig


class PermitsConfig(AppConfig):
    name = "catalogue.permits"
    label = "permits"
