"""Reports of the office, as PDF and workbook."""
