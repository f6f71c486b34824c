"""Samples with changed facts, their text, and how they are refused, for the tests of single kinds."""

import json
from typing import Any

import pytest

from documents import kit, registry
from documents.blocks import Prose, TableRow
from documents.errors import PaperError


def paper(name: str, **changes: Any) -> kit.Facts:
    told = json.loads(registry.sample_json(name)) | changes
    found = registry.read(name, json.dumps(told).encode())
    kit.check(found)
    return found


def words(facts: kit.Facts) -> str:
    """The text between title and signatures."""
    return "\n".join(
        "".join(span.text for span in block.spans)
        if isinstance(block, Prose)
        else "　".join(cell.text for cell in block.cells)
        for block in facts.blocks()
        if isinstance(block, Prose | TableRow)
    )


def refused(name: str, **changes: Any) -> PaperError:
    with pytest.raises(PaperError) as caught:
        paper(name, **changes)
    return caught.value
