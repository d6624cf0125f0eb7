"""What a pickle holds, line by line, for a reader of lists: its tensors."""

from scanner.formats.pickle.tensors import listing

__all__ = ["listing"]
