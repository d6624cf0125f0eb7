"""Joins over chat templates."""
