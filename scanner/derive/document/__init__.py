"""Joins over documents of settings."""
