"""As in the Gulf and as our amounts are written: 1,000.5. Django writes 1.000,5, which reads as one kilogram."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
