"""What a text says beside its subject, for readers of texts and for joins that meet texts in settings."""
