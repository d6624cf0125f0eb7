"""Joins over facts about cards."""
