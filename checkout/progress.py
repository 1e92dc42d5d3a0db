"""How far this visitor's checkout is: address, chosen ways and keys, kept in the session."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

SESSION_KEY = "checkout"
MOST_KEYS = 20


class Progress:
    """The checkout of one visitor. `contact` is the cleaned address form (with `kept`, the
    key of the address in the buyer's book, if it is kept there), `ways` a delivery code a pesantren.

    The place key is made before the button is shown and stays in the session, so whoever comes back with it
    (double click, reload, back button) is known to be the one who pressed.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._session = request.session

    @property
    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = self._session.get(SESSION_KEY, {})
        return data

    def _put(self, **values: Any) -> None:
        self._session[SESSION_KEY] = {**self._data, **values}

    @property
    def contact(self) -> dict[str, str]:
        return dict(self._data.get("contact", {}))

    @property
    def has_place(self) -> bool:
        """Whether goods can be sent: an address from before kecamatan were chosen from a list is asked again."""
        return bool(self.contact.get("district_code"))

    def keep_contact(self, contact: dict[str, str]) -> None:
        self._put(contact=contact)

    @property
    def ways(self) -> dict[int, str]:
        return {int(partner): code for partner, code in self._data.get("ways", {}).items()}

    def keep_ways(self, ways: dict[int, str]) -> None:
        self._put(ways={str(partner): code for partner, code in ways.items()})

    @property
    def keys(self) -> list[str]:
        """Every place key this session was given, oldest first."""
        return list(self._data.get("keys", []))

    def place_key(self) -> UUID:
        """The key for the next order; made on first use."""
        current = self._data.get("place_key")
        if not current:
            current = str(uuid4())
            self._put(place_key=current, keys=[*self.keys, current][-MOST_KEYS:])
        return UUID(current)

    def owns(self, key: UUID) -> bool:
        return str(key) in self.keys

    def finish(self, key: UUID) -> None:
        """The order with this key was placed: the next one gets its own key; the address stays for it."""
        if self._data.get("place_key") == str(key):
            self._put(place_key=None, ways={})
