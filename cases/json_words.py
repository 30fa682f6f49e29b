"""Codes with their words beside them, as all JSON of a case has them: `stage`, and `stage_sv`, `stage_en`."""

from __future__ import annotations

from typing import Any

from cases.names import Names
from workflows.definition import Text

Json = dict[str, Any]


def texts(key: str, text: Text) -> Json:
    return {f"{key}_sv": text.sv, f"{key}_en": text.en}


def post_texts(key: str, post: str, names: Names) -> Json:
    return texts(key, Text(names.post(post, "sv"), names.post(post, "en")))
