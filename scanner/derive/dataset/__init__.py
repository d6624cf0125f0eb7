"""Joins over tables of data."""
