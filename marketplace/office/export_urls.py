"""Pages of the export desk that gather goods, below office/exports/. The board, papers and events have their own."""

from django.urls import path

from marketplace.office.views import (
    exports_goods,
    exports_new,
    exports_pick_ups,
    exports_receipts,
    exports_short,
)

urlpatterns = [
    path("new/", exports_new.new, name="export-new"),
    path("receipts/", exports_receipts.receipts, name="export-receipts"),
    path("receipts/<str:number>/", exports_receipts.receipt, name="export-receipt"),
    path("receipts/<str:number>/close/", exports_receipts.close, name="export-close-receipt"),
    path("receipts/<str:number>/photos/<uuid:key>/", exports_receipts.photo, name="export-receipt-photo"),
    path("receipts/<str:number>/<int:line>/<int:lot>/", exports_receipts.weigh, name="export-weigh"),
    path("pick-ups/", exports_pick_ups.pick_ups, name="export-pick-ups"),
    path("pick-ups/new/", exports_pick_ups.new, name="export-new-pick-up"),
    path("pick-ups/<str:number>/", exports_pick_ups.pick_up, name="export-pick-up"),
    path("houses/", exports_pick_ups.houses, name="export-houses"),
    path("houses/add/", exports_pick_ups.house, name="export-add-house"),
    path("houses/<int:pk>/", exports_pick_ups.house, name="export-house"),
    path("<str:number>/", exports_goods.consignment, name="export"),
    path("<str:number>/goods/", exports_goods.goods_page, name="export-goods"),
    path("<str:number>/goods/<int:pk>/", exports_goods.line, name="export-line"),
    path("<str:number>/goods/<int:pk>/split/", exports_goods.split, name="export-split"),
    path("<str:number>/short/<int:pk>/", exports_short.short, name="export-short"),
    path("<str:number>/merge/", exports_goods.merge, name="export-merge"),
    path("<str:number>/cancel/", exports_goods.cancel, name="export-cancel"),
    path("<str:number>/plan/", exports_goods.plan, name="export-plan"),
    path("<str:number>/costs/", exports_goods.costs_page, name="export-costs"),
]
