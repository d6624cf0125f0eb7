"""Where artifacts come from: each module yields `Artifact`s, and facts about what is none."""
