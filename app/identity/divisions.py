"""Administrative divisions as codes: fixed-length groups, never trimmed zeros.

Written codes (GB/T 2260 six digits, GB/T 10114 nine, the statistical twelve) pad the groups that are not used
with zeros. A *prefix* is the code cut at its last used group: 2 province, 4 city, 6 county, 9 township, 12 village.
450100 → 4501, 450000 → 45, but 450110, 451030 and 450330 stay as they are. Pure: no database here.
"""

from collections.abc import Iterable, Sequence

from app.errors import Refusal

LENGTHS = (2, 4, 6, 9, 12)
LEVELS = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village"}
LEVEL_NAMES = {2: "省级", 4: "地级", 6: "县级", 9: "乡级", 12: "村级"}


def prefix(code: str) -> str:
    """The code cut at its last used group.

    Raises:
        Refusal: `division_code_bad`, for anything but 2, 4, 6, 9 or 12 ASCII digits with a province.
    """
    if len(code) not in LENGTHS or not (code.isascii() and code.isdigit()) or code.startswith("00"):
        raise Refusal("division_code_bad", params={"division": code[:20]})
    for longer, shorter in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(code) == longer and int(code[shorter:]) == 0:
            code = code[:shorter]
    return code


def written(code: str) -> str:
    """As it stands on a form: at least six digits (4501 → 450100)."""
    return prefix(code).ljust(6, "0")


def level(code: str) -> int:
    """Length of the prefix: 2, 4, 6, 9 or 12."""
    return len(prefix(code))


def parent(code: str) -> str | None:
    """The next higher prefix; None above a province. 441900003 lies under 4419: that city has no counties."""
    own = prefix(code)
    shorter = [length for length in LENGTHS if length < len(own)]
    return prefix(own[: shorter[-1]]) if shorter else None


def ancestors(code: str) -> tuple[str, ...]:
    """The prefix itself and all above it, province first."""
    own = prefix(code)
    cuts = {prefix(own[:length]) for length in LENGTHS if length <= len(own)}
    return tuple(sorted(cuts, key=len))


def covers(owner: str, code: str) -> bool:
    """Whether `code` is `owner` or lies within it."""
    return prefix(code).startswith(prefix(owner))


def county(code: str) -> str:
    """The authority a case of this division belongs to: its county, or the city or province itself."""
    return prefix(prefix(code)[:6])


def widest(codes: Iterable[str]) -> tuple[str, ...]:
    """The prefixes without those already covered by another, sorted."""
    kept: list[str] = []
    for code in sorted({prefix(code) for code in codes}):
        if not any(code.startswith(owner) for owner in kept):
            kept.append(code)
    return tuple(kept)


def within_any(owners: Sequence[str], code: str) -> bool:
    return any(covers(owner, code) for owner in owners)
