from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "catalogue.claims"
    label = "claims"
