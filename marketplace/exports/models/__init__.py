"""The way abroad: receipts.py goods at the packing house, consignments.py what travels together, papers.py what
must go with it, tracking.py what happened to it."""

from marketplace.exports.models.consignments import Consignment, ConsignmentCost, ConsignmentLine
from marketplace.exports.models.identities import ExporterIdentity
from marketplace.exports.models.papers import Paper, PaperPack, PaperVersion, UploadLink
from marketplace.exports.models.receipts import (
    GoodsReceipt,
    PackingHouse,
    PickUp,
    PickUpStop,
    ReceiptLine,
    ReceiptPhoto,
)
from marketplace.exports.models.tracking import Alert, Event, TemperatureReading

__all__ = [
    "Alert",
    "Consignment",
    "ConsignmentCost",
    "ConsignmentLine",
    "Event",
    "ExporterIdentity",
    "GoodsReceipt",
    "PackingHouse",
    "Paper",
    "PaperPack",
    "PaperVersion",
    "PickUp",
    "PickUpStop",
    "ReceiptLine",
    "ReceiptPhoto",
    "TemperatureReading",
    "UploadLink",
]
