#!/usr/bin/env python3
"""核验一份办件档案包（bundle.json，或内含它的 zip）。只用 Python 标准库，3.9 及以上；不联网，不写文件。
zip 里 files 文件夹中的附件原件一并与记录的摘要核对，有一份不符即不成立；zip 以外的原件用 --file 核对。
stamps 文件夹中的时间戳核对所证明的是不是包内的检查点；时间戳机构的签名用 openssl 核对，程序会写出命令。

用法：python3 -I banyan_verify.py 档案包.zip --trust 根公钥指纹
另有邻近机关的检查点文件时，加 --witness 文件 --witness-trust 邻近机关的根公钥指纹

指纹必须从别的途径得到（公告、决定书、机关网站），不能从档案包里取。退出码：
0 成立；1 不成立（有改动、缺漏或伪造）；2 内部自洽，但没有给出 --trust，公钥未经确认；
3 用法不对或文件读不了；4 成立，但有须留意之处（见输出的「注意」）。
"""

import argparse
import datetime
import hashlib
import json
import re
import sys
import unicodedata
import zipfile
import zlib

MOST = 256 * 1024 * 1024
MOST_WITNESS = 4 * 1024 * 1024
MOST_LINES, MOST_SIGNATURES = 500, 8
HEX = {size: re.compile("[0-9a-f]{" + str(size) + "}") for size in (16, 32, 64, 128)}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
EVENT = {"v": int, "log": str, "case": str, "seq": int, "prev": str, "at": str, "kind": str, "def": str, "eng": str,
         "n": int, "root": str}  # fmt: skip
CHECKPOINT = {"v": int, "log": str, "alg": str, "size": int, "root": str, "cases": int, "heads": str, "at": str,
              "prev": str, "witness": list}  # fmt: skip
WITNESS = {"peer": str, "size": int, "root": str}
FILE = "payload/~file/"
ENCLOSED = re.compile(r"files/\d{4,6}-([0-9a-f]{16})\.(?:pdf|jpg|png|bin)")
STAMP = re.compile(r"stamps/(\d{4,6})\.(?:tsr|checkpoint)")
MOST_STAMP, MOST_STAMPS = 512 * 1024, 400
SHA256, TST_INFO = bytes.fromhex("608648016503040201"), bytes.fromhex("2a864886f70d0109100104")
MOST_ENCLOSED = 64 * 1024 * 1024
CANNOT = """本程序不能证明：
· 写下的内容当时属实，也不能证明署名的人当时坐在电脑前；只证明封存以后没有改动。
· 封存之前（通常不超过十分钟）有没有改过；检查点时间之后有没有新的步骤。
· 有依法销毁记录的办件，此前不带内容的各步是否都属销毁范围（以出具机关的说明为准）。
· 隐去的字段写了什么；没有附上的材料原件是否相符（须另取原件，用 --file 按其摘要核对）；文书不在记录链上，
  压缩包里的 说明.txt（如其中附件原来的名称）没有签名，也不在核对之列。
· 给您看的检查点与给别人看的是否同一份（可用 --witness 与邻近机关的检查点核对，或与上级存档的核对）；
  邻近机关只证明它所见的，不证明它没有与出具机关串通。
· 本程序自身未被替换：请从别处取得 banyan_verify.py，或核对它的 SHA-256。"""


class Broken(Exception):
    """What does not hold, in Chinese."""


def need(holds, what):
    if not holds:
        raise Broken(what)


# Bytes: RFC 8785 without floats; every object is read and written the same way or refused.


def canon(value):
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        need(abs(value) < 2**53, "有超出范围的整数")
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canon, value)) + "]"
    pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
    return "{" + ",".join(json.dumps(name, ensure_ascii=False) + ":" + canon(one) for name, one in pairs) + "}"


def parse(raw, what):
    def once(pairs):
        need(len(dict(pairs)) == len(pairs), what + "：同一个键出现两次")
        return dict(pairs)

    def refuse(_digits):
        raise Broken(what + "：有不是整数的数字")

    def whole(digits):
        need(len(digits) < 18, what + "：有超出范围的整数")
        return int(digits)

    try:
        value = json.loads(raw, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse, parse_int=whole)
        same = canon(value).encode() == raw
    except (ValueError, RecursionError) as problem:
        raise Broken(what + "：不是约定的 JSON") from problem
    need(same, what + "：不是规范写法")
    return value


