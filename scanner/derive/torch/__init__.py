"""Joins over facts about PyTorch checkpoints."""
