"""Joins over the numbers inside tensors."""
