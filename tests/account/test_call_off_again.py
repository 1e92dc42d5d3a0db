"""What did not come of a delivery: the buyer reads it on the contract and calls it off again, as a new delivery."""

from typing import Any

import pytest
from django.urls import reverse

from marketplace.fulfilment import services
from marketplace.fulfilment import states as parts
from marketplace.notices.models import Mail
from marketplace.sourcing.models import CallOff
from tests.factories.companies import admin_of
from tests.factories.overseas import OFFICE, dues_of, settle
from tests.factories.sold import own_of, part_of
from tests.fulfilment.steps import bring, sign
from tests.sourcing.test_deliveries import SATU, called_off, expire, ordered

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"account:{name}", args=args)


def test_what_did_not_come_is_called_off_again(client: Any) -> None:
    made, order = ordered(400)
    contract = made.contract
    for due in dues_of(order):
        settle(due)
    sign(bring(part_of(order, SATU), parts.DELIVERED), {0: 370})
    client.force_login(admin_of(contract.company))
    again = f"{url('call-off', contract.number)}?again={made.number}"
    page = client.get(url("contract", contract.number))
    assert "Dari jumlah ini 30 kg tidak datang atau tidak diterima." in page.text
    assert again in page.text
    assert [one.units for one in page.context["left"]] == [1050 - 370]
    assert [cell.called for month in page.context["months"] for cell in month.cells if cell.called] == [370]
    assert not Mail.objects.filter(key__contains="/fell").exists(), "the order has not ended"
    _end(order)
    mail = Mail.objects.get(key__contains="/fell")
    assert "Manggis, 30 kg." in mail.text
    assert url("contract", contract.number) in mail.text
    line = contract.lines.get()
    form = client.get(again).context["form"]
    assert form[f"line-{line.pk}"].value() == "30"
    key, day = form["key"].value(), contract.last.isoformat()
    client.post(again, {"key": key, "first": day, "last": day, f"line-{line.pk}": "30"})
    assert CallOff.objects.order_by("number").last().lines.get().quantity == 30
    assert called_off() == 400


def _end(order: Any) -> None:
    """The exporter's own part, too, is done and signed for."""
    own = bring(own_of(order), parts.ACCEPTED)
    services.deliver(fulfilment=own, actor=OFFICE)
    own.refresh_from_db()
    sign(own)


def test_an_unpaid_delivery_is_called_off_again_and_nothing_else_is_prefilled(client: Any) -> None:
    made, order = ordered(600)
    contract, line = made.contract, made.contract.lines.get()
    expire(order)
    client.force_login(admin_of(contract.company))
    address = url("call-off", contract.number)
    assert f"{address}?again=1" in client.get(url("contract", contract.number)).text
    assert client.get(f"{address}?again=1").context["form"][f"line-{line.pk}"].value() == "600"
    for wrong in ("2", "x", "9" * 30):
        assert client.get(f"{address}?again={wrong}").context["form"][f"line-{line.pk}"].value() in (None, "")
    assert Mail.objects.get(key__contains="/fell").to == admin_of(contract.company).email
