"""Who may open what of the export desk; joined to the table of all. The coordinator does, the office reads."""

from tests.access.table import GO, HIDDEN, OPEN, STAFF, Row, only

EXPORT_DESK: dict[str, Row] = {
    "office:export-new": Row(STAFF, (), only(OPEN, "export")),
    "office:export-receipts": Row(STAFF, (), only(OPEN, "export")),
    "office:export-receipt": Row(STAFF, ("goods_receipt",), only(GO, "export"), {"note": "uji"}),
    "office:export-close-receipt": Row(STAFF, ("goods_receipt",), only(GO, "export")),
    "office:export-receipt-photo": Row(only(HIDDEN), ("goods_receipt", "receipt_photo")),
    "office:export-weigh": Row(STAFF, ("goods_receipt", "weighed_line", "no_lot"), only(OPEN, "export")),
    "office:export-pick-ups": Row(STAFF),
    "office:export-new-pick-up": Row(STAFF, (), only(OPEN, "export")),
    "office:export-pick-up": Row(STAFF, ("pick_up",), only(GO, "export"), {"step": "depart"}),
    "office:export-houses": Row(STAFF),
    "office:export-add-house": Row(STAFF, (), only(OPEN, "export")),
    "office:export-house": Row(STAFF, ("packing_house",), only(OPEN, "export")),
    "office:export": Row(STAFF, args=("export_consignment",)),
    "office:export-goods": Row(STAFF, ("export_consignment",), only(OPEN, "export")),
    "office:export-line": Row(STAFF, ("export_consignment", "consignment_line"), only(OPEN, "export")),
    "office:export-split": Row(STAFF, ("export_consignment", "consignment_line"), only(OPEN, "export")),
    "office:export-short": Row(
        STAFF, ("export_consignment", "part_line"), only(GO, "export"), {"why": "uji"}
    ),
    "office:export-merge": Row(STAFF, ("export_consignment",), only(OPEN, "export")),
    "office:export-cancel": Row(STAFF, ("export_consignment",), only(GO, "export"), {"why": "uji"}),
    "office:export-plan": Row(STAFF, ("export_consignment",), only(OPEN, "export")),
    "office:export-costs": Row(STAFF, ("export_consignment",), only(GO, "export"), {"freight_note": "uji"}),
}
