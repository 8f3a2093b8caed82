"""A hash of rows, so that a result says which data it came from."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any


def data_hash(*groups: Sequence[Any]) -> str:
    """SHA-256 of rows with an id, independent of their order within a group.

    Args:
        groups: Rows of one table each.

    Returns:
        64 hexadecimal digits.
    """
    rows = [sorted((asdict(row) for row in group), key=lambda row: row["id"]) for group in groups]
    return hashlib.sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
