"""Writing what a listing says of itself. No rule stands here: listings.py and catalogue.claims decide what."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import slugify

from catalogue.models import (
    Category,
    Commodity,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductCategory,
    ProductImage,
    Unit,
)
from marketplace.common.prose import plain

ANSWER = "a_"  # before the code of an answer, as in the form


@dataclass(frozen=True)
class Facts:
    """What a listing says of itself, checked by the form. `columns`: those of Product that were asked for (weights in
    grams of one unit, carton, harvest months, commodity, origin); the others stay as they are."""

    name: str
    description: str
    unit: Unit
    sector: Category | None
    columns: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)  # code of the class's attribute: value

    @property
    def texts(self) -> dict[str, Any]:
        """What may hold a claim: the name, the description, and each answer as "a_grade"."""
        answers = {f"{ANSWER}{code}": tidy(value) for code, value in self.attributes.items()}
        return {"name": self.name, "description": tidy(self.description), **answers}

    def with_texts(self, texts: Mapping[str, Any]) -> "Facts":
        """The same with other texts where `texts` has some."""
        answers = {code: texts.get(f"{ANSWER}{code}", value) for code, value in self.attributes.items()}
        return replace(
            self,
            name=texts.get("name", self.name),
            description=texts.get("description", self.description),
            attributes=answers,
        )


def tidy(value: Any) -> Any:
    """As it is kept and compared: without markup, line ends of one kind; nothing said is an empty text."""
    if value is None:
        return ""
    return plain(value.replace("\r\n", "\n")).strip() if isinstance(value, str) else value


def differ(one: Any, other: Any) -> bool:
    """Whether two answers say something else; "no" is the same as no answer."""
    return tidy("" if one is False else one) != tidy("" if other is False else other)


def texts_of(product: Product) -> dict[str, Any]:
    """The same of a listing as it stands: two queries."""
    found: dict[str, Any] = {
        "name": product.title_ind or product.title or "",
        "description": tidy(product.description_ind),
    }
    for value in product.attribute_values.select_related("attribute"):
        is_text = value.attribute.type == ProductAttribute.TEXT
        found[f"{ANSWER}{value.attribute.code}"] = tidy(value.value_text_ind if is_text else value.value)
    return found


def write(product: Product, facts: Facts) -> None:
    """Side effects: texts, attributes, sector, HS codes, the words under its photos."""
    before = product.commodity
    product.unit = facts.unit
    for name, value in facts.columns.items():
        setattr(product, name, value)
    _follow_good(product, before)
    _put_sector(product, facts.sector)
    write_texts(product, facts.texts)


def _follow_good(product: Product, before: Commodity | None) -> None:
    """The HS codes are those of the good; a listing that has codes of its own keeps them while the good stays."""
    now = product.commodity
    if now != before or (now and not product.hs6):
        product.hs6, product.hs8 = (now.hs6, now.hs8) if now else ("", "")


def write_texts(product: Product, texts: Mapping[str, Any]) -> None:
    """Only these texts. Side effects: the product is saved, answers, the words under its photos."""
    if "name" in texts:
        product.title_ind = texts["name"]
        product.slug = slugify(texts["name"]) or "produk"
        images = ProductImage.objects.filter(product=product, is_illustration=False)
        images.update(alt_ind=texts["name"][:200])
    if "description" in texts:
        product.description_ind = texts["description"]
    product.save()
    answers = {name.removeprefix(ANSWER): value for name, value in texts.items() if name.startswith(ANSWER)}
    _put_attributes(product, answers)


def _put_sector(product: Product, sector: Category | None) -> None:
    sector = sector or (product.product_class.sector if product.product_class else None)
    if sector and not ProductCategory.objects.filter(product=product, category=sector).exists():
        ProductCategory.objects.filter(product=product, category__depth=1).delete()
        ProductCategory.objects.create(product=product, category=sector)


def _put_attributes(product: Product, values: Mapping[str, Any]) -> None:
    """One row for each answer; an answer taken back takes its row along."""
    for attribute in ProductAttribute.objects.filter(product_class=product.product_class, code__in=values):
        value = values[attribute.code]
        rows = ProductAttributeValue.objects.filter(product=product, attribute=attribute)
        if value in (None, ""):
            rows.delete()
            continue
        column = "value_text_ind" if attribute.type == ProductAttribute.TEXT else f"value_{attribute.type}"
        if not rows.update(**{column: value}):
            ProductAttributeValue.objects.create(product=product, attribute=attribute, **{column: value})
