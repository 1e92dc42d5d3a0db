"""What finding needs. The database keeps `Entry` itself: see migrations/0001_entry.py."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

LONGEST_WORD = 60


class EntryManager(models.Manager["Entry"]):
    """The two word columns stay in the database: they are for its index, no page reads them."""

    def get_queryset(self) -> models.QuerySet["Entry"]:
        return super().get_queryset().defer("title", "body")


class Entry(models.Model):
    """One public listing in one narrow row: what lists filter, count and sort by.

    Triggers keep it in step with the goods, whoever writes them. Bit i of `certificates` is the i-th of
    filters.CERTIFICATES, bit i of `kinds` the i-th DeliveryKind, bit 0 of `months` January.
    """

    product = models.OneToOneField(
        "catalogue.Product",
        on_delete=models.DO_NOTHING,  # the database deletes it with the product
        db_constraint=False,  # the migration adds it, with ON DELETE CASCADE
        primary_key=True,
        related_name="entry",
    )
    sector_id = models.IntegerField(null=True)
    regency_id = models.IntegerField(null=True)
    partner_id = models.IntegerField()
    months = models.SmallIntegerField()  # 0: no season stated, or all year
    certificates = models.SmallIntegerField()  # those valid on the day this was written
    certificates_until = models.DateField(
        null=True
    )  # the first day on which one of them is the last time valid
    kinds = models.SmallIntegerField()
    export_to = ArrayField(models.CharField(max_length=2))  # ISO codes of the countries it is ready for
    price = models.BigIntegerField(null=True)  # whole rupiah
    minimum = models.IntegerField(null=True)
    sells = models.BooleanField()
    orderable = models.BooleanField()  # it sells, and the free stock reaches the minimum
    created = models.DateTimeField()
    title = SearchVectorField()  # A its names, B the names of its commodity and pesantren
    body = SearchVectorField()  # the title's words, sector, place, description; without weights

    objects = EntryManager()

    class Meta:
        app_label = "search"
        indexes = [
            models.Index(fields=["-sells", "-created", "product"], name="entry_sells_newest"),
            models.Index(fields=["-created", "-product"], name="entry_newest"),
            models.Index(fields=["-sells", "price", "product"], name="entry_price"),
            models.Index(fields=["-sells", "minimum", "product"], name="entry_minimum"),
            models.Index(  # all that facets count: read alone, it is a tenth of the table
                fields=["product"],
                name="entry_counting",
                include=[
                    "sector_id",
                    "regency_id",
                    "months",
                    "certificates",
                    "minimum",
                    "price",
                    "kinds",
                    "export_to",
                    "orderable",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"Entry of {self.product_id}"


class Synonym(models.Model):
    """`word` (one or several) may stand for `means`. Words that mean nothing ("jual", "untuk") are not looked
    for. Read when somebody searches: a change of the data needs no new index."""

    word = models.CharField(max_length=LONGEST_WORD)
    means = models.CharField(max_length=LONGEST_WORD, blank=True)

    class Meta:
        app_label = "search"
        constraints = [models.UniqueConstraint(fields=["word", "means"], name="synonym_once")]

    def __str__(self) -> str:
        return f"{self.word} = {self.means}"


class Word(models.Model):
    """A word that names use, for correcting what was mistyped. `language` is empty for people and places."""

    word = models.CharField(max_length=LONGEST_WORD)
    language = models.CharField(max_length=2, blank=True)
    count = models.IntegerField()

    class Meta:
        app_label = "search"
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="word_once")]

    def __str__(self) -> str:
        return self.word


class Name(models.Model):
    """A name of goods in one language and how many listings bear it, for suggestions while typing."""

    name = models.CharField(max_length=255)
    language = models.CharField(max_length=2)
    count = models.IntegerField()
    words = SearchVectorField()

    class Meta:
        app_label = "search"
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="name_once")]

    def __str__(self) -> str:
        return self.name


class Missed(models.Model):
    """What was searched and not found, counted by day. It knows no person and no address."""

    text = models.CharField(max_length=LONGEST_WORD)
    language = models.CharField(max_length=2)
    day = models.DateField()
    sector = models.CharField(max_length=40, blank=True)  # the code of the one it was searched in
    count = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "search"
        constraints = [
            models.UniqueConstraint(fields=["text", "language", "day", "sector"], name="missed_once")
        ]
        indexes = [models.Index(fields=["day"], name="missed_day")]

    def __str__(self) -> str:
        return f"{self.text} ({self.count})"
