"""Dockerfiles, compose files, workflows and their kin as plain values and texts. Payloads only print."""

DIGEST = "sha256:" + "0" * 64
COMMIT = "0" * 40
CHECKOUT = {"uses": "actions/checkout@v4"}


def dockerfile(*lines: str, base: str = "debian:12") -> str:
    return "\n".join((f"FROM {base}", *lines, ""))


def compose(**service) -> dict:
    """A compose file of one service."""
    return {"services": {"a": {"image": "x:1", **service}}}


def pod(container: dict | None = None, kind: str = "Pod", **spec) -> dict:
    """A Kubernetes object whose pod has one container."""
    inner = {"containers": [{"name": "a", "image": "x:1", **(container or {})}], **spec}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "spec": inner}
    if kind == "CronJob":
        inner = {"template": {"spec": inner}}
        return {"apiVersion": "batch/v1", "kind": kind, "spec": {"jobTemplate": {"spec": inner}}}
    return {"apiVersion": "apps/v1", "kind": kind, "spec": {"template": {"spec": inner}}}


def workflow(on, *steps: dict, **job) -> dict:
    """A workflow of one job."""
    return {"on": on, "jobs": {"a": {"runs-on": "ubuntu-latest", **job, "steps": list(steps)}}}


def token() -> str:
    """A token in the shape of Hugging Face's, made of parts, so that no scanner of a forge stops at it."""
    return "hf" + "_" + "q8Zk2Lx9Vb4Nw7Rt1Yp6" + "Gh3Jd5Fs0McXaQ"
