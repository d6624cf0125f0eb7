"""Signatures over models (OpenSSF Model Signing): made of what was scanned, checked before anything is loaded."""
