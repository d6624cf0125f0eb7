"""Is every condition of a rule needed? A mutant lacks one; an example of the rule must notice."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from scanner import examples
from scanner.engine import compile_rule
from scanner.facts import Fact
from scanner.predicate import Tables
from scanner.rule import Rule, Where


def unneeded(rule: Rule, cls: type[Fact], tables: Tables) -> Iterator[str]:
    """Name each condition that could be removed without turning one example red."""
    for name, mutant in mutants(rule):
        if not any(examples.run(compile_rule(mutant, tables), cls)):
            yield name


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield the rule without each condition in turn: of `where`, `unless` and `raise`."""
    for name, where in _without(rule.where, "where"):
        yield name, replace(rule, where=where)
    if rule.unless:
        yield "unless", replace(rule, unless={})
    for name, where in _without(rule.unless, "unless"):
        if where:
            yield name, replace(rule, unless=where)
    for index, entry in enumerate(rule.raises):
        before, after = rule.raises[:index], rule.raises[index + 1 :]
        yield f"raise[{index + 1}]", replace(rule, raises=(*before, *after))
        for name, where in _without(entry.where, f"raise[{index + 1}].where"):
            yield name, replace(rule, raises=(*before, replace(entry, where=where), *after))


def _without(where: Where, name: str) -> Iterator[tuple[str, Where]]:
    """Yield a `where` without each key; an `any` also without each of its choices and of their keys."""
    for key, condition in where.items():
        yield f"{name}.{key}", {other: value for other, value in where.items() if other != key}
        if key == "any":
            choices = cast("list[Mapping[str, object]]", condition)
            for smaller_name, smaller in _without_choice(choices, f"{name}.any"):
                yield smaller_name, {**where, "any": smaller}


def _without_choice(choices: list[Mapping[str, object]], name: str) -> Iterator[tuple[str, list[Where]]]:
    for index, choice in enumerate(choices):
        before, after = choices[:index], choices[index + 1 :]
        if before or after:
            yield f"{name}[{index + 1}]", [*before, *after]
        for smaller_name, smaller in _without(choice, f"{name}[{index + 1}]"):
            if smaller:
                yield smaller_name, [*before, smaller, *after]
