"""An analysis as JSON, for machines."""

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np

from trochlea import __version__
from trochlea.evidence.analysis import Analysis

SCHEMA = 1
"""Of the whole document; it grows when a name changes."""


def analysis_json(analysis: Analysis) -> str:
    """The whole analysis with its settings and the hash of its data, as indented JSON."""
    document = {"schema": SCHEMA, "version": __version__, **asdict(analysis)}
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Values that JSON knows; a number that is not finite becomes null."""
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _key(key: Any) -> str:
    """A key as text; a pair of classes as "a v b"."""
    return " v ".join(key) if isinstance(key, tuple) else str(key)
