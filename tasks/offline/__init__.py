"""Filling a town's quarter offline: a workbook goes out, comes back, and is compared cell by cell with the portal."""
