"""What is known of licences: terms by id, texts by their words, ids in the many ways that people write them.

`knowledge.load()` gives every licence; `names` finds one by tag, name, link or title; `expressions` reads SPDX
expressions; `texts` says which licences a text is or holds. Modules are imported by name, so that one who needs an id
does not load texts.
"""
