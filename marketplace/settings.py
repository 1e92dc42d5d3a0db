"""One settings file. What differs between machines comes from the environment (see .env.example)."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from oscar.defaults import *  # noqa: F403 - Oscar wants its own defaults first

from marketplace import environment as env
from marketplace.workspace.demo_people import PEOPLE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()

# Modes: a demonstration on one's own machine (the default), or production.
PRODUCTION = env.flag("PRODUCTION")
DEMO = not PRODUCTION
DEBUG = False if PRODUCTION else env.flag("DEBUG")
DEMO_PASSWORD = env.DEMO_PASSWORD
BENCH = env.flag("BENCH")  # what `make bench` measures with: marketplace/bench.py
if BENCH and PRODUCTION:
    raise ImproperlyConfigured("BENCH=1 is for measuring on a machine of one's own, not for production.")

if PRODUCTION:
    SECRET_KEY = env.secret("SECRET_KEY", least=50)
    env.required("ALLOWED_HOSTS", "Name the site's host names, for instance: pasar.example.com")
    env.required("BASE_URL", "Name the site's address, for instance: https://pasar.example.com")
elif env.text("SECRET_KEY"):
    SECRET_KEY = env.text("SECRET_KEY")
else:
    from marketplace.embedded import demo_secret

    SECRET_KEY = demo_secret(VAR_DIR)

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver")
BASE_URL = env.text("BASE_URL", f"http://localhost:{env.text('PORT', '8000')}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    # ours, from the ground up (docs/architecture.md)
    "marketplace.common.apps.CommonConfig",
    "marketplace.ledger.apps.LedgerConfig",
    "marketplace.reference.apps.ReferenceConfig",
    "marketplace.people.apps.PeopleConfig",
    "marketplace.people.second_factor.apps.SecondFactorConfig",
    "marketplace.notices.apps.NoticesConfig",
    "marketplace.pesantren.apps.PesantrenConfig",
    "offtakers.apps.OfftakersConfig",
    "catalogue.apps.CatalogueConfig",
    "marketplace.pesantren.joining.apps.JoiningConfig",
    "catalogue.search.apps.SearchConfig",
    "catalogue.permits.apps.PermitsConfig",
    "catalogue.claims.apps.ClaimsConfig",
    "catalogue.lots.apps.LotsConfig",
    "catalogue.imports.apps.ImportsConfig",
    "marketplace.orders.apps.OrdersConfig",
    "marketplace.payments.apps.PaymentsConfig",
    "marketplace.conversations.apps.ConversationsConfig",
    "marketplace.pooling.apps.PoolingConfig",
    "marketplace.fulfilment.apps.FulfilmentConfig",
    "marketplace.exports.apps.ExportsConfig",
    "marketplace.complaints.apps.ComplaintsConfig",
    "marketplace.sourcing.apps.SourcingConfig",
    "marketplace.programme.apps.ProgrammeConfig",
    "checkout.apps.CheckoutConfig",
    "checkout.basket.apps.BasketConfig",
    "checkout.shipping.apps.ShippingConfig",
    "checkout.lists.apps.ListsConfig",
    "marketplace.account.apps.AccountConfig",
    "marketplace.workspace.apps.WorkspaceConfig",
    "marketplace.office.apps.OfficeConfig",
    # Oscar's, as shipped (not its dashboard, analytics and wish lists: decision 0003)
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "marketplace.people.middleware.PersonMiddleware",
    "offtakers.middleware.CompanyMiddleware",
    "checkout.basket.middleware.BasketMiddleware",
    "marketplace.common.middleware.NullByteMiddleware",  # last: its 404 page is a whole page
]
if BENCH:
    MIDDLEWARE.insert(0, "marketplace.bench.QueriesMiddleware")

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context.site",
            ],
        },
    },
]

# Data: production says where its PostgreSQL is; without DATABASE_URL we start our own from a wheel.
DATABASE_URL = env.text("DATABASE_URL")
if PRODUCTION:
    env.required("DATABASE_URL", "Production does not start its own database.")
elif not DATABASE_URL:
    from marketplace.embedded import database_url

    DATABASE_URL = database_url(VAR_DIR)
DATABASES = {"default": env.database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 5000},  # cards of lists, a kilobyte each
        }
    }

# People
AUTH_USER_MODEL = "customer.User"
AUTHENTICATION_BACKENDS = ["marketplace.people.backends.EmailOrPhoneBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "customer:login"
LOGIN_REDIRECT_URL = "account:home"
LOGOUT_REDIRECT_URL = "catalogue:home"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SITE_ID = 1
# Two-step verification (decision 0036). Moving money asks for a code not older than so many minutes.
SECOND_FACTOR_REQUIRED = True  # only tests of other things set it to False
SECOND_FACTOR_KEYS = env.code_keys(PRODUCTION, SECRET_KEY)
SECOND_FACTOR_MINUTES = {
    "money": env.number("SECOND_FACTOR_MONEY_MINUTES", 12 * 60),
    "account": env.number("SECOND_FACTOR_ACCOUNT_MINUTES", 15),
}
SECOND_FACTOR_WAIT_HOURS = env.number("SECOND_FACTOR_WAIT_HOURS", 48)  # after a reset no money moves
EXPORT_FRESH_DAYS = env.number("EXPORT_FRESH_DAYS", 3)  # must be left at arrival (assumed)
# Nobody has the phones of the demonstration's people: pages tell their codes.
SHOW_CODES_TO = {person.email for person in PEOPLE} if env.shows_codes(PRODUCTION) else set()

# Languages: Indonesian at /, /en/, /ar/
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English"), ("ar", "العربية")]
MODELTRANSLATION_LANGUAGES = ("id", "en", "ar")
MODELTRANSLATION_DEFAULT_LANGUAGE = "id"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("id", "en")}
LOCALE_PATHS = [BASE_DIR / "marketplace" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = "marketplace.formats"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))  # an image brings its own
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "marketplace.common.static.BundleFinder",
    "marketplace.common.static.PlainFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Mail: an outbox row first, then this backend. In the demonstration mails land in var/mail.
if PRODUCTION:
    env.required("EMAIL_HOST", "Production must be able to send mail.")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Pasar Pesantren <noreply@example.com>")
if env.text("EMAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.number("EMAIL_PORT", 587)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
    EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
    EMAIL_TIMEOUT = 15
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "marketplace.errors.csrf_failure"
SECURE_COOKIES = PRODUCTION and env.flag("HTTPS", True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OSCAR_BASKET_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Oscar
OSCAR_SHOP_NAME = "Pasar Pesantren"
OSCAR_DEFAULT_CURRENCY = "IDR"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_INITIAL_ORDER_STATUS = "placed"
OSCAR_INITIAL_LINE_STATUS = "placed"
OSCAR_ORDER_STATUS_PIPELINE: dict[
    str, tuple[str, ...]
] = {}  # our machine in marketplace/orders/states.py is the one that decides
OSCAR_LINE_STATUS_PIPELINE: dict[str, tuple[str, ...]] = {}
OSCAR_REQUIRED_ADDRESS_FIELDS = ("first_name", "line1", "postcode", "country")
OSCAR_SLUG_ALLOW_UNICODE = False
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = None  # offtakers buy tonnes; minimum, multiple and stock are the limits
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_IMAGE_FOLDER = "products/"
OSCAR_THUMBNAILER = "catalogue.pictures.VariantThumbnailer"
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"

# The trade
PAYMENT_HOURS = env.number("PAYMENT_HOURS", 24)  # how long a buyer has to transfer
PAYOUT_MINIMUM = env.number("PAYOUT_MINIMUM", 0)  # rupiah; less than this waits for the next payout
OFFER_REMIND_HOURS = env.number("OFFER_REMIND_HOURS", 24)  # a pesantren that has not answered is reminded
OFFER_ESCALATE_HOURS = env.number("OFFER_ESCALATE_HOURS", 48)  # and then stands in the office's queue
# Matching, returning or refunding more than this (rupiah) takes two people of the office; 0: always two.
SECOND_PERSON_ABOVE = env.number("SECOND_PERSON_ABOVE", 50_000_000)
# The same for any other currency, in whole units of it.
SECOND_PERSON_ABOVE_FOREIGN = env.number("SECOND_PERSON_ABOVE_FOREIGN", 3_000)
# Card payments at Stripe (decision 0022). Without a key, cards are not offered. Several webhook secrets: rotation.
STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS, STRIPE_API_BASE = env.stripe(PRODUCTION)
# A form of ours is answered with a way to the card page; the fake's is where its API is.
if STRIPE_SECRET_KEY:
    card_page = "https://checkout.stripe.com" if STRIPE_API_BASE == env.STRIPE else STRIPE_API_BASE
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [card_page]
# Hours until a changed bank account of a pesantren is used; ISO weekdays on which payouts are drafted (1: Monday).
PAYOUT_ACCOUNT_WAIT_HOURS = env.number("PAYOUT_ACCOUNT_WAIT_HOURS", 48)
PAYOUT_WEEKDAYS = env.weekdays("PAYOUT_WEEKDAYS", "2 5")
# Days after payment: money still held is shown to the office, and then needs a decision.
HELD_WARN_DAYS = env.number("HELD_WARN_DAYS", 60)
HELD_DECIDE_DAYS = env.number("HELD_DECIDE_DAYS", 80)
# Where goods for abroad are packed, for the distance in matching: Kabupaten Bandung (assumed: Al-Ittifaq is there).
SOURCING_PACKING_REGENCY = env.text("SOURCING_PACKING_REGENCY", "32.04")
# Keys with which carriers sign the events they send (decision 0046); none: nothing is taken. Several: rotation.
DCSA_KEYS = env.words("DCSA_KEYS")
# Kemendagri code of the province whose programme the operator's office runs (marketplace/programme/access.py).
HOME_PROVINCE = env.text("HOME_PROVINCE", "32")
# Who holds buyers' money. Invented for the demonstration; production names a real one or does not start.
OPERATOR = {
    "name": env.needed("OPERATOR_NAME", "Contoh Pengelola Pasar (fiktif)", PRODUCTION),
    "bank": env.needed("OPERATOR_BANK", "Bank Contoh", PRODUCTION),
    "account": env.needed("OPERATOR_ACCOUNT", "000-000-0000", PRODUCTION),
    "account_name": env.needed("OPERATOR_ACCOUNT_NAME", "Contoh Pengelola Pasar", PRODUCTION),
    "email": env.needed("OPERATOR_EMAIL", "office@example.com", PRODUCTION),
}
# Where buyers abroad transfer to: one account for each currency, at one bank. Production needs none of them.
OPERATOR_ACCOUNTS = {
    currency: {
        "bank": OPERATOR["bank"],
        "account": env.text(f"OPERATOR_ACCOUNT_{currency}", "" if PRODUCTION else f"CONTOH-{currency}-000"),
        "account_name": OPERATOR["account_name"],
        "swift": env.text("OPERATOR_SWIFT", "" if PRODUCTION else "CONTIDJ0"),
        "bank_address": env.text("OPERATOR_BANK_ADDRESS", "" if PRODUCTION else "Jl. Contoh No. 0, Jakarta"),
        "correspondent": env.text(f"OPERATOR_CORRESPONDENT_{currency}"),
    }
    for currency in ("IDR", "USD", "AED", "EUR", "SAR")
}
OPERATOR_ACCOUNTS["IDR"]["account"] = OPERATOR["account"]
OPERATOR_ACCOUNTS = {currency: one for currency, one in OPERATOR_ACCOUNTS.items() if one["account"]}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING" if DEMO else "INFO")},
    # The file broker has no host, and kombu warns of that at every message.
    "loggers": {"kombu.connection": {"level": "ERROR"}},
}
LANGUAGE_NAMES = {"id": _("Indonesian"), "en": _("English"), "ar": _("Arabic")}
