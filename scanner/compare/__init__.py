"""A model against its base: tensors paired, streamed side by side, and the change of each named."""
