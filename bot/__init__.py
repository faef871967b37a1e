"""Steward: watches services, opens one incident for one problem, and acts only after a person approves."""
