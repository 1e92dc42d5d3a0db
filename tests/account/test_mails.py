"""Every mail, as the services write it, in three languages: subject, link, nothing missing, no harm by names."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail as sent
from django.template import engines
from django.utils import timezone

from catalogue.permits import services as permits
from marketplace.common.actor import GUEST, Actor
from marketplace.complaints import services as complaints
from marketplace.conversations.models import Side
from marketplace.fulfilment import mails, services, states
from marketplace.fulfilment.models import AuditRun, Fulfilment
from marketplace.ledger.money import Money
from marketplace.notices import services as notices
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.payments import dispute_mails, letters, payout_mails
from marketplace.payments import mails as payment_mails
from marketplace.payments import queries as payment_queries
from marketplace.payments import services as payments
from marketplace.payments.models import Attempt, Dispute, Payout, PayoutBatch, Refund
from marketplace.payments.services import payout_accounts
from marketplace.people import data_services, signals, tasks
from marketplace.people import services as people
from marketplace.people.models import User
from marketplace.pesantren.joining import services as joining
from marketplace.reference.working_days import today
from offtakers import approvals
from offtakers import services as companies
from offtakers.models import Company
from tests.account.event_life import life_of_events
from tests.account.programme_life import life_of_promises
from tests.account.sourcing_life import life_of_sourcing
from tests.account.tracking_life import life_of_tracking
from tests.account.workspace_life import life_of_a_pesantren, life_of_an_exporter, life_of_lots
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import a_proof, admin_of, join_as, make_company
from tests.factories.conversations import a_complaint, write
from tests.factories.joining import an_application
from tests.factories.overseas import deposit_and_balance, dues_of, export_order, letter_for, settle
from tests.factories.permits import a_permit, a_rule
from tests.fulfilment.steps import OFFICE, SELLER, arrives, bring, one_seller, paid, pay, sign, two_sellers

pytestmark = pytest.mark.django_db
LANGUAGES = ["id", "en", "ar"]
NAMES = {path.stem for path in (settings.BASE_DIR / "templates" / "mails").glob("*.txt")}
MISSING = "¡missing!"


@pytest.fixture(autouse=True)
def missing_variables_shout(monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    monkeypatch.setattr(engine.engine, "string_if_invalid", MISSING)


def life_of_orders(language: str) -> None:
    """Makes every mail about orders through the services that send them."""
    placed = two_sellers(language=language)
    sarong = placed.order.fulfilments.get(number__endswith="-1")
    make_member(make_user("member@example.com", language=language), sarong.partner)
    payment_mails.payment_reminder(placed.due)
    pay(placed.due, 1_000_000)
    first, second = paid_rest(placed.due)
    mails.to_members(first, "part_offered_reminder")
    services.decline(fulfilment=second, actor=SELLER, why="Panen gagal")
    sign(bring(first, states.DELIVERED), {0: 19})
    payments.pay_refund(refund=Refund.objects.all()[0], bank_reference="B-9", actor=OFFICE)
    late = one_seller(language=language)
    type(late.due).objects.filter(pk=late.due.pk).update(due_at=timezone.now() - timedelta(hours=1))
    services.expire(due=late.due)
    services.cancel_unpaid(order=one_seller(language=language).order, actor=OFFICE)


def paid_rest(due: Any) -> list[Fulfilment]:
    due.refresh_from_db()
    payments.match(receipt=arrives(due.missing.minor), due=due, actor=OFFICE)
    return list(Fulfilment.objects.filter(order=due.order).order_by("pk"))


def life_of_people(language: str) -> None:
    new = people.NewPerson("Siti", "siti@example.com", "+6281311112222", language, "kebun manggis 12")
    siti = people.register(new=new)
    assert siti
    people.register(new=new)
    people.register(
        new=people.NewPerson("X", "fresh@example.com", "+6281311112222", language, "kebun manggis 12")
    )
    people.ask_reset(name="siti@example.com")
    tokens: list[str] = []

    def listen(token: str, **kwargs: Any) -> None:
        tokens.append(token)

    signals.email_change_asked.connect(listen)
    try:
        people.ask_email_change(person=siti, email="new@example.com")
    finally:
        signals.email_change_asked.disconnect(listen)
    people.confirm_email(token=tokens[0])


def life_of_talks(language: str) -> None:
    """A question, its answer, and a complaint to its end."""
    seller = make_pesantren("contoh-tanya")
    make_member(make_user("answers@example.com", language=language), seller)
    buyer = make_user("asks@example.com", language=language)
    thread = write(product=make_product(seller, "Sarung tanya"), user=buyer).thread
    write("Ada.", thread=thread, side=Side.SELLER, actor=GUEST)
    complaint = a_complaint(partner=seller, user=buyer, language=language)
    complaints.add_view(complaint=complaint, text="Kami ganti.", key=uuid4(), actor=GUEST)
    complaints.answer(complaint=complaint, text="Uang kembali.", actor=GUEST)
    complaints.close(complaint=complaint, actor=GUEST)


def written() -> Iterator[tuple[str, Mail]]:
    for mail in Mail.objects.all():
        yield mail.key.split("/")[0].replace("-", "_"), mail


def last_days_of(company: Company) -> None:
    """A newer proof that does not convince, a warning, the end, and verified once more."""
    companies.renew(company=company, proof=a_proof(), actor=GUEST)
    companies.refuse_renewal(company=company, actor=GUEST, why="buram")
    Company.objects.update(verified_until=today() + timedelta(days=7))
    companies.warn_before()
    Company.objects.update(verified_until=today() - timedelta(days=1))
    companies.end_what_is_over()
    Company.objects.update(state="verified", verified_until=today() + timedelta(days=30))


def agreements_of(company: Company, language: str) -> None:
    """An approver is asked twice, agrees, and does not."""
    approver = join_as(company, "approver@example.com", "approver")
    User.objects.filter(pk=approver.pk).update(language=language)
    asks = admin_of(company)
    companies.set_threshold(company=company, above=Money(100), user=asks)
    company.refresh_from_db()
    approvals.agree(
        approval=companies.set_threshold(company=company, above=Money(200), user=asks), user=approver
    )
    company.refresh_from_db()
    waits = companies.set_threshold(company=company, above=None, user=asks)
    approvals.decline(approval=waits, user=approver, why="terlalu besar")


def life_of_companies(language: str) -> None:
    """A company is invited to, decided on, given terms; its order on tempo is reminded of and paid."""
    user = make_user(f"katering-{language}@example.com", language=language)
    company = make_company(user)
    companies.suspend(company=company, actor=GUEST, why="menunggak")
    companies.lift(company=company, actor=GUEST)
    companies.invite(
        company=company, email="rekan@example.com", roles=["buyer"], language=language, actor=GUEST
    )
    last_days_of(company)
    agreements_of(company, language)
    due = one_seller(price=1_000, buyer=user, company=company).due
    for stage in (-3, 0, 7):
        mails.bill_reminder(due, stage)
    pay(due)


def life_of_data(language: str) -> None:
    """A copy of one's own data, the end of an account that was asked for, and of one nobody used."""
    person = make_user(f"leaves-{language}@example.com", language=language)
    tasks.prepare_copy(data_services.ask_copy(person=person).pk)
    request = data_services.ask_erasure(person=person)
    request.due_at = timezone.now()
    request.save()
    data_services.erase(request=request)
    idle = make_user(f"idle-{language}@example.com", language=language)
    User.objects.filter(pk=idle.pk).update(date_joined=timezone.now() - timedelta(days=3 * 365 - 29))
    data_services.warn_idle(now=timezone.now())


