from django.apps import AppConfig


class PoolingConfig(AppConfig):
    name = "marketplace.pooling"
    label = "pooling"
