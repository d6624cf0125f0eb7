"""Joins over tokenizers."""