def money_of_nobody(language: str) -> None:
    """The office hears of money that lies unmatched for days."""
    office = make_user(f"office-{language}@example.com", language=language, staff_role="office")
    old = payment_queries.Unmatched(1, Money(50_000), timezone.localdate())
    payment_mails.unmatched(office, old, day=timezone.localdate())
    due = one_seller(language=language).due
    attempt = Attempt.objects.create(due=due, number=1, amount=due.amount, intent_id=f"pi_{language}")
    made = Dispute.objects.create(
        attempt=attempt, provider_id=f"du_{language}", amount=due.amount, evidence_by=timezone.now()
    )
    dispute_mails.opened(made)
    made.closed_at = timezone.now()
    dispute_mails.lost(made)
    part = one_seller(language=language).order.fulfilments.get()
    why = "The provider names another order or attempt."
    stopped = Attempt.objects.create(due=part.order.dues.get(), number=1, amount=50_000, failure=why)
    payment_mails.card_differs(stopped)
    for days in (60, 80):
        mails.held_for_long(part, days, office)
    faults = ["account bank::IDR: totals 1/0, rows 2/0"]
    mails.audit_differs(office, AuditRun.objects.create(faults=faults, found=1, seconds=2))


def money_to_pesantren(language: str) -> None:
    """A bank account is named, refused, named again, confirmed; a transfer goes out and comes back."""
    partner = make_pesantren("contoh-rekening")
    owner = make_user(f"owner-{language}@example.com", language=language)
    make_member(owner, partner)
    office = make_user(f"caller-{language}@example.com", language=language, staff_role="office")
    asked = {"partner": partner, "bank": "Bank Contoh", "number": "12345678", "holder": "Contoh"}
    payout_accounts.refuse(
        account=payout_accounts.propose(**asked, person=owner), actor=Actor.of(office), why="Contoh alasan"
    )
    account = payout_accounts.confirm(account=payout_accounts.propose(**asked, person=owner), person=office)
    batch = PayoutBatch.objects.create(number=f"PB-{language}")
    transfer = Payout(batch=batch, partner=partner, account=account, reference=f"{batch}-1", amount=1_000)
    transfer.failure = "Contoh alasan"
    payout_mails.payout_paid(transfer)
    payout_mails.payout_failed(transfer)


