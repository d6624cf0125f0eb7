"""What deployments are described by, for joins: documents as trees, workflows, containers."""
