"""Calls whose arguments say that they take data alone, or that do not do here what their name could."""

import ast

from scanner.formats.python.folding import Evaluator
from scanner.formats.python.visiting import Call


def is_tame(evaluator: Evaluator, call: Call, name: str) -> bool:  # noqa: C901, PLR0911 - one line for each loader
    """Say whether a call is told to take data alone, or does not do here what its name could."""
    node = call.node
    if not isinstance(node, ast.Call):
        return False
    given = {one.arg: one.value for one in node.keywords if one.arg}

    def says(key: str, *, wanted: bool) -> bool:
        return isinstance(given.get(key), ast.Constant) and given[key].value is wanted  # type: ignore[attr-defined]

    if name == "torch.load":
        return says("weights_only", wanted=True)
    if name == "numpy.load":
        return not says("allow_pickle", wanted=True)
    if name in ("yaml.load", "yaml.load_all"):
        loader = given.get("Loader") or (node.args[1] if len(node.args) > 1 else None)
        last = evaluator.value(loader, call.place.scope).name.rpartition(".")[2] if loader is not None else ""
        return (
            "Safe" in last
            or "Base" in last
            or (loader is not None and "Unsafe" not in last and last not in ("Loader", "FullLoader", "CLoader"))
        )
    if name.endswith("load_model") and "keras" in name:
        return not says("safe_mode", wanted=False)
    if name == "skops.io.load":
        return not says("trusted", wanted=True)
    if name.startswith(("timeit.", "cProfile.", "profile.", "trace.")):
        return not node.args or not isinstance(evaluator.value(node.args[0], call.place.scope).const, str)
    if name in ("os.fork", "webbrowser.get", "code.interact", "socket.getaddrinfo", "pandas.eval", "numexpr.evaluate"):
        return name in ("pandas.eval", "numexpr.evaluate", "webbrowser.get")
    return False