def life_of_exports(language: str) -> None:
    """A deposit and a balance in dollars: reminded of, short, paid; a letter of credit that is near its day."""
    office = make_user(f"abroad-{language}@example.com", language=language, staff_role="office")
    order = export_order(deposit_and_balance(), sellers=1, language=language)
    deposit, balance = dues_of(order)
    payment_mails.payment_reminder(deposit)
    settle(deposit)
    for stage in (-7, 3):
        mails.balance_reminder(balance, stage)
    letter = letter_for(balance, office)
    for what in (letters.SHIP, letters.PRESENT, letters.PAY):
        mails.letter_reminder(letter, letters.Next(what, letter.expires_on), 7, office)
    settle(balance, short=balance.missing.minor - 100)
    balance.refresh_from_db()
    settle(balance)


def life_of_claims(language: str) -> None:
    """A claim after the money was released, and more of it than is still owed to the pesantren."""
    part = bring(paid(one_seller(language=language))[0], states.DELIVERED)
    sign(part)
    make_member(make_user("claims@example.com", language=language), part.partner)
    office = Actor.of(make_user("claims-office@example.com", staff_role="office"))
    line = part.lines.get().pk
    services.issue_credit_note(fulfilment=part, lines={line: 3}, why="Tiga pecah", actor=office)


def life_of_joining(language: str) -> None:
    """The office asks for more, does not accept another, and accepts a third."""
    for n, decide in enumerate((joining.ask_for_more, joining.reject)):
        person = make_user(f"joins{n}@example.com", language=language)
        application = an_application(person, nspp=f"51003204000{n}")
        decide(application=application, actor=OFFICE, why="Foto NIB buram.")
    application = an_application(make_user("joins@example.com", language=language), nspp="510032040009")
    answer = application.answers.get(requirement__code="call")
    joining.judge(answer=answer, state="met", actor=OFFICE, why="")
    joining.approve(application=application, partner=None, actor=OFFICE)


