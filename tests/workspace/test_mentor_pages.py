"""Over every page of the workspace, a mentor reaches goods and permits of who agreed, and nothing else."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import translation
from PIL import Image

from catalogue.models import ProductImage
from catalogue.permits.models import Permit
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.people.models import User
from marketplace.pesantren import states
from marketplace.pesantren.models import Mentorship, Partner
from marketplace.pesantren.services import mentors, team
from marketplace.reference.working_days import today
from tests.access.test_table import names, undone
from tests.access.whole import TABLE
from tests.access.world import make_world
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.mentors import agreed, make_mentor
from tests.factories.permits import a_permit

pytestmark = pytest.mark.django_db
# What the help is for (decision 0037). A new page of the workspace is shut to mentors unless it is added here.
ALLOWED = {
    "workspace:products",
    "workspace:new-listing",
    "workspace:listing",
    "workspace:draft",
    "workspace:keep-draft",
    "workspace:listing-photos",
    "workspace:move-photo",
    "workspace:change-listing",
    "workspace:move-listing",
    "workspace:withdraw-claim",
    "workspace:permits",
    "workspace:add-permit",
    "workspace:withdraw-permit",
    "workspace:permit-evidence",
    "workspace:days-off",
    "workspace:weeks",
    "workspace:change-week",
    "workspace:photo-guide",
}
OWN = {"workspace:mentoring", "workspace:stop-mentoring"}  # the mentor's own page
ANYBODY = {"workspace:join-team"}  # the link of an invitation is the key


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def reached(client: Client, values: dict[str, Any]) -> set[str]:
    """Names of the workspace's addresses that answer anything but 404, by GET or by POST."""
    found = set()
    for name in sorted(names(get_resolver())):
        if not name.startswith("workspace:"):
            continue
        row = TABLE[name]
        url = reverse(name, args=[values[key] for key in row.args])
        for send in (client.get, lambda url, row=row: client.post(url, row.data)):
            with undone():
                if send(url).status_code not in {404, 405}:
                    found.add(name)
    return found


def test_every_address_of_the_workspace() -> None:
    world = make_world()
    mentor, others = signed_in(world.people["mentor"]), {**world.values}
    assert reached(mentor, world.values) == ALLOWED | OWN | ANYBODY
    # the same addresses with what belongs to a pesantren that did not agree
    strange = make_product(make_pesantren("contoh-dua"), title="Lain")
    others |= {"pesantren": "contoh-dua", "product": strange.pk, "draft": strange.pk, "mentorship": 10**9}
    others |= {"permit": a_permit(strange, world.people["other_member"]).pk, "made": strange.pk}
    lists = {name for name in ALLOWED if not TABLE[name].args}
    assert reached(mentor, others) == lists | {"workspace:mentoring"} | ANYBODY
    # taken back: nothing but the own page
    mentors.withdraw(mentorship=Mentorship.objects.get(), person=world.people["member"])
    assert reached(mentor, world.values) == {"workspace:mentoring"} | ANYBODY | {"workspace:stop-mentoring"}
    mentors.end_mentor(person=world.people["mentor"], actor=mentors.SYSTEM)
    assert reached(mentor, world.values) == ANYBODY


def test_whoever_works_elsewhere_and_helps_here_reaches_no_more_than_other_mentors() -> None:
    """The door of another pesantren opens "members only" pages, so these must not start from what is kept here."""
    world = make_world()
    helper = world.people["other_member"]
    User.objects.filter(pk=helper.pk).update(staff_role="mentor")
    helper.refresh_from_db()
    agreed(Partner.objects.get(code=world.values["pesantren"]), helper, world.people["member"])
    open_lists = {name for name in TABLE if name.startswith("workspace:") and not TABLE[name].args}
    reaches = reached(signed_in(helper), world.values) - open_lists  # those show the own pesantren's
    wanted = {name for name in ALLOWED if TABLE[name].args}
    assert reaches - ANYBODY == wanted
    page = (
        signed_in(helper).get(reverse("workspace:listing", args=[world.values["product"]])).content.decode()
    )
    assert reverse("workspace:lots", args=[world.values["product"]]) not in page
    assert "Sarung uji" in page


