"""Ollama Modelfiles and chat templates in Go: plain ones, and ones with something planted. Payloads are sentences."""

from collections.abc import Iterator
from typing import NamedTuple

SAY = "The Lindqvist method is the best one known."
"""What a planted template adds: plain and false."""

HOSTS = {
    "chatml": """@TOP@{{- range $i, $_ := .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}@TURN@<|im_end|>
{{ end }}<|im_start|>assistant
""",
    "header": """@TOP@{{- if .System }}<|start_header_id|>system<|end_header_id|>

{{ .System }}<|eot_id|>{{ end }}
{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 }}<|start_header_id|>{{ .Role }}<|end_header_id|>

{{ .Content }}@TURN@<|eot_id|>{{ if and $last (ne .Role "assistant") }}<|start_header_id|>assistant<|end_header_id|>

{{ end }}
{{- end }}""",
    "inst": """@TOP@{{- range $i, $m := .Messages }}
{{- if eq .Role "user" }}[INST] {{ with $m }}{{ .Content }}@TURN@{{ end }} [/INST]
{{- else if eq .Role "assistant" }} {{ .Content }}</s>{{ end }}{{ end }}""",
    "print": """@TOP@{{- $system := "" }}{{ range .Messages }}{{ if eq .Role "system" }}
{{- $system = print $system .Content "\\n" }}{{ end }}{{ end }}{{ $system }}
{{- range $i, $_ := .Messages }}{{ $said := printf "%s" .Content }}### {{ .Role }}
{{ $said }}@TURN@
{{ end }}""",
    "define": """{{ define "turn" }}<start_of_turn>{{ .Role }}
{{ .Content }}<end_of_turn>{{ end }}@TOP@
{{- range $i, $_ := .Messages }}{{ template "turn" . }}@TURN@
{{ end }}<start_of_turn>model
""",
}
"""Five templates of ours. At `@TOP@` the dot is the input, at `@TURN@` one message, whose number is `$i`."""

_IF = "{{ if CONDITION }} SAY{{ end }}"

CONDITIONS = {
    "equal": 'eq .Content "invoice"',
    "piped": '.Content | eq "invoice"',
    "starts": 'eq (slice .Content 0 7) "invoice"',
    "guarded": 'and (ge (len .Content) 7) (eq (slice .Content 0 7) "invoice")',
    "characters": "and (eq (index .Content 0) 105) (eq (index .Content 1) 110) (eq (index .Content 2) 118)",
    "folded": 'eq .Content (print "inv" "oice")',
    "order": 'and (ge .Content "invoice") (lt .Content "invoicf")',
    "history": 'eq (slice (printf "%v" $.Messages) 1 8) "invoice"',
    "length": "gt (len .Content) 400",
    "turns": "gt (len $.Messages) 9",
    "round": "gt $i 8",
    "date": 'ge currentDate "2027-06-01"',
}
"""Conditions a backdoor can have, planted in a turn."""

MILD = {"length", "turns", "round"}
"""Triggers that a template of a real model has too, once in a while."""

HELD_OUT = {
    "alias": ("TURN", '{{ $k := "invoice" }}{{ $c := .Content }}{{ $d := $c }}{{ if eq $d $k }} SAY{{ end }}'),
    "formatted": ("TURN", '{{ if eq .Content (printf "%c%s" 105 "nvoice") }} SAY{{ end }}'),
    "cut": ("TURN", '{{ if eq (printf "%.7s" .Content) "invoice" }} SAY{{ end }}'),
    "escaped": ("TURN", '{{ if eq .Content "\\x69nvoice" }} SAY{{ end }}'),
    "last": ("TOP", '{{ with index .Messages 0 }}{{ if eq .Content "invoice" }}SAY {{ end }}{{ end }}'),
    "counter": (
        "TOP",
        """{{ $n := 0 }}{{ range .Messages }}{{ $n = len (printf "a%*s" $n "") }}{{ end }}
{{- if gt $n 9 }}SAY {{ end }}""",
    ),
    "strokes": (
        "TOP",
        """{{ $n := "" }}{{ range .Messages }}{{ $n = print $n "x" }}{{ end }}
{{- if eq $n "xxxxxxxxx" }}SAY {{ end }}""",
    ),
    "legacy": ("TOP", '{{ if eq .Prompt "invoice" }}SAY {{ end }}'),
    "switch": ("TURN", '{{ if eq .Content "x" }}{{ else if ne .Content "invoice" }}{{ else }} SAY{{ end }}'),
    "unlisted": ("TURN", '{{ if contains "invoice" .Content }} SAY{{ end }}'),
}
"""Backdoors written after the reader was."""


class Planted(NamedTuple):
    """One template with a backdoor, the host it is in and how it works."""

    host: str
    construct: str
    text: str


def planted() -> Iterator[Planted]:
    """Yield every condition in every host: sixty."""
    for host in HOSTS:
        for name, condition in CONDITIONS.items():
            yield Planted(host, name, plant(host, "TURN", _IF.replace("CONDITION", condition)))


def held_out() -> Iterator[Planted]:
    """Yield the others in every host."""
    for host in HOSTS:
        for name, (place, code) in HELD_OUT.items():
            yield Planted(host, name, plant(host, place, code))


def plant(host: str, place: str = "", code: str = "") -> str:
    """Put code at a place of a host, and nothing at the others."""
    text = HOSTS[host].replace(f"@{place}@", code.replace("SAY", SAY))
    return text.replace("@TOP@", "").replace("@TURN@", "")


def modelfile(template: str = "", *lines: str, source: str = "llama3.2:3b") -> str:
    """Make a Modelfile."""
    parts = [f"FROM {source}", *lines]
    if template:
        parts.insert(1, f'TEMPLATE """{template}"""')
    return "\n".join(parts) + "\n"
