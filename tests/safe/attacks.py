"""The attack list: what an author, a stranger's file or a program could send to eat time or memory, or to get out.

Each is a name and an act that returns when the attack met our own refusal, and raises when it met anything else.
The first table is the list that broke other engines; the others are ours.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import zstandard

from app.api.body import check_json
from app.catalogue.bundle import unpack
from app.catalogue.importing import import_bpmn
from app.dmn.feel import FeelError, compile_expression
from app.dmn.feel.limits import ITEMS, TEXT
from app.dmn.xml import DmnRefused, read
from app.engine.safe_xml import XmlRefused
from app.engine.safe_xml import parse as parse_bpmn
from app.errors import Refusal
from app.forms.model import FormRefused
from app.forms.patterns import PatternRefused, check_pattern
from app.forms.schema import parse as parse_form
from tests.engine.desk import codes
from tests.engine.drawing import bpmn, chain, end, flow, node, start, user

AT = datetime(2026, 11, 23, 17, tzinfo=UTC)
Attack = tuple[str, Callable[[], None]]

EXPRESSIONS = {
    "import": "__import__('os').system('touch PWNED')", "dunder walk": "len(().__class__.__base__.__subclasses__())",
    "func globals": "len.__self__.__dict__", "str.format": "'{0.__class__.__mro__}'.format(x)",
    "f-string": "f'{x.__class__}'", "generator frame": "(i for i in [1]).gi_frame.f_back", "lambda": "(lambda: 1)()",
    "pow": "10**10**10", "shift": "1 << 10**11", "str mult": "len('a' * 10**10)",
    "list mult": "len([[0] * 10**5] * 10**5 * 1000)", "nested str mult": "len((('a'*10000)*10000)*10000)",
    "comprehension": "len([i for i in range(10**9)])",
    "nested comprehension": "sum([1 for a in range(9000) for b in range(9000)])", "sum range": "sum(range(10**10))",
    "% width": "len('%2000000000d' % 1)", "f width": "len(f'{1:2000000000}')", "ljust": "len('x'.ljust(2*10**9))",
    "int to str": "len(str(10**60000))", "deep parens": "(" * 3000 + "1" + ")" * 3000, "deep unary": "-" * 3900 + "1",
    "walrus": "(y := 5)", "mutate data": "case.update({'amount': 1})", "round digits": "round(5, -10**8)",
    "sort key": "sorted([3,1], key=x)",
}  # fmt: skip
SCRIPTS = {
    "while": "while True: pass", "for bomb": "z = 0\nfor i in range(10**10):\n    z = z + 1",
    "doubling": "s = 'a'\n" + "s = s + s\n" * 60, "doubling list": "s = [1]\n" + "s = [s, s]\n" * 60 + "n = str(s)",
    "square": "n = 7\n" + "n = n * n\n" * 40,
    "dag compare": "s = [1]\nt = [1]\n" + "s = [s, s]\nt = [t, t]\n" * 40 + "b = s == t",
    "subscript store": "case['amount'] = 1", "dag dict": "s = {'a': 1}\n" + "s = {'a': s, 'b': s}\n" * 50,
    "recursion": "def f(): return f()\nf()", "class": "class A: pass",
    "import stmt": 'import os\nos.system("touch PWNED")', "global guard": "_g_iter = 1", "replace guard": "len = 5\nz = 1",
}  # fmt: skip


def on_text(body: str) -> str:
    """An expression over `s`, a text of 49 152 letters."""
    doubled = "b: a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c, s: d+d+d+d+d+d"
    return '{a: "xxxxxxxxxxxxxxxx", ' + doubled + ", r: " + body + "}.r"


def on_list(body: str) -> str:
    """An expression over `l`, a list of 9 999 numbers."""
    return "{l: for i in 1..9999 return i, r: " + body + "}.r"


FEEL = {
    "self call": "{f: function(n) f(n + 1), r: f(0)}.r",
    "two self calls": "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(40)}.r",
    "call by argument": "{f: function(n, g) if n = 0 then 0 else g(n - 1, g), r: f(1000, f)}.r",
    "text doubled by calls": '{f: function(s) f(s + s), r: f("aaaaaaaaaaaaaaaa")}.r',
    "list doubled by calls": "{f: function(l) f(concatenate(l, l)), r: f([1])}.r",
    "tree compared": "{f: function(l, n) if n = 0 then l else f([l,l,l,l,l,l,l,l], n - 1), r: f([1], 20) = f([1], 20)}.r",
    "tree written": "{f: function(l, n) if n = 0 then l else f([l,l,l,l,l,l,l,l], n - 1), r: string(f([1], 20))}.r",
    "endless range": "for i in 1..1000000000 return i",
    "range of ranges": "for a in 1..99, b in 1..99, c in 1..99 return a",
    "search of ranges": "some a in 1..99, b in 1..99, c in 1..99 satisfies a = 0",
    "long body": "for i in 1..9999 return " + "+".join(["i"] * 120),
    "long body of a filter": "(for i in 1..9999 return i)[" + "+".join(["item"] * 119) + " < 0]",
    "huge power": "10 ** 400", "tower": "9 ** 9 ** 9 ** 9", "tiny power": "10 ** -5000", "exp": "exp(100000)",
    "huge digits": "9" * 5000, "huge exponent": "1E99999",
    "roots": "for i in 1..9999 return sqrt(i)", "powers": "for i in 1..9999 return 1.5 ** 0.37",
    "logarithms": "for i in 1..9999 return log(i)",
    "copies in capitals": on_text("for i in 1..9999 return upper case(s)"),
    "copies in small letters": on_text("for i in 1..9999 return lower case(s)"),
    "copies by substring": on_text("for i in 1..9999 return substring(s, 2)"),
    "copies of what follows": on_text('for i in 1..9999 return substring after(s, "x")'),
    "needles": on_text('for i in 1..9999 return contains(s, "yx")'),
    "replaced larger": on_text('replace(s, "x", "$0$0$0$0$0$0$0$0")'),
    "split": on_text('for i in 1..9999 return split(s, "y")'),
    "lists turned": on_list("for j in 1..9999 return reverse(l)"),
    "deviations": on_list("for j in 1..9999 return stddev(l)"),
    "sums": on_list("for j in 1..9999 return sum(l)"),
    "unions": on_list("for j in 1..9999 return union(l, l)"),
    "distinct": on_list("distinct values(l)"),
    "unknown zones": 'for i in 1..9999 return date and time("2026-01-01T00:00:00@Etc/Zone" + string(i))',
    "nested quantifiers of a pattern": on_text('matches(s, "((x{1,30}){1,30})y")'),
    "wide dots": on_text('matches(s, ".{1,900}y.{1,900}$")'),
    "many optional": on_text('matches(s, "(?:x?){500}x{500}y")'),
    "a new pattern each turn": 'for i in 1..9999 return matches("a", "([^a-c]{1,100}){1,9}" + string(i))',
    "a refused pattern each turn": 'for i in 1..9999 return matches("a", "([^a-c]{1,1000}){1,9}" + string(i))',
    "one pattern, long texts": on_text('for i in 1..9999 return matches(s, "(x+x+)+y")'),
    "replaced by a pattern": on_text('for i in 1..9999 return replace(s, "(x+x+)+y", "z")'),
    "deep lists": "[" * 3000 + "]" * 3000, "deep if": "if true then " * 300 + "1", "long path": "a" + ".a" * 2500,
    "long text": '"' + "a" * 30_000 + '"',
}  # fmt: skip
PATTERNS = {
    "form: back-reference": r"(a+)\1", "form: look-ahead": "(?=a+)a+b", "form: look-behind": "(?<=a)b",
    "form: many optional": "(?:a?){900}a{900}", "form: nested quantifiers": "(a{1,100}){1,100}",
    "form: wide dots": ".{1,999}b.{1,999}$", "form: long": "a" * 201, "form: half an escape": "\\",
    "form: open class": "[a-", "form: named recursion": "(?P<a>(?P>a))",
}  # fmt: skip

ROOT = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">{}</definitions>'
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
ROOM = 2 * 1024 * 1024 - 300
XML = {
    "billion laughs": f'<!DOCTYPE d [<!ENTITY a0 "lol">{LAUGHS}]>' + ROOT.format("&a9;"),
    "laughs in an attribute": f'<!DOCTYPE d [<!ENTITY a0 "lol">{LAUGHS}]>' + ROOT.format('<a b="&a9;"/>'),
    "quadratic": f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]>' + ROOT.format("&a;" * 2000),
    "file entity": '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + ROOT.format("&a;"),
    "external DTD": '<!DOCTYPE d SYSTEM "file:///etc/passwd">' + ROOT.format(""),
    "parameter entity": '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>' + ROOT.format(""),
    "unknown entity": ROOT.format("&nobody;"),
    "100 000 levels": ROOT.format("<x>" * 100_000 + "</x>" * 100_000),
    "300 levels": ROOT.format("<x>" * 300 + "</x>" * 300),
    "half a million elements": ROOT.format("<a/>" * (ROOM // 4)),
    "many attributes": ROOT.format("<a " + " ".join(f'a{n}=""' for n in range(ROOM // 11)) + "/>"),
    "over 2 MB": ROOT.format("y" * (ROOM + 300)),
    "UTF-16 that hides a DOCTYPE": ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d>' + ROOT.format("")).encode("utf-16"),
    "another encoding": '<?xml version="1.0" encoding="iso-8859-1"?>' + ROOT.format(""),
    "not closed": ROOT.format("<a>"), "no XML": "\x00\x01", "nothing": "",
}  # fmt: skip
PROCESS = '<process id="p"><startEvent id="a"/>{}</process>'
TASKS = "".join(f'<task id="t{n}"/>' for n in range(20_000))
FLOWS = "".join(f'<sequenceFlow id="f{n}" sourceRef="a" targetRef="a"/>' for n in range(10_000))
RING = "".join(
    f'<process id="p{n}"><callActivity id="c{n}" calledElement="p{(n + 1) % 5000}"/></process>' for n in range(5000)
)
NESTED = "".join(f'<subProcess id="s{n}">' for n in range(70)) + "</subProcess>" * 70
IMPORTS = {
    "UTF-16, 4 MB": ROOT.format("y" * (ROOM - 300)).encode("utf-16"),
    "UTF-32 at the limit": ROOT.format("<a/>" * (ROOM // 10)).encode("utf-32"),
    "GB18030, elements": f'<?xml version="1.0" encoding="gb18030"?>{ROOT.format("<a/>" * 59_000)}'.encode("gb18030"),
    "many blanks": b" " * (2 * ROOM), "an encoding of its own": b'<?xml version="1.0" encoding="zip"?><a/>',
    "20 000 tasks": ROOT.format(PROCESS.format(TASKS)), "10 000 flows": ROOT.format(PROCESS.format(FLOWS)),
    "10 000 processes": ROOT.format("".join(f'<process id="p{n}"/>' for n in range(10_000))),
    "calls in a ring": ROOT.format(RING), "70 sub-processes in each other": ROOT.format(PROCESS.format(NESTED)),
    "20 000 lanes": ROOT.format(PROCESS.format("<laneSet>" + '<lane id="l"/>' * 20_000 + "</laneSet>")),
    "20 000 messages": ROOT.format('<message id="m"/>' * 20_000 + PROCESS.format('<task id="t"/>')),
    "half a name space": ROOT.format('<b:process xmlns:b="u" id="p"><b:task id="t"/></b:process>'),
}  # fmt: skip
JSON = {
    "5 000 levels": b"[" * 5000 + b"]" * 5000, "400 levels of members": b'{"a":' * 400 + b"1" + b"}" * 400,
    "NaN": b"NaN", "a number of 400 digits": b"9" * 400, "1e400": b"1e400", "half a surrogate": b'"\\ud800"',
    "U+0000 in a name": b'{"\\u0000":1}', "UTF-16": '{"a":1}'.encode("utf-16"), "cut short": b'{"a":',
}  # fmt: skip
FORMS = {
    "no object": [], "components of another kind": {"type": "default", "components": {"a": 1}},
    "deep groups": lambda: nested_groups(200),
    "ten thousand fields": {"type": "default", "id": "f", "components": [
        {"type": "textfield", "key": f"a{n}", "label": "x"} for n in range(10_000)]},
    "a field named typename": {"type": "default", "id": "f", "components": [
        {"type": "textfield", "key": "typename", "label": "x"}]},
    "a bomb in a condition": {"type": "default", "id": "f", "components": [
        {"type": "textfield", "key": "a", "label": "x", "conditional": {"hide": "=" + "(" * 900}}]},
}  # fmt: skip


def nested_groups(depth: int) -> object:
    inside: list[object] = []
    for _ in range(depth):
        inside = [{"type": "group", "label": "x", "components": inside}]
    return {"type": "default", "id": "f", "components": inside}


@contextmanager
def refused_by(*ours: type[Exception]) -> Iterator[None]:
    """The attack must end in one of our own refusals, with a sentence."""
    try:
        yield
    except ours as refusal:
        assert str(refusal) or isinstance(refusal, Refusal)
        return
    raise AssertionError("the attack was let through")


def asked(text: str) -> None:
    """As a gateway asks: to be decided true or false, anything else is a refusal."""
    with refused_by(FeelError):
        compile_expression(text, ["x", "case"]).decide({"x": 5, "case": {"amount": 250}}, at=AT)


def computed(text: str) -> None:
    """As a mapping asks: refused as written, or null with the reason; a value has to be small."""
    try:
        value, reasons = compile_expression(text).explain({}, at=AT)
    except FeelError:
        return
    assert (value is None and reasons) or small(value), type(value)


def small(value: object) -> bool:
    """Whether what came out is of a size that anything may hold."""
    if isinstance(value, str):
        return len(value) <= TEXT
    return not isinstance(value, list) or (len(value) <= ITEMS and sum(len(str(one)) for one in value) <= 10 * TEXT)


def scripted(text: str) -> None:
    """As a script task: refused at the desk, whatever it says."""
    drawing = bpmn(start(), node("scriptTask", "s", f"<script>{text.replace('<', '&lt;')}</script>"), end(),
                   chain("start", "s", "end"))  # fmt: skip
    assert codes(drawing)["s"]


def conditioned(text: str) -> None:
    """As the condition of a flow: refused at the desk, or refused when it is asked."""
    drawing = bpmn(start(), node("exclusiveGateway", "g", attributes='default="plain"'), user("a"), end(),
                   chain("start", "g"), flow("g", "a", text, "f"), flow("g", "end", id="plain"), flow("a", "end"))  # fmt: skip
    if "f" not in codes(drawing):
        asked(text)


def patterned(text: str) -> None:
    with refused_by(PatternRefused):
        check_pattern(text, 5000)


def parsed(document: str | bytes) -> None:
    """By both readers of XML."""
    data = document.encode() if isinstance(document, str) else document
    with refused_by(XmlRefused):
        parse_bpmn(data)
    with refused_by(DmnRefused):
        read(data)


def imported(document: str | bytes) -> None:
    """As a file of another tool comes in: nothing is made of it, and the report says why."""
    made = import_bpmn(document.encode() if isinstance(document, str) else document, key="attack")
    assert not made.files and [one.severity for one in made.findings] == ["error"]


def sent(body: bytes) -> None:
    with refused_by(Refusal):
        check_json(body)


def formed(form: object) -> None:
    with refused_by(FormRefused):
        parse_form(json.dumps(form() if callable(form) else form).encode(), form_id="attack")


def unpacked(size: int) -> None:
    """A bundle of a few kilobytes that says it is as large as this."""
    packer, piece = zstandard.ZstdCompressor().compressobj(size=size), b"0" * 65536
    bomb = b"".join(packer.compress(piece) for _ in range(size // len(piece))) + packer.flush()
    with refused_by(Refusal):
        unpack(bomb)


def unpacked_unsaid() -> None:
    """A bundle that does not say its size."""
    with refused_by(Refusal):
        unpack(zstandard.ZstdCompressor(write_content_size=False).compress(b"{}"))


TABLES: tuple[tuple[str, dict, Callable], ...] = (
    ("expression", EXPRESSIONS, asked),
    ("condition", EXPRESSIONS, conditioned),
    ("script", SCRIPTS, scripted),
    ("feel", FEEL, computed),
    ("pattern", PATTERNS, patterned),
    ("xml", XML, parsed),
    ("import", XML | IMPORTS, imported),
    ("json", JSON, sent),
    ("form", FORMS, formed),
    ("bundle", {"45 MB": 45 * 1024 * 1024}, unpacked),
)
ATTACKS: tuple[Attack, ...] = (
    *((f"{kind}: {name}", partial(act, what)) for kind, table, act in TABLES for name, what in table.items()),
    ("bundle: of a size not said", unpacked_unsaid),
)
