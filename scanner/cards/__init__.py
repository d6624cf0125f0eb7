"""What cards of models say, for the reader of cards and for joins over them: publishers, hosts, topics."""