def shaped(value, names, what):
    need(isinstance(value, dict) and value.keys() == set(names), what + "：项目与格式约定不符")
    return value


def said(text, kinds, what):
    """The object inside a text, with exactly these items of these types."""
    need(isinstance(text, str), what + "：项目与格式约定不符")
    value = shaped(parse(text.encode(), what), kinds, what)
    need(all(type(value[name]) is kind for name, kind in kinds.items()), what + "：项目与格式约定不符")
    need(INSTANT.fullmatch(value["at"]), what + "：时间写法不对")
    for one in value.get("witness", ()):
        shaped(one, WITNESS, what)
        need(all(type(one[name]) is kind for name, kind in WITNESS.items()), what + "：项目与格式约定不符")
        need(one["size"] > 0 and HEX[64].fullmatch(one["root"]), what + "：所记邻近机关的日志写法不对")
    peers = [one["peer"] for one in value.get("witness", ())]
    need(peers == sorted(set(peers)), what + "：所记邻近机关的日志写法不对")
    return value


def hexed(text, size, what):
    need(isinstance(text, str) and HEX[size].fullmatch(text), what + f"：应为 {size} 位十六进制数字")
    return bytes.fromhex(text)


def listed(value, what):
    need(isinstance(value, list), what + "：项目与格式约定不符")
    return value


# SM3 (GB/T 32905-2016), for a Python whose OpenSSL has none; Ed25519 verification (RFC 8032 §5.1.7).


