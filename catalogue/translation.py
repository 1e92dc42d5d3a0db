"""Which model texts exist in three languages (django-modeltranslation finds this file by its name)."""

from modeltranslation.translator import TranslationOptions, register

from catalogue.models import (
    Category,
    Commodity,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductClass,
    ProductImage,
    Unit,
)
from marketplace.pesantren.models import Partner


@register(Product)
class ProductTexts(TranslationOptions):
    fields = ("title", "description")


@register(Category)
class CategoryTexts(TranslationOptions):
    fields = ("name",)


@register(ProductClass)
class ProductClassTexts(TranslationOptions):
    fields = ("name",)


@register(ProductAttribute)
class ProductAttributeTexts(TranslationOptions):
    fields = ("name",)


@register(ProductAttributeValue)
class ProductAttributeValueTexts(TranslationOptions):
    fields = ("value_text",)


@register(ProductImage)
class ProductImageTexts(TranslationOptions):
    fields = ("alt",)


@register(Commodity)
class CommodityTexts(TranslationOptions):
    fields = ("name",)


@register(Unit)
class UnitTexts(TranslationOptions):
    fields = ("name",)


@register(Partner)
class PartnerTexts(TranslationOptions):
    fields = ("about",)
