"""A Go template's tree as statements of one line each, without layout: what two templates are compared by."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice

from scanner.formats.go_template.parse import Action, Constant, Name, Node, Operand, Pipe, Text

PIECES = 5000
"""Statements and texts of one template that are written out."""


def pieces(tree: Sequence[Node]) -> Iterator[str]:
    """Yield each statement and each text of the tree, in order, at most `PIECES` of them."""
    yield from islice(_statements(tree), PIECES)


def _statements(body: Sequence[Node]) -> Iterator[str]:
    for node in body:
        if isinstance(node, Text):
            if node.text.strip():
                yield f"text {node.text.strip()}"
        elif isinstance(node, Action):
            yield f"{'set' if node.pipe.variables else 'print'} {pipeline(node.pipe)}"
        else:
            name = f" {json.dumps(node.name, ensure_ascii=False)}" if node.name else ""
            yield f"{node.kind}{name}{f' {pipeline(node.pipe)}' if node.pipe else ''}"
            yield from _statements(node.body)
            if node.otherwise:
                yield "else"
                yield from _statements(node.otherwise)


def pipeline(pipe: Pipe) -> str:
    """Write a pipeline with one blank between what stands in it."""
    sign = ":=" if pipe.declares else "="
    put = f"{', '.join(pipe.variables)} {sign} " if pipe.variables else ""
    return put + " | ".join(" ".join(map(_operand, command.operands)) for command in pipe.commands)


def _operand(operand: Operand) -> str:
    if isinstance(operand, Constant):
        return "nil" if operand.value is None else json.dumps(operand.value, ensure_ascii=False)
    if isinstance(operand, Name):
        return operand.name
    if isinstance(operand, Pipe):
        return f"({pipeline(operand)})"
    base = f"({pipeline(operand.base)})" if isinstance(operand.base, Pipe) else operand.base
    fields = "".join(f".{name}" for name in operand.fields)
    return fields if base == "." and fields else f"{base}{fields}"
