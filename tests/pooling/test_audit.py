"""Every kind of fault in pools is found, by the nightly audit too. Triggers sleep while a test breaks a row."""

import pytest
from django.db import connection

from marketplace.fulfilment.audit import audit
from marketplace.pooling import services
from tests.factories.pooling import COMPOSER, compose, confirm, make_pool, three
from tests.pooling.sound import assert_sound

pytestmark = pytest.mark.django_db
FAULTS = {
    "a pool's state": "update pooling_pool set state = 'done'",
    "a share's size": "update pooling_share set quantity = quantity - 1 where state = 'committed'",
    "a share's stretch": "update pooling_share set stretch_part = 0 where stretch_part > 0",
    "a share's reason": "update pooling_share set reason = 'fit' where state = 'committed'",
    "a share's price": "update pooling_share set price = price + 1 where state = 'committed'",
    "an offer made smaller": "update pooling_offer set committed = 1, stretch = 0",
    "a pool made smaller": "update pooling_pool set quantity = 50",
    "a cap": "update pooling_pool set cap_permille = 100",
    "a run": "update pooling_poolrun set answer = '{\"parts\": []}'",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(name: str) -> None:
    pool = make_pool()
    three(pool)
    first, second = compose(pool)
    confirm(first, second)
    services.deliver_share(share=first, actor=COMPOSER, quantity=60)
    assert_sound()
    assert audit() == []
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        cursor.execute(FAULTS[name])
        assert cursor.rowcount > 0, "the statement broke nothing"
        cursor.execute("set session_replication_role = default")
    assert audit() != []
