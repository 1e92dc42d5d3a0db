"""Where a consignment is: events of carriers and people, folded and shown."""
