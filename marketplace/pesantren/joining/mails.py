"""The office's decision on an application, to the person who sent it."""

from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.pesantren.joining import states
from marketplace.pesantren.joining.models import Application


def decided(application: Application) -> None:
    """Once for each decision; the same question may be asked again later."""
    person = application.person
    page = "workspace:home" if application.state == states.APPROVED else "account:join"
    send_to(
        person,
        key=f"application-{application.state}/{application.pk}/{int(application.sent_at.timestamp())}",
        template="application",
        application=application,
        what=application.state,
        why=application.why,
        link=absolute(page, language=person.language),
    )
