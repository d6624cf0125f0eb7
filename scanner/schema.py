"""The JSON schema of a report, made from the same classes that a report is made of."""

import json

from scanner.report import SCHEMA, Report

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def report_schema() -> dict[str, object]:
    """Describe what `writers.json` writes: every key is always there, and no other."""
    from pydantic import TypeAdapter  # 70 ms, needed by nothing but this

    schema = TypeAdapter(Report).json_schema(mode="serialization")
    for shape in (schema, *schema["$defs"].values()):
        shape["required"] = list(shape["properties"])
        shape["additionalProperties"] = False
    return {"$schema": DIALECT, "$id": SCHEMA, **schema}


def report_schema_text() -> str:
    """Return the schema as it is published: indented JSON that ends with a line feed."""
    return json.dumps(report_schema(), indent=2) + "\n"
