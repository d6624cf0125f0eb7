"""Joins of signatures with what lies beside them."""
