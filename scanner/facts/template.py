"""Facts about chat templates: what their code is made of, what it looks at, and how their output reacts.

`engine`: "jinja" or "go". `line` of the place counts within the template's own text.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TemplateSummary(Fact):
    """One template as a whole. `name`: "default" or its own ("tool_use", "rag").

    `size` in characters. `normal`: SHA-256, hexadecimal, of its syntax tree without layout and comments.
    `pieces`: a hash (12 hexadecimal digits) of each statement and literal of the tree, in order.
    `statements`: the same pieces, cut to 200 characters each; what is written as it stands begins with "text ".
    `rendered`: SHA-256 of what it makes of the plain probe conversations, "" where it does not render.
    """

    engine: str
    name: str
    size: int
    normal: str
    pieces: tuple[str, ...]
    statements: tuple[str, ...]
    rendered: str


@record
class TemplateBroken(Fact):
    """A template that its engine does not parse. `reason` in the engine's words."""

    engine: str
    name: str
    reason: str


@record
class TemplateConstruct(Fact):
    """A construct of the template's code, named. One fact a distinct construct; `count` of its places.

    `kind`: "node" (a statement: "Include"), "filter", "test", "method", "call" (a called name that no macro
    defines), "attribute" (a looked-up name that starts with an underscore), "name" (a global of a host),
    "format" (formatting with a text that is not constant), "function" (of a Go template).
    `folded`: the name was put together from parts.
    """

    engine: str
    kind: str
    name: str
    folded: bool
    count: int


@record
class TemplateBranch(Fact):
    """A decision of the template that depends on what is said, how long it is, how many turns there are, or the date.

    `looks_at`: "text" (of a message), "length" (of a text), "turns" (number of messages), "clock".
    `operation`: "in", "equal", "starts", "ends", "count", "find", "slice", "index", "loop", "compare", "lookup".
    `literal`: what it is compared with. `structural`: the literal is markup of the format: a control token, a content
    part's key, a switch such as "/no_think".
    """

    engine: str
    looks_at: str
    operation: str
    literal: str
    structural: bool


@record
class TemplateRewrite(Fact):
    """The template replaces a part of what is said: `old` by `new`. `structural` as in `TemplateBranch`."""

    engine: str
    old: str
    new: str
    structural: bool


@record
class TemplateText(Fact):
    """A constant text of the template that holds more than markup. `where.line` is where it begins.

    `marks` as `scanner.marks.marks_of` names them; also "address" (a host or IP address without scheme),
    "decodes" (base64 or hexadecimal that decodes to readable text), "concealment" (words that tell the model to hide
    or to obey), "private" (characters of private use), "tool" (a function described as JSON outside a branch on tools),
    "prefill" (plain words behind the generation prompt).
    `decoded`: what an encoded text reads, or invisible text made visible.
    """

    engine: str
    text: str
    marks: tuple[str, ...]
    decoded: str


@record
class TemplateRepetition(Fact):
    """Work that a short template multiplies.

    `how`: "nesting" (loops in loops), "range" (a constant range), "product" (a repeated text), "padding" (`center`,
    `ljust` ...). `amount` as the template states it.
    """

    engine: str
    how: str
    amount: int


@record
class TemplateReacts(Fact):
    """Rendered twice with one difference, the template's output changes by more than the difference.

    `kind`: "novel" (words that neither the input nor any plain conversation holds), "lost" (what was said is missing),
    "rewritten" (it is changed), "length", "turns", "clock" (output differs with that alone).
    `probe`: the text or number that made the difference. `says`: what appeared or was missing.
    `structural` as in `TemplateBranch`, of the probe.
    """

    engine: str
    kind: str
    probe: str
    says: str
    structural: bool


@record
class TemplateExhausts(Fact):
    """Rendering a plain conversation reached a bound. `bound`: "cpu", "memory", "output"; `limit` in `unit`."""

    engine: str
    bound: str
    limit: int
    unit: str


@record
class TemplateMatch(Fact):
    """A template against the known families.

    `how`: "exact", "near" (most pieces are the family's). `share` of its pieces that the family has, in percent.
    `added`: pieces as text that the family does not have; `prose`: most words in one added literal.
    `missing`: how many of the family's pieces it does not have.
    """

    engine: str
    family: str
    how: str
    share: int
    added: tuple[str, ...]
    prose: int
    missing: int


@record
class TemplatesDisagree(Fact):
    """Two carriers in one folder hold different templates of one name.

    `rendered`: they make different prompts of plain conversations, not only differ in code.
    `only_left` and `only_right`: pieces as text that the other does not have, up to eight.
    """

    left: str
    right: str
    name: str
    rendered: bool
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]


@record
class ModelfileLine(Fact):
    """An instruction of an Ollama Modelfile other than TEMPLATE, which is an artifact of its own.

    `instruction`: "FROM", "ADAPTER", "SYSTEM", "MESSAGE", "PARAMETER", "LICENSE", "REQUIRES", "RENDERER", "PARSER".
    `value` without quotes, cut to 4,000 characters; a longer "SYSTEM" or "MESSAGE" is one fact for each part.
    `remote`: FROM or ADAPTER names a place outside the folder: "registry", "url", "absolute", "parent", or "".
    `marks` as in `TemplateText`.
    """

    instruction: str
    value: str
    remote: str
    marks: tuple[str, ...]
