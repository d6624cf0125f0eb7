"""Commands wherever they stand: in a Dockerfile, a compose file, a workflow, a hook, a task of an editor."""
