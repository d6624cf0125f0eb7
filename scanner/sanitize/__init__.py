"""A model written anew with nothing in it but its tensors: no metadata, no room beside them, no bits beyond precision.

What is written has passed a scan. What it does not take away: anything in the numbers above the low bits, such as a
trained-in backdoor, and what a GGUF header says, which a runtime needs.
"""
