"""The programme's years and who takes part in them."""
