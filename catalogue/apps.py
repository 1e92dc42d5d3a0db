from oscar.apps.catalogue import apps


class CatalogueConfig(apps.CatalogueConfig):
    name = "catalogue"

    def ready(self) -> None:
        """Oscar's views stay unloaded; its receivers keep the category tree's public flags true."""
        from oscar.apps.catalogue import receivers  # noqa: F401

        from catalogue.personal import PHOTOS
        from marketplace.common.personal import register

        register(PHOTOS)
