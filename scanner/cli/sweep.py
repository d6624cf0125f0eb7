"""`assay sweep`: run a model and try every token: is there one that forces an answer?"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from scanner.cli import terminal

INCOMPLETE = 3

HELP = """Run a model, and try each token as a trigger.

For classifiers of texts and small language models in a folder with config.json, safetensors and tokenizer.json. Each
token is put into a dozen plain texts; one that gives all of them an answer that they do not usually have is a candidate
for a trigger, and candidates are ranked. A strong word of the task can be one too: read the list.

\b
  assay sweep classifier/ --seconds 600
  assay sweep model/ --device cuda --format json

The model runs in a process that cannot write, connect or start anything; on a GPU its driver needs more than that.
Code that comes with a model is never run. Triggers of several tokens are not seen.
Needs pip install 'modelassay[torch]'.

\b
Exit codes:
  0  all tokens were tried; candidates are listed and never fail
  2  the command cannot be carried out as it was given
  3  the time was over before all tokens were tried
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("sweep", help=HELP)(sweep)


def sweep(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder with a model.")],
    *,
    seconds: Annotated[int, typer.Option(min=1, metavar="N", help="How long tokens are tried.")] = 600,
    device: Annotated[Literal["cpu", "cuda"], typer.Option(metavar="DEVICE", help="cpu or cuda.")] = "cpu",
    form: Annotated[Literal["text", "json"], typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",
) -> int:
    """Run, print and answer with the exit code."""
    import json
    from dataclasses import asdict

    from scanner import judgement, pack
    from scanner.facts import Degraded
    from scanner.facts.forward import TokensSwept
    from scanner.forward.run import run

    facts = run(Path(model), seconds, device)
    findings = judgement.judge(facts, pack.load()).findings
    (swept,) = [fact for fact in facts if isinstance(fact, TokensSwept)]
    if form == "json":
        told = {"facts": [{"fact": type(one).__name__, **asdict(one)} for one in facts]}
        terminal.say(json.dumps({**told, "findings": [asdict(one) for one in findings]}, indent=2))
    else:
        terminal.say(
            f"{swept.swept} of {swept.tokens} tokens of {model} ({swept.kind}) tried in {swept.texts} texts, "
            f"{swept.seconds:.0f} s: {swept.candidates} force an answer"
        )
        for one in findings:
            terminal.say(f"  {one.severity}, confidence {one.confidence}: {one.evidence[0].says}  [{one.rule}]")
        for fact in facts:
            if isinstance(fact, Degraded):
                terminal.note(f"not held back: {fact.protection} ({fact.reason})")
        terminal.say("  Not tried: triggers of several tokens, of style or of meaning. No candidate is no proof.")
    return 0 if swept.swept == swept.tokens else INCOMPLETE
