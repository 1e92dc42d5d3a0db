"""The papers of a consignment: which, when, from which facts, and who brings them."""
