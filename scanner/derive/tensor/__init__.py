"""Joins over facts about tensors."""
