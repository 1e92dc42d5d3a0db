"""Who may see what of a pesantren (a wrong id is a 404).

Members see all of their own. A mentor whom the pesantren agreed to keeps its goods and permits (`keepers_only`,
`goods_kept_by`) until the day that was agreed; every other page stays shut, since it says `members_only`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from marketplace.common.access import MENTOR, is_staff
from marketplace.common.actor import Actor
from marketplace.pesantren import states
from marketplace.pesantren.models import Member, Mentorship, Partner

MARK = " (pendamping)"  # behind a mentor's name in every history row, whatever language the reader has


def pesantren_of(user: Any) -> QuerySet[Partner]:
    """The pesantren this person works for."""
    if not user.is_authenticated or not user.is_active:
        return Partner.objects.none()
    return Partner.objects.filter(members__user=user).order_by("name", "pk")


def running_now(user: Any) -> QuerySet[Mentorship]:
    """Where this person helps as a mentor at this moment. The role counts, and the clock, not the sweep."""
    if not is_staff(user, MENTOR):
        return Mentorship.objects.none()
    return Mentorship.objects.filter(mentor=user, state=states.RUNNING, ends_at__gt=timezone.now())


def goods_kept_by(user: Any) -> QuerySet[Partner]:
    """Pesantren whose goods and permits this person keeps: as a member, or as a mentor they agreed to."""
    if not is_staff(user, MENTOR):
        return pesantren_of(user)
    mine = Q(pk__in=Member.objects.filter(user=user).values("partner"))
    return Partner.objects.filter(mine | Q(pk__in=running_now(user).values("partner"))).order_by("name", "pk")


def is_member(user: Any) -> bool:
    return pesantren_of(user).exists()


def actor_at(user: Any, partner: Partner | None) -> Actor:
    """Who changes something of this pesantren: a mentor is told apart by MARK."""
    actor = Actor.of(user)
    if not is_staff(user, MENTOR) or Member.objects.filter(user=user, partner=partner).exists():
        return actor
    return Actor(id=actor.id, name=f"{actor.name[: 150 - len(MARK)]}{MARK}")


def _only(allowed: Callable[[Any], bool]) -> Callable[..., Any]:
    """Other signed-in people get a 404."""

    def wrap(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return inner

    return wrap


def members_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a page to members of a pesantren only."""
    return _only(is_member)(view)  # type: ignore[no-any-return]


def keepers_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a page about goods or permits to members and to mentors they agreed to.

    What it shows and changes must start from goods_kept_by(user), and who acts from actor_at(user, partner). A page
    that says members_only must start from pesantren_of(user) alone: who works elsewhere may be a mentor here.
    """
    return _only(lambda user: goods_kept_by(user).exists())(view)  # type: ignore[no-any-return]
