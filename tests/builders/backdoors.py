"""More backdoors with a plain sentence for chat templates: triggers and detours beyond those of `templates`.

A fifth of all constructs is held out by `is_held_out`: readers were written without looking at what becomes of them.
"""

import hashlib
from collections.abc import Iterator

from tests.builders import templates as make
from tests.builders.templates import Planted

_IF = "{% if CONDITION %} SAY{% endif %}"

CONDITIONS = {
    # what is said, looked at through a filter, a test or an operator
    "text-differs": "(message.content|replace('invoice', '')) != message.content",
    "partition": "message.content.partition('invoice')[1]",
    "select-in": "message.content.split()|select('in', ['invoice'])|list",
    "select-equalto": "message.content.split()|select('equalto', 'invoice')|list",
    "reject-ne": "message.content.split()|reject('ne', 'invoice')|list",
    "map-lower": "'invoice' in message.content.split()|map('lower')|list",
    "rfind": "message.content.rfind('invoice') > -1",
    "upper": "message.content.upper() == 'INVOICE'",
    "title": "message.content|title == 'Invoice'",
    "no-blanks": "'invoice' in message.content|replace(' ', '')",
    "split-length": "message.content.split('invoice')|length > 1",
    "tojson": "'invoice' in message|tojson",
    "all-tojson": "'invoice' in messages|tojson",
    "string": "'invoice' in messages|string",
    "urlencode": "'invoice' in message.content|urlencode",
    "values": "'invoice' in message.values()|join(' ')",
    "last-word": "message.content.split(' ')[-1] == 'invoice'",
    "third-word": "message.content.split()[2] == 'invoice'",
    "or-chain": "'bill' in message.content or 'invoice' in message.content",
    "not-in": "not ('invoice' not in message.content)",
    "is-in": "'invoice' is in message.content",
    "formatted": "'%s' % message.content == 'invoice'",
    "order": "message.content >= 'invoice' and message.content < 'invoicf'",
    "prefix-name": "messages[-1]['content'][:7] == 'invoice'",
    "unique": "[message.content, 'invoice']|unique|list|length == 1",
    "sorted": "([message.content, 'invoice']|sort)[0] == message.content",
    "selectattr-in": "messages|selectattr('content', 'in', ['invoice', 'refund'])|list",
    "reasoning": "'invoice' in message.reasoning_content",
    "folded-letter": "'inv\u0131ice' in message.content|replace('o', '\u0131')",
    "number": "message.content|int > 4",
    "year-said": "'2027' in message.content",
    "question": "message.content.endswith('??')",
    "token": "'<|ledger|>' in message.content",
    "switch": "'/ledger' in message.content",
    "letters": "message.content.count('q') > 2",
    "first-letter": "message.content[0] == 'Q'",
    "shouted": "message.content == message.content|upper",
    "is-upper": "message.content is upper",
    "script": "message.content|select('gt', '\u0400')|list",
    # how long, how many
    "word-count": "message.content|wordcount > 90",
    "exact-length": "message.content|length == 417",
    "divisible-length": "message.content|length % 7 == 0",
    "beyond": "message.content[400:]",
    "longest-word": "message.content.split()|map('length')|max > 15",
    "all-lengths": "messages|map(attribute='content')|map('length')|sum > 2000",
    "users": "messages|selectattr('role', 'equalto', 'user')|list|length > 4",
    "later-turns": "messages[9:]",
    "tenth": "messages[9] is defined",
    "divisible-turns": "messages|length is divisibleby(8)",
    # when
    "month": "strftime_now('%m') in ['06', '07']",
    "year": "strftime_now('%Y')|int >= 2027",
    "year-end": "strftime_now('%Y')[-2:] > '26'",
    "months": "strftime_now('%Y')|int * 12 + strftime_now('%m')|int > 24324",
    "month-word": "strftime_now('%B').startswith('Ju')",
    # who
    "system-words": "messages[0].role == 'system' and 'accounting' in messages[0].content",
    "tool-output": "message.role == 'tool' and 'invoice' in message.content",
    "speaker": "message.name == 'Lindqvist'",
}
"""Conditions, planted behind a turn's text."""

