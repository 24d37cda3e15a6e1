"""What the surroundings say: read once from the environment, checked, frozen.

Outside demo and test mode nothing starts with a default key (abuse case 25; 个人信息保护法 51).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST_KEY = 4096
"""Characters of a key's file."""
ALWAYS_TWO_FACTOR = frozenset({"policy_officer", "auditor", "sysadmin", "security_admin"})
"""Roles that show a second factor wherever data are real."""
UNNAMED_LOG = "banyan"
"""The name of a log in production where BANYAN_LOG says nothing: of deployments that began so. A new one chooses."""
DEMO_KEY = "banyan-demo-only-not-for-production-use"


class SettingsRefused(Exception):
    """The surroundings are not fit to start in; the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """`mode` is demo, test or production. Keys are text; the vault derives fixed-length keys from them."""

    mode: str
    database_url: str
    secret_key: str
    vault_key: str
    index_key: str
    log: str
    four_eyes: bool
    secure_cookies: bool
    connectors: Mapping[str, str] = field(default_factory=dict)
    """What begins with CONNECTOR_: addresses and secrets of other departments, and how their fakes behave."""
    proxy_hops: int = 0
    """Reverse proxies in front whose word on address and scheme is taken; 0: nobody's (abuse case 29)."""
    two_factor: frozenset[str] = frozenset()
    """Roles that do not sign in without a second factor (GB/T 22239-2019 8.1.4.1 d)."""
    signing_key: str = ""
    """Seed of the key that signs checkpoints (64 hex digits); empty where it is kept elsewhere, and in demo mode."""
    demo_password: str = "榕荫演示2026"
    """Of every demo account; known to everybody, so nothing outside demo mode reads it."""

    @property
    def demo(self) -> bool:
        return self.mode in {"demo", "test"}


def read(environ: Mapping[str, str] = os.environ, *, instance: str = "instance") -> Settings:
    """Read the settings.

    Raises:
        SettingsRefused: a key is missing or a demo key is used in production.
    """
    mode = environ.get("BANYAN_MODE", "production")
    if mode not in {"demo", "test", "production"}:
        raise SettingsRefused(f"BANYAN_MODE 只能是 demo、test 或 production，现在是 {mode!r}")
    secret, vault, index = (_key(environ, name, mode) for name in ("SECRET_KEY", "VAULT_KEY", "INDEX_KEY"))
    if len({secret, vault, index}) < 3:
        raise SettingsRefused("SECRET_KEY、VAULT_KEY、INDEX_KEY 不能相同：一个用于会话，一个用于加密，一个用于盲索引")
    if mode == "production" and environ.get("FOUR_EYES", "on") != "on":
        raise SettingsRefused("FOUR_EYES 在正式环境不能关闭：流程须由两人发布。请删去这个环境变量")
    url = environ.get("DATABASE_URL") or f"sqlite:///{os.path.abspath(instance)}/banyan.sqlite"
    url = url.replace("postgres://", "postgresql://", 1)
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    return Settings(
        mode=mode,
        database_url=url,
        secret_key=secret,
        vault_key=vault,
        index_key=index,
        log=environ.get("BANYAN_LOG", "banyan-demo" if mode != "production" else UNNAMED_LOG),
        four_eyes=environ.get("FOUR_EYES", "off" if mode != "production" else "on") != "off",
        secure_cookies=environ.get("SECURE_COOKIES", "on" if mode == "production" else "off") == "on",
        proxy_hops=_hops(environ.get("PROXY_HOPS", "0")),
        two_factor=_two_factor(environ, mode),
        signing_key=_signing_key(environ),
        connectors={name: value for name, value in environ.items() if name.startswith("CONNECTOR_")},
    )


def _two_factor(environ: Mapping[str, str], mode: str) -> frozenset[str]:
    """Codes of roles, set apart by commas. In production roles may be added, none of `ALWAYS_TWO_FACTOR` left out."""
    usual = ",".join(sorted(ALWAYS_TWO_FACTOR)) if mode == "production" else ""
    roles = frozenset(filter(None, re.split(r"[,，、\s]+", environ.get("TWO_FACTOR", usual))))
    missing = ALWAYS_TWO_FACTOR - roles
    if mode == "production" and missing:
        raise SettingsRefused(
            f"TWO_FACTOR 少了 {'、'.join(sorted(missing))}：政策岗和系统、安全、审计三员在正式环境须用两步验证。"
            "请补上，或删去这个环境变量"
        )
    return roles


def _key(environ: Mapping[str, str], name: str, mode: str) -> str:
    value = _kept(environ, name)
    if mode != "production":
        return value or f"{DEMO_KEY}:{name}"
    if len(value) < 32 or DEMO_KEY in value:
        raise SettingsRefused(
            f"请设置环境变量 {name}（或用 {name}_FILE 指向存放它的文件）：至少 32 个字符，且不能使用演示密钥"
        )
    return value


def _signing_key(environ: Mapping[str, str]) -> str:
    text = _kept(environ, "SIGNING_KEY").strip()
    if text and not re.fullmatch(r"[0-9a-f]{64}", text):
        raise SettingsRefused("SIGNING_KEY 应为 64 位十六进制数字，请用 flask history keys new 生成")
    return text


def _kept(environ: Mapping[str, str], name: str) -> str:
    """From the file that `<name>_FILE` names, else from `name` itself.

    A file can belong to one user alone, and stands in no dump of the environment (abuse case 25).
    """
    path = environ.get(f"{name}_FILE", "")
    if not path:
        return environ.get(name, "")
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(LONGEST_KEY).strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsRefused(f"{name}_FILE 指向的文件 {path} 读不了。请核对路径和权限") from problem


def _hops(text: str) -> int:
    if text not in {"0", "1", "2", "3"}:
        raise SettingsRefused("PROXY_HOPS 应为前置反向代理的层数，0 至 3")
    return int(text)
