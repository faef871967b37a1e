"""Rows: tables, repositories and units of work."""
