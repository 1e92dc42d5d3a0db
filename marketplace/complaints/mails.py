"""Mails about complaints. They name the complaint and lead to its page; what people typed stays there."""

from marketplace.complaints.models import Complaint, Entry
from marketplace.complaints.queries import link_token
from marketplace.notices.services import send
from marketplace.orders import links


def for_complainant(complaint: Complaint) -> str:
    """The signed link to a complaint."""
    return links.absolute("account:complaint", link_token(complaint), language=complaint.language)


def to_complainant(complaint: Complaint, name: str, entry: Entry | None = None, about: str = "") -> None:
    """`name` is the template; with the entry or `about` it makes the key under which it is written once.

    Greets nobody by name: anybody can type a stranger's address here.
    """
    send(
        key=f"{name}/{complaint.number}/{entry.pk if entry else about}",
        to=complaint.email,
        language=complaint.language,
        template=name,
        context={"complaint": complaint, "link": for_complainant(complaint)},
        time_zone=complaint.user.time_zone if complaint.user else "",
    )


def to_members(complaint: Complaint, name: str, entry: Entry | None = None, about: str = "") -> None:
    """One mail to each member of the pesantren concerned who has an address."""
    if complaint.partner is None:
        return
    for member in complaint.partner.members.select_related("user"):
        user = member.user
        if user.email and user.is_active:
            send(
                key=f"{name}/{complaint.number}/{entry.pk if entry else about}/{user.pk}",
                to=user.email,
                language=user.language,
                template=name,
                context={
                    "complaint": complaint,
                    "user": user,
                    "link": links.absolute("workspace:complaint", complaint.number, language=user.language),
                },
                time_zone=user.time_zone,
            )
