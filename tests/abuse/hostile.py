"""What a hostile or broken caller sends: values for every place that takes one, and bodies that are none."""

import orjson

DEEP = 400
"""Levels: more than any form nests, fewer than a reader of JSON gives up at."""

TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e明小韦",
    "\u2066\r\nSet-Cookie: a=b",
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "٣",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "../../etc/passwd",
    "%00%0a",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "=HYPERLINK(1)",
    "' OR '1'='1",
    "%_\\",
    "__class__",
    "typename",
    "\U0002f81a" * 70,
    "长" * 30_000,
)
"""Texts for path, query and form fields. Lone surrogates cannot be written in UTF-8 and come as JSON."""

VALUES = (
    *TEXTS,
    None,
    True,
    0,
    -1,
    2**53 + 1,
    10**30,
    1e308,
    [],
    {},
    [None] * 1000,
    ["x", {"y": [1, "\x00"]}],
    {"typename": "x", "__class__": {"__init__": 1}},
)
"""Values for members of a JSON body."""


def nested(depth: int) -> bytes:
    """A JSON array in an array …"""
    return b"[" * depth + b"1" + b"]" * depth


BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"1",
    b"NaN",
    b'{"a":1,}',
    b"\xff\xfe{}",
    b"\x00",
    b'{"a":"\\ud800"}',
    b'{"\\u0000":1}',
    b'{"a":' + b"9" * 400 + b"}",
    b'{"a":1e400}',
    nested(DEEP),
    nested(5000),
    b'{"answers":' + nested(DEEP) + b"}",
    b'{"answers":{"opinion":' + nested(DEEP) + b"}}",
    orjson.dumps({"answers": {str(n): n for n in range(5000)}}),
    orjson.dumps({"a" * 5000: 1}),
)
"""Bodies sent as JSON: broken, of another shape, deep, broad."""
TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "text/xml",
    "multipart/form-data",
    "",
    "x",
)
