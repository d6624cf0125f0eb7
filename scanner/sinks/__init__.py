"""Sinks: places of configurations whose text reaches an importer, and what a text there leads to."""
