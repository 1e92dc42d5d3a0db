"""What a pesantren's own work writes mails about: people, claims, standing, lots, goods that fall short."""

from catalogue.claims import services as claims
from catalogue.services import standing
from marketplace.common.actor import Actor
from marketplace.fulfilment import services, states
from marketplace.pesantren.models import Member
from marketplace.pesantren.services import mentors, team
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import a_claim
from tests.factories.lots import a_lot
from tests.factories.mentors import make_mentor
from tests.factories.second_factor import with_app
from tests.factories.sold import POOL, own_of, part_of, sold_order
from tests.fulfilment.steps import OFFICE, SELLER, bring, one_seller, paid, sign


def life_of_a_pesantren(language: str) -> None:
    """Somebody is invited, a mentor helps and stops, a claim is refused, sales are stopped and allowed again."""
    owner = make_user("pengurus-surat@example.com", language=language)
    seller = make_pesantren("contoh-surat")
    make_member(owner, seller, role=Member.OWNER)
    with_app(owner)
    team.invite(
        partner=seller,
        role=Member.OWNER,
        note="Contoh",
        person=owner,
        email="baru@example.com",
        language=language,
    )
    helped = mentors.offer(
        partner=seller, mentor=make_mentor("pendamping-surat@example.com", language=language), actor=OFFICE
    )
    mentors.agree(mentorship=helped, days=30, person=owner)
    mentors.stop(mentorship=helped, actor=OFFICE)
    claims.refuse(change=a_claim(make_product(seller, "Sarung surat")), actor=OFFICE, why="Tanpa bukti")
    standing.suspend(partner=seller, actor=OFFICE, why="Contoh")
    standing.lift(partner=seller, actor=OFFICE)


def life_of_lots(language: str) -> None:
    """Three of ten do not come; the lot of those that left is recalled."""
    part = bring(paid(one_seller(language=language))[0], states.ACCEPTED)
    line = part.lines.get()
    services.bring_less(fulfilment=part, brings={line.pk: 7}, why="Panen kurang", actor=SELLER)
    lot = a_lot(line.line.product)
    services.pack_from(fulfilment=part, chosen={line.pk: {lot.pk: 7}}, actor=SELLER)
    part.refresh_from_db()
    bring(part, states.HANDED_OVER)
    services.recall_lot(lot=lot, actor=SELLER, why="Diduga tercampur")


def life_of_an_exporter(language: str) -> None:
    """Goods that it sold do not come: cheap ones, then dear ones; some are credited after they were signed for."""
    importer = make_user("pengimpor-surat@example.com", language=language)
    order = sold_order(POOL, importer=importer)
    make_member(make_user("eksportir-surat@example.com", language=language), own_of(order).partner)
    for code, part in {code: part_of(order, code) for code in POOL}.items():
        make_member(make_user(f"{code}-surat@example.com", language=language), part.partner)
        part = bring(part, states.ACCEPTED)
        services.bring_less(
            fulfilment=part, brings={part.lines.get().pk: 90}, why="Panen kurang", actor=SELLER
        )
    part = bring(part, states.DELIVERED)
    sign(part)
    services.issue_credit_note(
        fulfilment=part, lines={part.lines.get().pk: 5}, why="Memar", actor=Actor(None, "Kantor")
    )
