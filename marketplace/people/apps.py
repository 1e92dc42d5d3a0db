from oscar.apps.customer import apps


class PeopleConfig(apps.CustomerConfig):
    name = "marketplace.people"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
        from marketplace.common.personal import register
        from marketplace.people.personal import ACCOUNT

        register(ACCOUNT)
