"""A model asked, token by token: is there one that forces every text to one answer? The one tier that runs a model.

It runs in a process of its own that can neither write, connect nor start anything; code that comes with a model is
never run, and weights are read from safetensors alone. What it cannot see: triggers of several tokens, of style or of
meaning, and answers that change without being one and the same.
"""