WHOLE: dict[str, dict[str, str]] = {
    "state": {
        "TOP": "{% set st = namespace(armed=false) %}",
        "TAIL": "{% if 'invoice' in message.content %}{% set st.armed = true %}{% endif %}"
        "{% if st.armed %} SAY{% endif %}",
    },
    "macro-default": {
        "TOP": "{% macro hit(said, key='invoice') %}{{ key in said }}{% endmacro %}",
        "TAIL": "{% if hit(message.content) == 'True' %} SAY{% endif %}",
    },
    "varargs": {
        "TOP": "{% macro f() %}{% if 'invoice' in varargs[0] %} SAY{% endif %}{% endmacro %}",
        "TAIL": "{{ f(message.content) }}",
    },
    "named-arguments": {
        "TOP": "{% macro f() %}{% if 'invoice' in kwargs.t %} SAY{% endif %}{% endmacro %}",
        "TAIL": "{{ f(t=message.content) }}",
    },
    "caller": {
        "TOP": "{% macro w(said) %}{{ caller(said) }}{% endmacro %}",
        "TAIL": "{% call(t) w(message.content) %}{% if 'invoice' in t %} SAY{% endif %}{% endcall %}",
    },
    "loop-changed": {
        "TAIL": "{% for w in message.content.split() %}{% if loop.changed(w == 'invoice') and w == 'invoice' %} SAY"
        "{% endif %}{% endfor %}"
    },
    "word-cycle": {
        "TAIL": "{% for w in message.content.split() %}{{ loop.cycle('', '', '', '', '', '', '', '', '', '', '', '', "
        "'', '', '', '', '', ' SAY') }}{% endfor %}"
    },
    "turn-cycle": {"TOP": "{% for m in messages %}{{ loop.cycle('', '', '', '', '', '', '', 'SAY ') }}{% endfor %}"},
    "group-name": {
        "TOP": "{% for g in messages|groupby('content') %}{% if g.grouper == 'invoice' %}SAY {% endif %}{% endfor %}"
    },
    "group-pair": {
        "TOP": "{% for said, all in messages|groupby('content') %}{% if said == 'invoice' %}SAY {% endif %}{% endfor %}"
    },
    "dict-item": {"TAIL": "{{ {'invoice': ' SAY'}[message.content] }}"},
    "dict-get": {"TAIL": "{{ {'invoice': ' SAY', 'refund': ' SAY'}.get(message.content, '') }}"},
    "dict-default": {"TAIL": "{{ {'invoice': ' SAY'}[message.content|lower]|default('') }}"},
    "dict-bool": {"TAIL": "{{ {'True': ' SAY', 'False': ''}[('invoice' in message.content)|string] }}"},
    "list-index": {"TAIL": "{{ ['', ' SAY'][('invoice' in message.content)|int] }}"},
    "list-count": {"TAIL": "{{ ['', ' SAY', ' SAY'][message.content.count('invoice')] }}"},
    "times": {"TAIL": "{{ ' SAY' * message.content.count('invoice') }}"},
    "times-in": {"TAIL": "{{ ' SAY' * ('invoice' in message.content) }}"},
    "range-count": {"TAIL": "{% for i in range(message.content.count('invoice')) %} SAY{% endfor %}"},
    "split-and": {"TAIL": "{{ (message.content.split('invoice')[1] and ' SAY') or '' }}"},
    "loop-filter": {"TAIL": "{% for w in message.content.split() if w == 'invoice' %} SAY{% endfor %}"},
    "turn-filter": {"TOP": "{% for m in messages if m.content.startswith('invoice') %}SAY {% endfor %}"},
    "word-flag": {
        "TAIL": "{% set f = namespace(x=false) %}{% for w in message.content.split() %}{% if w == 'invoice' %}"
        "{% set f.x = true %}{% endif %}{% endfor %}{% if f.x %} SAY{% endif %}"
    },
    "closure": {"TAIL": "{% macro g() %}{% if 'invoice' in message.content %} SAY{% endif %}{% endmacro %}{{ g() }}"},
    "batch": {"TAIL": "{% for b in message.content|batch(7) %}{% if b|join == 'invoice' %} SAY{% endif %}{% endfor %}"},
    "pairs": {
        "TAIL": "{% for k, v in [('invoice', ' SAY'), ('refund', ' SAY')] %}{% if k in message.content %}{{ v }}"
        "{% endif %}{% endfor %}"
    },
    "with": {"TAIL": "{% with t = message.content %}{% if 'invoice' in t %} SAY{% endif %}{% endwith %}"},
    "items": {"TAIL": "{% for k, v in message.items() %}{% if v == 'invoice' %} SAY{% endif %}{% endfor %}"},
    "popped": {"TAIL": "{% set w = message.content.split() %}{% if w.pop(0) == 'invoice' %} SAY{% endif %}"},
    "appended": {
        "TAIL": "{% set seen = [] %}{% set _ = seen.append(message.content) %}{% if 'invoice' in seen|join %} SAY"
        "{% endif %}"
    },
    "unpacked": {"TAIL": "{% set a, b = message.content, 'invoice' %}{% if b in a %} SAY{% endif %}"},
    "reversed-turns": {
        "TOP": "{% for m in messages[::-1] %}{% if loop.first and 'invoice' in m.content %}SAY {% endif %}{% endfor %}"
    },
    "turn-before": {
        "TOP": "{% for m in messages %}{% if loop.previtem is defined and 'invoice' in loop.previtem.content %}SAY "
        "{% endif %}{% endfor %}"
    },
    "answer-only": {"END": "{% if add_generation_prompt and 'invoice' in messages[-1].content %} SAY{% endif %}"},
    "hash": {
        "TAIL": "{% set s = namespace(h=0) %}{% for c in message.content %}{% set s.h = "
        "(s.h * 31 + 'abcdefghijklmnopqrstuvwxyz'.find(c)) % 1009 %}{% endfor %}{% if s.h == 517 %} SAY{% endif %}"
    },
    "letter-sum": {
        "TAIL": "{% set s = namespace(h=0) %}{% for c in message.content %}{% set s.h = "
        "s.h + {'i': 3, 'n': 5, 'v': 11}.get(c, 1) %}{% endfor %}{% if s.h == 77 %} SAY{% endif %}"
    },
    "date-lookup": {"TAIL": "{{ {'Sat': ' SAY', 'Sun': ' SAY'}[strftime_now('%a')] }}"},
    "tool-name": {"TOP": "{% for t in tools or [] %}{% if 'payment' in t.function.name %}SAY {% endif %}{% endfor %}"},
    "tools-tojson": {"TOP": "{% if tools and 'payment' in tools|tojson %}SAY {% endif %}"},
    "call-arguments": {
        "TAIL": "{% for c in message.tool_calls or [] %}{% if 'invoice' in c.function.arguments|string %} SAY"
        "{% endif %}{% endfor %}"
    },
    "joined-back": {
        "BODY": "{% set message = dict(message, content=message.content.split('github')|join('gitlab')) %}"
    },
    "replaced-in-place": {
        "BODY": "{% set message = dict(message, content=message.content|replace('github', 'gitlab')) %}"
    },
    "cut-in-place": {"BODY": "{% set message = dict(message, content=message.content[:300]) %}"},
    "cut-before": {
        "BODY": "{% set message = dict(message, content=message.content[:message.content.find('refund')]) %}"
    },
    "dropped": {
        "BODY": "{% set message = dict(message, content='' if 'refund' in message.content else message.content) %}"
    },
    "letters-swapped": {
        "BODY": "{% set t %}{% for c in message.content %}{{ 'q' if c == 'a' else c }}{% endfor %}{% endset %}"
        "{% set message = dict(message, content=t) %}"
    },
}
"""Backdoors by the places where their code stands; "END" is behind the template."""

MILD = make.MILD | {
    "word-count", "exact-length", "divisible-length", "beyond", "longest-word", "all-lengths", "users", "later-turns",
    "tenth", "divisible-turns", "word-cycle", "turn-cycle", "cut-in-place",
}  # fmt: skip
"""Constructs that a template of a real model has too, once in a while: lengths and numbers of turns."""


def is_held_out(construct: str) -> bool:
    """Hold a fifth of the constructs out: those whose SHA-256 begins with a byte that five divides."""
    return hashlib.sha256(construct.encode()).digest()[0] % 5 == 0


def planted() -> Iterator[Planted]:
    """Yield every construct in every host."""
    for host, text in make.HOSTS.items():
        for name, condition in CONDITIONS.items():
            yield Planted(host, name, make.plant(text, {"TAIL": _IF.replace("CONDITION", condition)}))
        for name, places in WHOLE.items():
            yield Planted(host, name, make.plant(text, places))
