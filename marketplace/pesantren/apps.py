from oscar.apps.partner import apps


class PesantrenConfig(apps.PartnerConfig):
    name = "marketplace.pesantren"

    def ready(self) -> None:
        """Oscar's views and receivers of this app stay unloaded: our own urls.py opens our own pages."""
        from marketplace.common.personal import register
        from marketplace.pesantren.personal import MEMBERSHIPS, MENTORSHIPS

        register(MEMBERSHIPS, MENTORSHIPS)
