"""Joins over facts about pickles."""
