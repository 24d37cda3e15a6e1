"""What a browser has to fetch before a page can be worked with stays small."""

import gzip
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "app/web/static/dist"


@pytest.mark.parametrize(("script", "most"), [("replay", 90_000), ("caseworker", 90_000)])
def test_a_script_is_small(script: str, most: int) -> None:
    """Bytes as gzip; `bin/setup` builds it."""
    built = list(DIST.glob(f"{script}-*.js"))
    assert built and all(len(gzip.compress(one.read_bytes())) <= most for one in built)