def a_photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(file, "JPEG")
    file.seek(0)
    file.name = "x.jpg"
    return file


def test_all_that_a_mentor_does_says_so() -> None:
    partner, owner, mentor = (
        make_pesantren("contoh-satu"),
        make_user("o@example.com", language="en"),
        make_mentor(),
    )
    make_member(owner, partner)
    product = make_product(partner)
    record = product.stockrecords.get()
    agreed(partner, mentor, owner)
    before = set(StateChange.objects.values_list("pk", flat=True))
    client = signed_in(mentor)

    def change(what: str, **data: str) -> None:
        assert (
            client.post(reverse("workspace:change-listing", args=[product.pk, what]), data).status_code == 302
        )

    change("stock", stock="80", seen="100")
    change("sold", stock="5", seen="80")
    change("price", price="140000")
    change("terms", minimum="2", multiple="1", lead_days="3")
    for step in ("pause", "relist"):
        client.post(reverse("workspace:move-listing", args=[product.pk, step]))
    photos = reverse("workspace:listing-photos", args=[product.pk])
    for _ in range(2):
        assert client.post(photos, {"key": str(uuid4()), "photo": a_photo()}).status_code == 200
    first, last = ProductImage.objects.order_by("pk")
    client.post(reverse("workspace:move-photo", args=[product.pk, last.pk]), {"first": "1"})
    client.post(reverse("workspace:move-photo", args=[product.pk, first.pk]))
    days = reverse("workspace:days-off", args=[partner.code])
    assert client.post(days, {"first": str(today()), "last": str(today())}).status_code == 302
    kind = {"key": str(uuid4()), "kind": product.product_class.slug}
    assert client.post(reverse("workspace:new-listing"), kind).status_code == 302
    permit = {"kind": "non_halal", "products": [product.pk]}
    assert client.post(reverse("workspace:add-permit"), permit).status_code == 302
    client.post(reverse("workspace:withdraw-permit", args=[Permit.objects.get().pk]))
    rows = StateChange.objects.exclude(pk__in=before)
    assert rows.count() >= 14
    assert set(rows.values_list("actor_name", flat=True)) == {"Mentor (pendamping)"}
    assert set(rows.values_list("actor_id", flat=True)) == {mentor.pk}
    record.refresh_from_db()
    assert (record.num_in_stock, int(record.price), record.minimum) == (75, 140_000, 2)
    shown = signed_in(owner).get(reverse("workspace:listing", args=[product.pk])).content.decode()
    assert shown.count("Mentor (pendamping)") >= 5
    assert "one removed" in shown


def test_the_pesantren_answers_on_its_phone_and_ends_with_one_tap() -> None:
    partner, owner, mentor = (
        make_pesantren("contoh-satu"),
        make_user("o@example.com", language="en"),
        make_mentor(),
    )
    make_member(owner, partner)
    helper = make_user("h@example.com", language="en")
    make_member(helper, partner, "helper")
    made = mentors.offer(partner=partner, mentor=mentor, actor=mentors.SYSTEM)
    client, page = signed_in(owner), reverse("workspace:team", args=[partner.code])

    def answer(step: str) -> str:
        return reverse("workspace:answer-mentor", args=[partner.code, made.pk, step])

    assert "May Mentor help you as a mentor?" in client.get(reverse("workspace:home")).content.decode()
    assert "Yes, for 30 days" in client.get(page).content.decode()
    assert "Yes, for" not in signed_in(helper).get(page).content.decode()
    signed_in(helper).post(answer("agree"), {"days": "30"})
    made.refresh_from_db()
    assert made.state == states.OFFERED
    assert client.post(answer("later")).status_code == 404
    client.post(answer("agree"), {"days": "90\0"})  # anything odd is the shorter time
    made.refresh_from_db()
    assert (made.state, (made.ends_at - made.offered_at).days) == (states.RUNNING, 30)
    assert "End it now" in signed_in(helper).get(page).content.decode()
    signed_in(helper).post(answer("withdraw"))
    assert "answered or ended meanwhile" in client.post(answer("withdraw"), follow=True).content.decode()
    made.refresh_from_db()
    assert made.state == states.WITHDRAWN
    assert [h.actor_name for h in history(made)] == ["system", "O", "H"]


