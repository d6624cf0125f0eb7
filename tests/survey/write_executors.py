"""Write the classes that honest files build though they run what their state says: `… TABLES ROOT...`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.survey.classes import survey
from tests.survey.lineage import Index
from tests.survey.sources import modules
from tests.survey.table import write
from tests.survey.write_classes import version

STATE = re.compile(
    r"(scipy\.stats\._(continuous_distns|discrete_distns|distn_infrastructure)|torch_geometric\.nn|skorch|e3nn|darts\.models|anndata)\."
)
TEXT = re.compile(r"sympy\.(core|functions|matrices|sets|logic|series|geometry|integrals|tensor|concrete|stats)\.")
STATE_HEAD = (
    "Classes whose __setstate__ runs or loads what the state holds: scipy.stats distributions exec the text "
    "_parse_arg_template, torch_geometric layers render it into a module, skorch, e3nn and darts unpickle bytes in it. "
    "Honest files hold them; judge the state, not the name."
)
TEXT_HEAD = (
    "Classes whose constructor evaluates a text argument (sympy.sympify). Harmless when no argument is a text; an "
    "pickle passes none."
)


def main(tables: Path, roots: list[Path]) -> None:
    """Write both tables from the classes that the survey refuses."""
    state: set[str] = set()
    text: set[str] = set()
    versions: set[str] = set()
    for root in roots:
        for package in ("scipy", "torch_geometric", "skorch", "e3nn", "darts", "anndata", "sympy"):
            if (root / package).is_dir():
                versions.add(version(root, package))
                index = Index(modules={module.name: module for module in modules(root, package)})
                for each in survey(index, lambda full: bool(STATE.match(full) or TEXT.match(full))):
                    if each.hazards:
                        (text if TEXT.match(each.name) else state).add(each.name)
    surveyed = f" By static survey of the sources of {', '.join(sorted(versions))}."
    write(tables / "pickle_state_executors.txt", state, STATE_HEAD + surveyed)
    write(tables / "pickle_string_evaluators.txt", text, TEXT_HEAD + surveyed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(root) for root in sys.argv[2:]])
