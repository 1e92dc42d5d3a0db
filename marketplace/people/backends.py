"""Sign in with an e-mail address or a telephone number."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from marketplace.people.models import User
from marketplace.people.queries import person_by_name


class EmailOrPhoneBackend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person, or nothing. Takes the same time whether the name exists or not.

        The demonstration's password opens nothing outside the demonstration.
        """
        name = (username or kwargs.get("email") or "").strip()
        if not name or not password or (password == settings.DEMO_PASSWORD and not settings.DEMO):
            return None
        user = person_by_name(name)
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
