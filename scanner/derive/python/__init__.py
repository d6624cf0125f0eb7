"""Joins over Python source."""
