"""Values that readers of files have stumbled over."""

from hypothesis import strategies as st

TEXTS = (
    "", " ", "\t\n", "null", "true", "0", "-1", "1e400", "9" * 400, "NaN", "-0", "１２", "三", "a" * 5000, "陆" * 300,
    "..", "../../etc/passwd", "a b", "a:b", "{urn:x}y", "tns:a", "#", "#a", "=", "= a", '"', "'", "<b>", "&amp;", "]]>",
    "{{x}}", "${x}", "%s", "{0}", "\u200b", "\u202e反", "e\u0301", "\ufffe", "\ue000", "👩‍👩‍👧", "İ", "ß", "ﬁ", "\U00020000",
    "\u2028", "a.b", "a/b", "a#1[x]", "__class__", "__proto__", "typename", "start", "end", "Start", "root", "process",
    "P30D", '"P30D"', "limit:x", "2026-02-30", "-999999999-01-01", "T24:00", "R/P1D", "(" * 60, "[" * 60 + "]" * 60,
)  # fmt: skip
NUMBERS = (0, -1, 1, 2**31, 2**53, -(2**63), 2**64, 10**30, 1.5, -0.0, 1e308, 5e-324)
NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3\x28", b"\xed\xa0\x80", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;",
    b"&#0;", b"&#x110000;", b"&#xD800;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?x ?>", b"<", b">", b"/", b'"', b"'",
    b"=", b'xmlns=""', b'xmlns:bpmn="x"', b' id="a"', b'"id"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999",
    b"\\ud800", b"\\u0000", b"\n" * 50, b"<a>" * 80, b"[" * 200, b'{"a":' * 100, b"9" * 500,
)  # fmt: skip
SMALL = st.sampled_from(TEXTS) | st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.sampled_from(NUMBERS) | SMALL
JSON = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=3) | st.dictionaries(SMALL, one, max_size=3), max_leaves=6
)
"""JSON of the wrong type for whatever stands there."""