def test_the_mentors_own_pages() -> None:
    partner, owner, mentor = (
        make_pesantren("contoh-satu"),
        make_user("o@example.com"),
        make_mentor(language="en"),
    )
    make_member(owner, partner)
    client = signed_in(mentor)
    assert client.get(reverse("account:home")).url == reverse("workspace:mentoring")
    assert (
        "The office offers you to a pesantren" in client.get(reverse("workspace:mentoring")).content.decode()
    )
    made = agreed(partner, mentor, owner)
    page = client.get(reverse("workspace:products")).content.decode()
    for shut in ("money", "fulfilments", "conversations", "complaints", "home"):
        assert f'href="{reverse(f"workspace:{shut}")}"' not in page
    assert client.post(reverse("workspace:stop-mentoring", args=[made.pk])).status_code == 302
    assert client.get(reverse("workspace:products")).status_code == 404
    assert (
        "ended already"
        in client.post(reverse("workspace:stop-mentoring", args=[made.pk]), follow=True).content.decode()
    )


def test_the_office_names_offers_and_ends() -> None:
    partner, person = make_pesantren("contoh-satu"), make_user("new@example.com", phone="+6281200000011")
    office = signed_in(make_user("office@example.com", staff_role="office", language="en"))
    named = reverse("office:mentors")
    assert "Nobody here has exactly" in office.post(named, {"name": "new"}).content.decode()
    assert "has another role" in office.post(named, {"name": "office@example.com"}).content.decode()
    assert office.post(named, {"name": "0812-0000-0011"}).status_code == 302
    offer = reverse("office:offer-mentor", args=[partner.code])
    assert "Choose a mentor" in office.post(offer, {"mentor": "x"}, follow=True).content.decode()
    assert office.post(offer, {"mentor": person.pk}).status_code == 302
    assert (
        "offered or helping there already"
        in office.post(offer, {"mentor": person.pk}, follow=True).content.decode()
    )
    made = Mentorship.objects.get()
    assert (
        "Waits for the pesantren"
        in office.get(reverse("office:pesantren", args=[partner.code])).content.decode()
    )
    office.post(reverse("office:stop-mentor", args=[partner.code, made.pk]))
    made.refresh_from_db()
    assert made.state == states.TAKEN_BACK
    office.post(reverse("office:end-mentor", args=[person.pk]))
    assert User.objects.get(pk=person.pk).staff_role == ""
    assert office.post(reverse("office:end-mentor", args=[person.pk])).status_code == 404


def test_lists_cost_the_same_for_one_and_for_many() -> None:
    mentor, owner = make_mentor(), make_user("o@example.com")
    office = signed_in(make_user("office@example.com", staff_role="office"))
    client = signed_in(mentor)
    client.get(reverse("workspace:mentoring"))  # what is kept in memory afterwards is not counted
    counts = []
    for round_ in range(2):
        for number in range(1 + 8 * round_):
            partner = make_pesantren(f"contoh-{round_}{number}")
            make_member(owner, partner)
            agreed(partner, mentor, owner)
            make_product(partner)
        for page in (reverse("workspace:mentoring"), reverse("workspace:products")):
            with CaptureQueriesContext(connection) as found:
                client.get(page)
            counts.append(len(found))
        with CaptureQueriesContext(connection) as found:
            office.get(reverse("office:mentors"))
        counts.append(len(found))
    assert counts[:3] == counts[3:]
    assert team.is_owner(owner, partner)
