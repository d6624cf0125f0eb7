"""Joins over what the Hub states of a repository."""
