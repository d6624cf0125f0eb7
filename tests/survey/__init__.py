"""Survey of what honest libraries pickle: the scripts that write rules/tables/pickle_*."""
