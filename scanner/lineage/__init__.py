"""Repositories and what they come from: whose licence binds them, what it asks for, and what it does not allow.

`repository` gathers, `stated` weighs what is said of a licence, `parents` finds what a repository comes from,
`conflicts`, `duties` and `limits` say what follows. Nothing here is legal advice, and nothing guesses: a licence or a
parent that is not known has no consequence.
"""
