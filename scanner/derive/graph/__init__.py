"""Joins over facts about graphs of operators."""
