"""Configurations of agents, as joins look at them: whose they are, what a line of theirs starts, what must not show."""
