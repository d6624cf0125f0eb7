"""Joins over facts about images."""