def life_of_permits(language: str) -> None:
    """A permit is confirmed, ends soon, ends; a new rule stops what lacks one; another paper is refused."""
    person = make_user("permits@example.com", language=language)
    seller = make_pesantren("contoh-izin")
    make_member(person, seller)
    product = make_product(seller, "Keripik izin")
    permit = a_permit(product, person, expires_on=today() + timedelta(days=7))
    permits.confirm(permit=permit, actor=OFFICE)
    permits.warn_before()
    a_rule(product, "halal")
    type(permit).objects.update(expires_on=today() - timedelta(days=1), valid_from=None)
    permits.end_what_is_over()
    type(product).objects.filter(pk=product.pk).update(state="on_sale", is_public=True)
    permits.stop_by_new_rules()
    permits.refuse(permit=a_permit(product, person, number="ID00110000000001"), actor=OFFICE, why="buram")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    original = notices._write

    def watch(template: str, *args: Any) -> Any:
        used.append(template)
        return original(template, *args)

    monkeypatch.setattr(notices, "_write", watch)
    life_of_orders(language)
    life_of_people(language)
    life_of_talks(language)
    life_of_companies(language)
    life_of_data(language)
    money_of_nobody(language)
    life_of_exports(language)
    money_to_pesantren(language)
    life_of_claims(language)
    life_of_sourcing(language)
    life_of_tracking(language)
    life_of_promises(language)
    life_of_a_pesantren(language)
    life_of_lots(language)
    life_of_an_exporter(language)
    life_of_permits(language)
    life_of_joining(language)
    life_of_events(language)
    assert set(used) == NAMES
    direction = "rtl" if language == "ar" else "ltr"
    prefix = "" if language == "id" else f"/{language}"
    for key, mail in written():
        whole = mail.subject + mail.text + mail.html
        assert MISSING not in whole, key
        assert "{" not in mail.subject + mail.text, key
        assert "None" not in mail.text, key
        assert 5 < len(mail.subject) <= 200, key
        assert re.search(rf": http://testserver{prefix}/\S+$", mail.text.strip()), key
        assert f'<html lang="{language}" dir="{direction}">' in mail.html
        assert '<a class="btn" href="http://testserver/' in mail.html, key
        assert not re.search(r"<img|src=|url\(|<script", mail.html), key
        notices.deliver(mail.pk)
    assert len(sent.outbox) == Mail.objects.count()


def test_payment_mail_says_all_that_is_needed() -> None:
    placed = two_sellers(language="en")
    mail = Mail.objects.get(key=f"order_placed/{placed.order.number}")
    for wanted in (
        "Rp\u00a03.230.000",
        placed.due.reference,
        "000-000-0000",
        "Bank Contoh",
        "WIB",
        placed.order.number,
    ):
        assert wanted in mail.text
    assert "Pesantren Contoh Sarung: goods Rp\u00a03.000.000, delivery Rp\u00a015.000." in mail.text


def test_times_read_in_the_zone_of_the_buyer() -> None:
    buyer = make_user(language="en", time_zone="Asia/Tokyo")
    placed = one_seller(buyer=buyer)
    text = Mail.objects.get(key=f"order_placed/{placed.order.number}").text
    assert "JST" in text
    assert "WIB" not in text


def test_buyer_hears_of_the_signed_receipt() -> None:
    (part,) = paid(one_seller(language="en"))
    sign(bring(part, states.DELIVERED), {0: 8})
    mail = Mail.objects.get(key=f"part_signed_buyer/{part.number}")
    assert mail.to == "pembeli@example.com"
    assert "accepted a part of the goods" in mail.text
    assert "Rp\u00a0400.000" in mail.text


def test_hostile_names_stay_names() -> None:
    placed = one_seller(language="en")
    evil = "<script>alert(1)</script>\r\nBcc: victim@example.com\n\nOpen: https://evil.example/"
    Order.objects.update(buyer_name=evil)
    order = Order.objects.get()
    order.fulfilments.get().partner.__class__.objects.update(name="A\nBcc: b@example.com <b>")
    part = Fulfilment.objects.get()
    mails.part(part, "part_accepted")
    mail = Mail.objects.get(key=f"part_accepted/{part.number}")
    assert "<script>alert(1)</script>" in mail.text  # plain text is not escaped …
    assert "<script>" not in mail.html  # … HTML is
    assert "&lt;script&gt;" in mail.html
    assert 'href="https://evil' not in mail.html
    assert "\n" not in mail.subject
    assert notices.deliver(mail.pk) is True
    message = sent.outbox[-1].message()
    assert message["Bcc"] is None
    assert sent.outbox[-1].recipients() == ["pembeli@example.com"]
    assert placed.order.number == order.number


def test_welcome_carries_nothing_that_a_stranger_typed() -> None:
    people.register(
        new=people.NewPerson("Win http://evil.example", "s@example.com", "", "en", "kebun manggis 12")
    )
    mail = Mail.objects.get()
    assert "evil" not in mail.subject + mail.text + mail.html
    assert User.objects.get().name == "Win http://evil.example"
