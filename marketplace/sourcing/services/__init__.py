"""What is done with demands (demand.py), quotes (quotes.py), contracts (contracts.py) and call-offs (call_offs.py).

Each is imported as a module: `from marketplace.sourcing.services import demand`.
"""
