"""Checks events, one JSON object to a line, against the JSON Schema of their class in OCSF 1.8.0."""

import functools
import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

SCHEMAS = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))


@functools.cache
def validator(class_uid):
    name = SCHEMAS.lookup_class_name_from_uid(class_uid=class_uid)
    return Draft202012Validator(SCHEMAS.get_class_schema(class_name=name, profiles=[]))


def errors(number, event):
    for error in validator(event["class_uid"]).iter_errors(event):
        yield f"line {number}, {event.get('activity_name')}, {error.json_path}: {error.message}"


with open(sys.argv[1], encoding="utf-8") as lines:
    events = [json.loads(line) for line in lines]
found = [error for number, event in enumerate(events, start=1) for error in errors(number, event)]
print("\n".join(found) if found else f"{len(events)} events are valid")
sys.exit(1 if found else 0)