def own_sm3(data):
    def turned(x, n):
        return (x << n % 32 | x >> 32 - n % 32) & 0xFFFFFFFF

    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    data = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    for at in range(0, len(data), 64):
        w = [int.from_bytes(data[i : i + 4], "big") for i in range(at, at + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turned(w[j - 3], 15)
            w.append(x ^ turned(x, 15) ^ turned(x, 23) ^ turned(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            s = turned(turned(a, 12) + e + turned(0x79CC4519 if j < 16 else 0x7A879D8A, j) & 0xFFFFFFFF, 7)
            one = a ^ b ^ c if j < 16 else a & b | a & c | b & c
            two = e ^ f ^ g if j < 16 else e & f | ~e & 0xFFFFFFFF & g
            t, u = one + d + (s ^ turned(a, 12)) + (w[j] ^ w[j + 4]), two + h + s + w[j]
            u &= 0xFFFFFFFF
            a, b, c, d, e, f, g, h = (
                t & 0xFFFFFFFF,
                a,
                turned(b, 9),
                c,
                u ^ turned(u, 9) ^ turned(u, 17),
                e,
                turned(f, 19),
                g,
            )
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in state)


def openssl_sm3(data):
    return hashlib.new("sm3", data).digest()


def sm3_of(choice):
    if choice != "own":
        try:
            openssl_sm3(b"")
            return openssl_sm3
        except ValueError:
            if choice == "openssl":
                raise
    return own_sm3


EDDSA = "ed25519"
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & 2**255 - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if (x * x - x2) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def plus(one, other):
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, one):
    found = (0, 1, 1, 0)
    while number:
        found = plus(found, one) if number & 1 else found
        one, number = plus(one, one), number >> 1
    return found


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public, signature, message):
    key, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = times(s, BASE), plus(r, times(h, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


class Keys:
    """The lines of a manifest, each signed by its root key. `notes` is where a caller's notes go."""

    def __init__(self, root, lines, notes, of=""):
        self.what, self.notes = of + "密钥清单", notes
        self.public = hexed(root, 64, of + "根公钥")
        self.fingerprint = hashlib.sha256(self.public).hexdigest()
        need(len(listed(lines, self.what)) <= MOST_LINES, self.what + "：行数过多")
        self.lines = [self.key_line(one) for one in lines]

    def key_line(self, line):
        shaped(line, ("key", "sig"), self.what)
        need(isinstance(line["key"], str), self.what + "：项目与格式约定不符")
        key = shaped(parse(line["key"].encode(), self.what), ("kid", "pub", "from", "to"), self.what)
        public = hexed(key["pub"], 64, self.what)
        need(key["kid"] == hashlib.sha256(public).hexdigest()[:16], self.what + "：编号与公钥不符")
        need(
            all(type(one) is int for one in (key["from"], 0 if key["to"] is None else key["to"])),
            self.what + "：起止不对",
        )
        good = signed_by(self.public, hexed(line["sig"], 128, self.what), b"banyan/key/1\n" + line["key"].encode())
        need(good, self.what + "：根密钥的签名不对")
        return key

    def signed(self, body, shown, what):
        """Every Ed25519 signature must hold, and there must be one; others are counted."""
        kinds = []
        need(len(listed(shown["signatures"], what)) <= MOST_SIGNATURES, what + "：签名过多")
        for one in shown["signatures"]:
            shaped(one, ("kid", "alg", "sig"), what)
            need(isinstance(one["alg"], str), what + "：项目与格式约定不符")
            kinds.append(one["alg"])
            if one["alg"] != EDDSA:
                continue
            lines = [line for line in self.lines if line["kid"] == one["kid"]]
            need(lines, what + "：签名的密钥不在密钥清单中")
            good = all(
                line["from"] <= body["size"] and (line["to"] is None or body["size"] <= line["to"]) for line in lines
            )
            need(good, what + "：签名的密钥在这一时点不再有效")
            message = b"banyan/checkpoint/1\n" + shown["body"].encode()
            good = signed_by(bytes.fromhex(lines[0]["pub"]), hexed(one["sig"], 128, what), message)
            need(good, what + "：签名不对")
        need(EDDSA in kinds, what + "：没有 Ed25519 签名")
        if set(kinds) != {EDDSA}:
            self.notes.append(f"{what}另有 {sum(one != EDDSA for one in kinds)} 个其他算法的签名，本程序未核验。")


class Bundle:
    """What is checked; `notes` are told beside the result."""

    def __init__(self, raw, sm3):
        names = ("format", "root", "keys", "checkpoint", "complete", "seals", "earlier", "events", "definitions")
        self.content = shaped(parse(raw, "档案包"), names, "档案包")
        need(self.content["format"] == "banyan/case/1", "档案包：不是这个程序认识的格式")
        self.sm3, self.notes, self.shown, self.hidden, self.erased = sm3, [], [], 0, []

    def h(self, data):
        return self.sm3(data) if self.alg == "sm3" else hashlib.sha256(data).digest()

    def check(self):
        self.keys = Keys(self.content["root"], self.content["keys"], self.notes)
        top = shaped(self.content["checkpoint"], ("body", "signatures"), "检查点")
        self.top = said(top["body"], CHECKPOINT, "检查点")
        self.alg = self.top["alg"]
        need(self.top["v"] == 1 and self.alg in ("sm3", "sha256"), "检查点：不认识的版本或算法")
        self.body = top["body"].encode()
        self.keys.signed(self.top, top, "检查点")
        self.root, self.heads = hexed(self.top["root"], 64, "检查点"), hexed(self.top["heads"], 64, "检查点")
        self.chain()
        self.sealed()
        self.all_of_them()
        self.definitions()
        self.earlier()

    def chain(self):
        events, head, last = listed(self.content["events"], "步骤"), "0" * 64, ""
        need(events, "没有任何步骤")
        self.events, self.hashes = [], []
        for number, one in enumerate(events, 1):
            what = f"第 {number} 步"
            body = said(shaped(one, ("body", "fields"), what)["body"], EVENT, what)
            need(body["v"] == 1 and body["log"] == self.top["log"], what + "：不属于检查点所说的系统")
            need(not self.events or body["case"] == self.events[0]["case"], what + "：属于另一件")
            need(body["seq"] == number, what + "：编号不连续")
            need(body["prev"] == head, what + "：所记上一步的哈希与上一步不符")
            if body["at"] < last:
                self.notes.append(what + "所记时间早于上一步。")
            self.fields(body, one["fields"], what)
            head, last = self.h(b"\x02" + one["body"].encode()).hex(), body["at"]
            self.events.append(body)
            self.hashes.append(head)
        destroyed = [body["seq"] for body in self.events if body["kind"] == "erased"]
        for number in self.erased:
            need(any(number < one for one in destroyed), f"第 {number} 步：没有内容，链上却没有依法销毁的记录")

    def fields(self, body, fields, what):
        if fields is None:
            need(body["kind"] != "erased", what + "：销毁记录本身不能没有内容")
            self.erased.append(body["seq"])
            self.shown.append({})
            return
        leaves, names = [], []
        need(len(listed(fields, what)) == body["n"], what + "：字段个数与正文不符")
        for one in fields:
            if isinstance(one, dict) and one.keys() == {"h"}:
                leaves.append(hexed(one["h"], 64, what))
                continue
            shaped(one, ("s", "n", "x"), what)
            need(isinstance(one["n"], str), what + "：字段名不是文字")
            names.append(one["n"])
            salted = hexed(one["s"], 32, what) + canon([one["n"], one["x"]]).encode()
            leaves.append(self.h(b"\x00F1" + salted))
        keys = [name.encode("utf-16-be") for name in names]
        need(keys == sorted(set(keys)), what + "：字段的次序不对")
        need(self.tree(leaves).hex() == body["root"], what + "：字段内容与正文的承诺不符")
        self.hidden += len(leaves) - len(names)
        self.shown.append({one["n"]: one["x"] for one in fields if "n" in one})

    def tree(self, leaves):
        if len(leaves) < 2:
            return leaves[0] if leaves else self.h(b"")
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return self.h(b"\x01" + self.tree(leaves[:split]) + self.tree(leaves[split:]))

    def path(self, leaf, number, size, path, what):
        """RFC 9162 §2.1.3.2: the root a proof leads to."""
        need(type(number) is int and 0 <= number < size, what + "：位置不在检查点之内")
        at, last = number, size - 1
        for step in listed(path, what):
            need(last, what + "：证明过长")
            step = hexed(step, 64, what)
            if at % 2 or at == last:
                leaf = self.h(b"\x01" + step + leaf)
                while not at % 2 and at:
                    at, last = at >> 1, last >> 1
            else:
                leaf = self.h(b"\x01" + leaf + step)
            at, last = at >> 1, last >> 1
        need(last == 0, what + "：证明过短")
        return leaf

    def sealed(self):
        """The leaves of this case lie side by side over all of its steps, each in the signed log."""
        reached, self.seals = 0, []
        for one in listed(self.content["seals"], "封存证明"):
            shaped(one, ("number", "first", "last", "proof"), "封存证明")
            first, last = one["first"], one["last"]
            what = f"第 {first}–{last} 步的封存证明"
            good = (
                type(first) is int and type(last) is int and first == reached + 1 and first <= last <= len(self.events)
            )
            need(good, what + "：与步骤不衔接")
            said = {"case": self.events[0]["case"], "from": first, "to": last, "head": self.hashes[last - 1]}
            leaf = self.h(b"\x00L1" + canon(said).encode())
            found = self.path(leaf, one["number"], self.top["size"], one["proof"], what)
            need(found == self.root, what + "：不在签名的日志中")
            reached = last
            self.seals.append((one["number"], first, last))
        need(reached == len(self.events), f"第 {reached + 1} 步起没有封存证明")

    def all_of_them(self):
        one = shaped(self.content["complete"], ("number", "proof"), "完整性证明")
        said = {"case": self.events[0]["case"], "seq": len(self.events), "head": self.hashes[-1]}
        leaf = self.h(b"\x00M1" + canon(said).encode())
        found = self.path(leaf, one["number"], self.top["cases"], one["proof"], "完整性证明")
        need(found == self.heads, "完整性证明：不是全部步骤（后面还有，或链尾被换）")

    def definitions(self):
        given = self.content["definitions"]
        need(isinstance(given, dict), "流程定义：项目与格式约定不符")
        need(
            given.keys() == {one["def"] for one in self.events} - {""}, "流程定义：与各步所用的版本不一致（缺少或多出）"
        )
        for digest, files in given.items():
            need(isinstance(files, dict) and all(isinstance(one, str) for one in files.values()), "流程定义：格式不对")
            state = hashlib.sha256()
            for name in sorted(files):
                content = files[name].encode()
                state.update(b"%s\x00%d\x00" % (name.encode(), len(content)) + content)
            need(state.hexdigest() == digest, f"流程定义 {digest[:12]}…：内容与当时执行的版本不符")

    def earlier(self):
        """Earlier checkpoints bound from both sides when a step was sealed (RFC 9162 §2.1.4.2 makes them one log)."""
        times, self.roots = [(self.top["size"], self.top["at"])], {self.top["size"]: self.top["root"]}
        self.checkpoints = {self.body: self.top["size"]}
        for one in listed(self.content["earlier"], "较早的检查点"):
            shown = shaped(one, ("body", "signatures", "proof"), "较早的检查点")
            body = said(shown["body"], CHECKPOINT, "较早的检查点")
            need(all(body[name] == self.top[name] for name in ("v", "log", "alg")), "较早的检查点：属于另一份日志")
            need(body["at"] <= self.top["at"] and 0 < body["size"] < self.top["size"], "较早的检查点：次序不对")
            self.keys.signed(body, shown, "较早的检查点")
            self.grown(body, [hexed(step, 64, "较早的检查点") for step in listed(one["proof"], "较早的检查点")])
            times.append((body["size"], body["at"]))
            self.roots[body["size"]] = body["root"]
            self.checkpoints[shown["body"].encode()] = body["size"]
        self.between = []
        for number, first, last in self.seals:
            after = max((at for size, at in times if size <= number), default="")
            self.between.append((first, last, after, min(at for size, at in times if size > number)))
            for body in self.events[first - 1 : last]:
                if after and instant(after) - instant(body["at"]) > datetime.timedelta(hours=1):
                    self.notes.append("第 {} 步自记时间为 {}，但 {} 的检查点里还没有它：可能是事后补入。".format(
                        body["seq"], body["at"], after))  # fmt: skip

    def grown(self, body, path):
        old, what = body["size"], "较早的检查点：日志并非只增不改"
        path = [hexed(body["root"], 64, "较早的检查点"), *path] if old & old - 1 == 0 else path
        need(path, what)
        at, last, before, after = old - 1, self.top["size"] - 1, path[0], path[0]
        while at % 2:
            at, last = at >> 1, last >> 1
        for step in path[1:]:
            need(last, what)
            if at % 2 or at == last:
                before, after = self.h(b"\x01" + step + before), self.h(b"\x01" + step + after)
                while not at % 2 and at:
                    at, last = at >> 1, last >> 1
            else:
                after = self.h(b"\x01" + after + step)
            at, last = at >> 1, last >> 1
        need(last == 0 and before.hex() == body["root"] and after == self.root, what)

    def attached(self):
        """Step and commitment of each attached file that is shown."""
        for body, shown in zip(self.events, self.shown):
            for field, value in shown.items():
                if field.startswith(FILE) and isinstance(value, dict):
                    yield body["seq"], value

    def steps_with(self, data):
        """Which steps committed to these bytes as an attached file."""
        mine = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        found = [(seq, value) for seq, value in self.attached() if {**value, **mine} == value]
        mine["sm3"] = self.sm3(data).hex() if found else ""  # slow where Python has none of its own
        return [seq for seq, value in found if {**value, **mine} == value]

    def original(self, name, data):
        """The same of a file beside the bundle; noted where none did."""
        found = self.steps_with(data)
        if not found:
            self.notes.append(f"原件 {printable(name)} 与包内显示的附件摘要都不相符（摘要也可能已隐去）。")
        return found

    def enclosed(self, folder):
        """The originals in a zip, every one of which must be what a step committed to: (name, steps), and how many of the
        commitments shown have none. They lie there unpacked, so none can be more than the zip holds."""
        unpackable(folder.infolist())
        need(sum(one.compress_size for one in folder.infolist()) <= folder.start_dir, "压缩包里的文件互相重叠")
        if not only_listed(folder):
            self.notes.append("压缩包里夹有目录没有列出的内容，没有核对；别的解压程序看到的可能与本程序不同。")
        found, held = [], set()
        for one in folder.infolist():
            if not one.filename.startswith("files/"):
                if one.filename not in ("bundle.json", "banyan_verify.py", "说明.txt") and not STAMP.fullmatch(
                    one.filename
                ):
                    self.notes.append(f"压缩包里的 {printable(one.filename)} 不属于档案包，没有核对。")
                continue
            what, named = f"附件原件 {printable(one.filename)}", ENCLOSED.fullmatch(one.filename)
            need(named, what + "：文件名不是本系统写出的")
            need(one.compress_type == zipfile.ZIP_STORED and one.file_size == one.compress_size <= MOST_ENCLOSED,
                 what + "：被重新压缩过或过大")  # fmt: skip
            data = folder.read(one)
            steps = self.steps_with(data)
            need(steps and hashlib.sha256(data).hexdigest().startswith(named[1]),
                 what + "：与各步显示的附件摘要都不相符（被换过，或不属于本件）")  # fmt: skip
            held.add(hashlib.sha256(data).hexdigest())
            found.append((one.filename, steps))
        missing = {str(value.get("sha256")) for _, value in self.attached()} - held
        if found and missing:
            self.notes.append(f"各步显示的附件中有 {len(missing)} 份没有附上原件（原因见 说明.txt）。")
        return found


def usual(one):
    """Other methods may ask for any amount of memory before the first byte is out."""
    need(
        one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
        printable(one.filename) + " 的压缩方式不是约定的",
    )


def unpackable(entries):
    """Whatever unpacks it writes each file to its own place, and what is verified here is what lies there."""
    names = set()
    for one in entries:
        usual(one)
        name = one.orig_filename
        parts = name.rstrip("/").split("/")
        plain = name.isprintable() and not {":", "\\"} & set(name) and not {"", ".", ".."} & set(parts)
        need(plain, f"压缩包里的文件名 {printable(name)} 会写到别处")
        need(one.external_attr >> 28 != 0o12, f"压缩包里的 {printable(name)} 是指向别处的链接")
        names.add("/".join(unicodedata.normalize("NFKC", part).casefold().rstrip(". ") for part in parts))
    need(len(names) == len(entries), "压缩包里有同名的文件（或只有大小写、写法不同）")


def only_listed(folder):
    """Whether it holds what its directory lists, as it is listed, one behind the other, and nothing else: who reads it
    from the front or finds another directory in it would see another file."""
    file, at = folder.fp, 0
    for one in sorted(folder.infolist(), key=lambda one: one.header_offset):
        file.seek(at)
        head = file.read(30)
        name, extra = (int.from_bytes(head[place : place + 2], "little") for place in (26, 28))
        numbers = (one.flag_bits, 2), (one.compress_type, 2), (one.CRC, 4), (one.compress_size, 4), (one.file_size, 4)
        said = b"".join((number & 2 ** (8 * size) - 1).to_bytes(size, "little") for number, size in numbers)
        same = head[:4] == b"PK\3\4" and head[6:10] + head[14:26] == said
        written = one.orig_filename.encode("utf-8" if one.flag_bits & 0x800 else "cp437")
        if one.header_offset != at or not same or file.read(name) != written:
            return False
        at += 30 + name + extra + one.compress_size
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 22))
    end = file.read(22)
    directory = int.from_bytes(end[12:16], "little")
    return end[:4] == b"PK\5\6" and end[20:] == b"\0\0" and folder.start_dir == at == size - 22 - directory


def witnessed(bundle, raw, trust):
    """What a neighbour's signed checkpoint says of the bundle's log: a sentence. What it cannot prove goes to the notes."""
    what, ours = "邻近机关的检查点", bundle.top["log"]
    need(len(raw) <= MOST_WITNESS, what + "：文件过大，不是 flask history checkpoint --to 写出的")
    given = parse(raw.strip(), what)
    need(isinstance(given, dict) and given.keys() >= {"body", "signatures", "root", "keys"},
         what + "：不含密钥清单，无从核对（请对方用 flask history checkpoint --to 重新导出）")  # fmt: skip
    keys = Keys(given["root"], given["keys"], bundle.notes, what + "的")
    need(keys.fingerprint == trust, what + "：根公钥不是您用 --witness-trust 确认的那一把")
    body = said(given["body"], CHECKPOINT, what)
    need(body["v"] == 1 and body["size"] > 0, what + "：不认识的版本")
    same = keys.fingerprint == bundle.keys.fingerprint or body["log"] == ours
    need(not same, what + "：与档案包出自同一系统或同一把根密钥，不是另一机关的见证")
    keys.signed(body, given, what)
    who = "邻近机关日志 {}（检查点 {}）".format(printable(body["log"]), body["at"])
    seen = [one for one in body["witness"] if one["peer"] == ours]
    if not seen:
        bundle.notes.append(who + "没有记载本系统的日志，不能证明给对方看的是同一份。")
        return None
    size, root = seen[0]["size"], seen[0]["root"]
    if size not in bundle.roots:
        bundle.notes.append("{}见证的是本系统日志 {} 条，档案包没有这一条数的检查点（有 {} 条），也没有一致性证明，无法比较："
                            "不能证明是同一份日志。请索取以后导出的档案包，或对方较早的检查点。".format(
                                who, size, "、".join(map(str, sorted(bundle.roots)))))  # fmt: skip
        return None
    need(
        bundle.roots[size] == root,
        f"{who}见证的本系统日志在 {size} 条时的根与档案包不同：给您看的与给对方看的不是同一份日志，"
        "或对方所记不实（请对方出示它留存的、有本系统签名的检查点）",
    )
    covered = max((last for number, _, last in bundle.seals if number < size), default=0)
    if covered < len(bundle.events):
        steps = f"第 {covered + 1}–{len(bundle.events)} 步"
        bundle.notes.append(f"{steps}封存在邻近机关见证的 {size} 条之后，没有得到见证。")
    return f"{who}见证：本系统日志 {size} 条时的根与档案包一致。"


def der(data):
    """The elements that stand one after the other in DER: (tag, content)."""
    what, at = "时间戳：写法不对", 0
    while at < len(data):
        need(at + 2 <= len(data), what)
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            need(0 < more <= 4 and at + more <= len(data), what)
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        need(at + size <= len(data), what)
        yield tag, data[at : at + size]
        at += size


def inside(data, *path):
    """What stands where the path says: at each step the place among the elements, and the tag that must be there."""
    for place, tag in path:
        found = list(der(data))
        need(len(found) > place and found[place][0] == tag, "时间戳：写法不对")
        data = found[place][1]
    return data


def stamp_said(answer):
    """SHA-256 that was stamped, and the time, of an authority's answer (RFC 3161 §2.4.2); its signature is not checked."""
    content = inside(answer, (0, 0x30), (1, 0x30), (1, 0xA0), (0, 0x30), (2, 0x30))
    need(inside(content, (0, 0x06)) == TST_INFO, "时间戳：写法不对")
    info = inside(content, (1, 0xA0), (0, 0x04), (0, 0x30))
    need(inside(info, (2, 0x30), (0, 0x30), (0, 0x06)) == SHA256, "时间戳：摘要算法不是 SHA-256")
    at = re.fullmatch(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z", inside(info, (4, 0x18)))
    need(at, "时间戳：时间写法不对")
    return inside(info, (2, 0x30), (1, 0x04)), "{}-{}-{}T{}:{}:{}Z".format(*(one.decode() for one in at.groups()))


def stamped(bundle, path):
    """Sentences about the time-stamp tokens in a zip: each stamps a checkpoint that the bundle proves to be of its log."""
    if not zipfile.is_zipfile(path):
        return []
    said = []
    with zipfile.ZipFile(path) as folder:
        sizes = {one.filename: one.file_size for one in folder.infolist() if STAMP.fullmatch(one.filename)}
        need(len(sizes) <= 2 * MOST_STAMPS and all(size <= MOST_STAMP for size in sizes.values()), "时间戳过多或过大")
        for number in sorted({STAMP.fullmatch(name)[1] for name in sizes}):
            names, what = [f"stamps/{number}.{kind}" for kind in ("checkpoint", "tsr")], f"时间戳 {number}"
            need(all(name in sizes for name in names), what + "：不全")
            body, answer = map(folder.read, names)
            need(body in bundle.checkpoints, what + "：所附检查点不是档案包里的")
            imprint, at = stamp_said(answer)
            need(imprint == hashlib.sha256(body).digest(), what + "：证明的不是所附的检查点")
            size = bundle.checkpoints[body]
            covered = max((last for leaf, _, last in bundle.seals if leaf < size), default=0)
            steps = f"第 1–{covered} 步在内" if covered else "本件的步骤都在其后"
            said.append(f"时间戳 {number}：称日志 {size} 条时的检查点在 {at} 已经存在（{steps}）。")
            said.append(
                "    其签名须用机构的根证书核对，解压后运行：openssl ts -verify -data {} -in {} -CAfile 机构根证书.pem".format(
                    *names
                )
            )
    return said


def instant(text):
    try:
        return datetime.datetime.fromisoformat(text[:-1] + "+00:00")
    except ValueError as problem:
        raise Broken("有一个时间不是真实的时刻") from problem


def printable(text):
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def tell(bundle, everything):
    print(
        "办件 {}，系统 {}，共 {} 步。".format(
            printable(bundle.events[0]["case"]), printable(bundle.top["log"]), len(bundle.events)
        )
    )
    for body, shown in zip(bundle.events, bundle.shown):
        gone = body["seq"] in bundle.erased
        how = "内容已依法销毁" if gone else "显示 {} 个字段，隐去 {} 个".format(len(shown), body["n"] - len(shown))
        print("第 {} 步{}".format(body["seq"], how) if gone else "第 {} 步 {} {}：{}".format(
            body["seq"], body["at"], printable(body["kind"]), how))  # fmt: skip
        for name, value in shown.items() if everything else ():
            print(f"    {printable(name)} = {printable(canon(value))}")
    for first, last, after, before in bundle.between:
        print("第 {}–{} 步封存于 {} 之前{}。".format(first, last, before, f"、{after} 之后" if after else ""))
    seen = sum(map(len, bundle.shown))
    print(f"字段共显示 {seen} 个，隐去 {bundle.hidden} 个；{len(bundle.erased)} 步内容已依法销毁。")
    print("截至检查点 {}（日志共 {} 条）这就是本件的全部步骤。".format(bundle.top["at"], bundle.top["size"]))
    for one in bundle.top["witness"]:
        print(
            "检查点记有邻近机关日志 {} 的 {} 条，可向对方核对：根 {}".format(
                printable(one["peer"]), one["size"], one["root"]
            )
        )
    print(f"检查点摘要（{bundle.alg}）：{bundle.h(bundle.body).hex()}")
    stamped = hashlib.sha256(bundle.body).hexdigest()
    print(f"如另有它的时间戳（RFC 3161）：openssl ts -verify -digest {stamped} -in 时间戳.tsr -CAfile 机构根证书.pem")


def whole(path, most=MOST):
    with open(path, "rb") as file:
        return file.read(most)


def read(path):
    if not zipfile.is_zipfile(path):
        return whole(path)
    with zipfile.ZipFile(path) as folder:
        found = [one for one in folder.infolist() if one.filename == "bundle.json"]
        need(len(found) == 1 and found[0].file_size <= MOST, "压缩包里应当有且只有一个 bundle.json")
        usual(found[0])
        return folder.read(found[0])


def enclosed(bundle, path):
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as folder:
        return bundle.enclosed(folder)


class Words(argparse.ArgumentParser):
    def error(self, message):
        sys.stderr.write(f"用法不对：{message}\n{self.format_help()}")
        sys.exit(3)


def main(given=None):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    words = Words(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("bundle", metavar="档案包", help="档案包")
    words.add_argument("--trust", help="从别的途径得到的根公钥指纹（64 位十六进制，可带空格）")
    words.add_argument("--witness", help="邻近机关的检查点文件，核对它记载的本系统日志；须从对方取得")
    words.add_argument("--witness-trust", help="从别的途径得到的邻近机关根公钥指纹")
    words.add_argument("--show", action="store_true", help="列出每一步显示的字段")
    words.add_argument("--sm3", choices=("auto", "own", "openssl"), default="auto", help="用哪一个 SM3 实现")
    words.add_argument(
        "--file", dest="originals", action="append", default=[], help="附件原件，与包内的摘要核对；可多次"
    )
    asked = words.parse_args(given)
    trust, witness_trust = (re.sub(r"[\s:：]", "", one or "").lower() for one in (asked.trust, asked.witness_trust))
    for name, one in (("--trust", trust), ("--witness-trust", witness_trust)):
        if one and not HEX[64].fullmatch(one):
            words.error(name + " 应为 64 位十六进制数字的完整指纹")
    if bool(asked.witness) != bool(witness_trust) or "" in (asked.witness, asked.witness_trust):
        words.error("--witness 与 --witness-trust 须一并给出，都不能为空")
    try:
        bundle = Bundle(read(asked.bundle), sm3_of(asked.sm3))
        bundle.check()
        need(not trust or trust == bundle.keys.fingerprint, "档案包用的根公钥不是您确认的那一把")
        files = [
            *enclosed(bundle, asked.bundle),
            *((name, bundle.original(name, whole(name))) for name in asked.originals),
        ]
        stamps = stamped(bundle, asked.bundle)
        agreed = witnessed(bundle, whole(asked.witness, MOST_WITNESS + 1), witness_trust) if asked.witness else None
    except Broken as problem:
        print(f"不成立：{problem}。")
        return 1
    except (
        OSError,
        EOFError,
        ValueError,
        zlib.error,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        MemoryError,
    ) as problem:
        print("读不了 {}：{}".format(
            printable(str(getattr(problem, "filename", None) or asked.bundle)), printable(str(problem))))  # fmt: skip
        return 3
    tell(bundle, asked.show)
    for name, steps in files:
        if steps:
            print("原件 {} 与第 {} 步的附件相符。".format(printable(name), "、".join(map(str, steps))))
    for one in stamps:
        print(one)
    if agreed:
        print(agreed)
    for note in bundle.notes:
        print(f"注意：{note}")
    print(CANNOT)
    if not trust:
        print("签名自洽，但公钥未经确认。请用 --trust 给出从别的途径得到的指纹。")
        return 2
    print("成立：自封存以来未见改动，公钥已按您给出的指纹确认。%s" % ("但请看上面的「注意」。" if bundle.notes else ""))
    return 4 if bundle.notes else 0


if __name__ == "__main__":
    sys.exit(main())
