"""Joins over facts that any reader can state."""
