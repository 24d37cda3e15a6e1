"""What stands around every page: who is signed in, where they may go, how they like to read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    count: int | None = None
    here: bool = False


@dataclass(frozen=True)
class Frame:
    """The frame of a page. None in its place (signed out, or the database is gone) leaves the name only.

    `theme` is light, dark or empty (as the system says); `keys` turns the one-letter keys on (WCAG 2.1.4).
    The `*_action` addresses take POST with the CSRF field; the others are links.
    """

    person: str
    place: str
    links: tuple[Link, ...] = ()
    menu: tuple[Link, ...] = ()
    audits: tuple[Link, ...] = ()
    """The row of pages under 审计, the same on each of them; empty for who is no auditor."""
    search_action: str = ""
    query: str = ""
    masked: bool = False
    theme: str = ""
    keys: bool = True
    mask_action: str = ""
    preferences_action: str = ""
    sign_out_action: str = ""
    standing_in_for: str = ""
    emergencies: int = 0
    """Of how many 紧急查看 an auditor was told and has not noted to have read."""
    demo_note: str = ""
    """Shown in demo and test mode: that nothing here is real."""
