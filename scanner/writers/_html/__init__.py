"""The parts of a report page: each turns a part of a report into elements."""
