"""Joins over facts about configurations of models."""
