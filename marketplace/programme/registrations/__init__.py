"""Workbooks of registrations: read, checked, taken over."""
