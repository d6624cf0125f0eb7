"""Choices that a graph makes on the values of its input, whatever format the graph comes in.

Architectural backdoors (arXiv 2206.07840, ShadowLogic arXiv 2511.00664) compare the input with a constant and then
choose a fixed output. A reader turns its file into `Graph`s and its operators into `Words`; what follows is the same
for all of them. A shape is no value; what lies behind an operator that no one knows is not seen.
"""
