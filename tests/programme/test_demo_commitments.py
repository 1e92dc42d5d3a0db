"""The demonstration's promises: several states, linked to what is there, the same after a second time."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from marketplace.fulfilment.audit import audit
from marketplace.office import demo_commitments
from marketplace.programme.models import Commitment, Event, Lead
from marketplace.programme.sums import total
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.companies import make_company
from tests.factories.orders import placed_order
from tests.factories.programme import make_event

pytestmark = pytest.mark.django_db


def test_put_twice_is_put_once():
    event = make_event()
    person = make_user("katering@example.com")
    company = make_company(person)
    order = placed_order([(make_product(make_pesantren("contoh-roti")), 2)], person, company=company).order
    assert demo_commitments.put(event) == demo_commitments.put(event) == 9
    assert set(Commitment.objects.values_list("state", flat=True)) == {
        "recorded",
        "confirmed",
        "disputed",
        "closed",
    }
    assert order.commitment_link.commitment.guest.company == company
    assert Lead.objects.count() == 2
    found = total(event.province)
    assert (found.reported, found.realised, found.commitments) == (117_000_000, 0, 6)
    assert audit() == []
    assert demo_commitments.put(make_event(is_fictional=False)) == 0


def test_the_event_of_last_month_is_made_once_with_its_promises(settings):
    settings.DEMO = True
    make_product(make_pesantren("contoh-roti"), "Roti contoh", 3_000)
    for _time in range(2):
        call_command("demo_events", verbosity=0)
    past = Event.objects.get(name=demo_commitments.PAST)
    assert (past.state, past.is_fictional, past.commitments.count()) == ("closed", True, 8)
    days = {timezone.localdate(at) for at in past.commitments.values_list("recorded_at", flat=True)}
    assert days == {past.starts_on}
    settings.DEMO = False
    with pytest.raises(CommandError, match="only for the demonstration"):
        call_command("demo_events", verbosity=0)
