"""What the export desk does: consignments and their goods, receipts, papers, events."""
