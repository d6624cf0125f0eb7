"""What is found in weights, measured on real ones: `python -m tests.bench.weightbench` writes the tables.

The short one is in the README, every case in `.github/WEIGHTS.md`. Bases come from packages pinned by digest. Every
positive has an axis of strength and a variant made by somebody who knows the detector, which is reported even where
nothing of it is found. Thresholds are data of the product; which of
the bases they were set on, and that they have not moved since, is part of what is printed.
"""
