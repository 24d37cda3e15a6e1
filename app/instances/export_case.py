"""Taking a case away: a file that a stranger can verify without us (proof §2.6). It goes on the access record.

What is shown follows one rule. Without a stated purpose only what tells the procedure is: who acted, at which task,
under which definition, calendar and parameters, and the digest of the marking. Every answer, fact, reason, piece of
evidence and trace (which quotes facts) stays a commitment, whatever its level, so no new form can leak by forgetting
to say that it is secret. With a purpose, which is recorded, everything is shown.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.characters import shown
from app.documents.drawable import TOO_MUCH
from app.errors import Refusal, not_found
from app.history.bundle import bundle_of
from app.history.checkpoint import Checkpoint
from app.history.data_keys import destroyed
from app.history.read import read_events
from app.history.time_stamps import stamps_of
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.identity.roles import AUDITOR
from app.identity.see import Sight
from app.instances.attached import ALTERED, GONE, Attached, attached
from app.instances.look_at_case import look_at_case
from app.instances.looks import EXPORT, LONGEST, SHORTEST, Look, record_look
from app.instances.models import Instance
from app.instances.read_case import read_case
from app.instances.seal_log import checkpoint_over
from app.instances.see_case import sight
from app.instances.surroundings import Surroundings

VERIFIER = Path(__file__).parents[2] / "banyan_verify.py"
PROCEDURE = frozenset({"actor", "on_behalf_of", "task", "def_title", "calendar", "parameters", "state", "late"})
"""Fields that are shown without a purpose."""

READ_ME = """办件档案包

bundle.json         全部步骤、流程定义、封存与完整性证明、签名的检查点、密钥清单
banyan_verify.py    核验程序，只需 Python 3.9 及以上，不联网

核验：python3 -I banyan_verify.py 本压缩包.zip --trust 根公钥指纹
另有邻近机关的检查点文件时，在后面加：--witness 该文件 --witness-trust 邻近机关的根公钥指纹

根公钥指纹和核验程序请从机关公告、决定书等别的途径取得，不要用本包里的来证明本包。邻近机关的文件和指纹请向邻近机关取得。
{stamped}{extent}
{hidden}
{attached}
文书不在包内。
"""


WITH_STAMPS = """stamps 文件夹：{stamps} 份时间戳（.tsr）和各自所证明的检查点（.checkpoint）。
机构的签名用 openssl 核对，核验程序会写出命令；时间戳机构的根证书请从该机构取得。
"""
WITHOUT_FILES = "附件原件不在包内。附件的摘要在各步的字段里（隐去时只留承诺值），可另行调取原件，用 --file 核对。"
NO_FILES = "本件没有附件原件可随包提供。"
WITH_FILES = """files 文件夹        附件原件，收到时是什么就是什么；照片原件可能带有拍摄时间和地点，不出系统

核验程序会把 files 里的每一份原件与记录的摘要核对，有一份不符即报“不成立”；不要改名、重新压缩或增减文件。
解压后单独核对一份：python3 -I banyan_verify.py 本压缩包.zip --trust 根公钥指纹 --file 该文件
附件清单（包内文件、提交的步骤、原来的名称）："""
PHOTO = "photo"
NOT_PACKED = {
    GONE: "系统中已没有这份文件",
    ALTERED: "保存的文件与记录的摘要不符，须由机关查明",
    PHOTO: "照片原件不出系统，需要核对时由机关当面调验",
}
FOLDER, STAMPS = "files/", "stamps/"
SUFFIXES = {"application/pdf": ".pdf"}
MOST_READ = 200 * 1024 * 1024
"""Bytes of originals in a file that is made at a page; a command may take more."""


@dataclass(frozen=True)
class Export:
    """The bytes of a zip, and what to call it."""

    content: bytes
    name: str


def export_case(
    session: Session,
    around: Surroundings,
    instance_id: str,
    *,
    by: Actor,
    whole: bool,
    purpose: str,
    network: str,
    now: datetime,
    files: Sequence[Attached] | None = None,
) -> Export:
    """Make the file for an auditor.

    Args:
        whole: with personal data; `purpose` is then needed.
        files: what `files_to_export` read, for a file with the originals of what was attached.

    Raises:
        Refusal: as `exportable`; `export_purpose_short` (422); `purpose_needed` (403): a redacted file without any
            purpose stated for this case; `export_files_need_whole` (422); `case_not_sealed` (409),
            `signing_key_unlisted` (409), `record_broken` (500).
    """
    row = exportable(session, instance_id, by=by)
    why = purpose_of(session, instance_id, by=by, whole=whole, purpose=purpose, now=now)
    if files is not None:
        check_whole(whole)
        files = () if destroyed(session, row.id) else files  # it may have been since they were read
    content, checkpoint, stamps = _sealed(session, around, row, whole=whole, now=now)
    extent = ("whole" if whole else "redacted") + ("" if files is None else ":files")
    record_look(session, Look(by.id, row.id, now, f"{EXPORT}:{extent}", network, purpose=why))
    name = f"{row.number or row.id[:12]}-{now:%Y%m%d%H%M%S}.zip"
    read_me = _read_me(checkpoint, whole=whole, files=files, stamps=len(stamps) // 2)
    return Export(_zipped(content, read_me, now, files or (), stamps), name)


def files_to_export(
    session: Session,
    around: Surroundings,
    instance_id: str,
    *,
    by: Actor,
    whole: bool,
    purpose: str,
    now: datetime,
    most: int = MOST_READ,
) -> tuple[Attached, ...]:
    """The originals of what the steps committed to, without those of photos, read before the log is locked for the file
    they go into; of a case whose content was destroyed there are none.

    Args:
        most: bytes of all together.

    Raises:
        Refusal: as `exportable` and `purpose_of`; `export_files_need_whole` (422), `export_files_too_large` (413),
            `record_broken` (500).
    """
    row = exportable(session, instance_id, by=by)
    check_whole(whole)
    purpose_of(session, instance_id, by=by, whole=whole, purpose=purpose, now=now)
    if destroyed(session, row.id):
        return ()
    case, events = read_case(session, around, row, now=now), read_events(session, around.vault, row.id)
    found = attached(session, case, events, hidden={}, most=most)
    if any(one.why == TOO_MUCH for one in found):
        raise Refusal("export_files_too_large", 413, {"limit": most // 1024**2})
    return tuple(map(_no_photo, found))


def _no_photo(one: Attached) -> Attached:
    """The original of a photo is kept as evidence and never handed out: it may say where and when it was taken."""
    return replace(one, content=b"", why=PHOTO) if one.content and one.type.startswith("image/") else one


def check_whole(whole: bool) -> None:
    """Raises Refusal: `export_files_need_whole` (422): who may not see what was answered may not see what was attached."""
    if not whole:
        raise Refusal("export_files_need_whole")


def purpose_of(session: Session, instance_id: str, *, by: Actor, whole: bool, purpose: str, now: datetime) -> str:
    """Why the case is taken away or printed: as said now, else as stated when the case was opened.

    Raises:
        Refusal: `export_purpose_short` (422); `purpose_needed` (403).
    """
    why = plain(purpose, LONGEST)
    if (whole or why) and len(why) < SHORTEST:
        raise Refusal("export_purpose_short", params={"shortest": SHORTEST})
    return why or look_at_case(session, instance_id, by=by, now=now).purpose


def exportable(session: Session, instance_id: str, *, by: Actor) -> Instance:
    """The case, for an auditor whose mandate covers it.

    Raises:
        Refusal: `not_found` (404), also for those who work on the case.
    """
    row = session.get(Instance, instance_id)
    if row is None or not may_export(session, row, by):
        raise not_found()
    return row


def may_export(session: Session, row: Instance, by: Actor) -> bool:
    return AUDITOR in by.roles and sight(session, row, by) is Sight.PURPOSE


def _sealed(
    session: Session, around: Surroundings, row: Instance, *, whole: bool, now: datetime
) -> tuple[bytes, Checkpoint, dict[str, bytes]]:
    """Sealed and signed first where a signing key is at hand; with what authorities stamped of it, by file."""
    checkpoint = checkpoint_over(session, around, row.id, row.head_seq, now=now)
    if checkpoint is None:
        raise Refusal("case_not_sealed", 409)
    content, numbers = bundle_of(
        session,
        around.vault,
        row.id,
        checkpoint,
        shown=everything if whole else procedure,
        definitions=lambda digest: published(session, digest).bundle.files,
    )
    stamps: dict[str, bytes] = {}
    for number, (stamp, body) in enumerate(stamps_of(session, numbers), 1):
        stamps |= {f"{STAMPS}{number:04}.checkpoint": body, f"{STAMPS}{number:04}.tsr": stamp.answer}
    return content, checkpoint, stamps


def everything(_name: str) -> bool:
    return True


def procedure(name: str) -> bool:
    return name in PROCEDURE


def _read_me(checkpoint: Checkpoint, *, whole: bool, files: Sequence[Attached] | None, stamps: int) -> str:
    extent = f"包内为截至检查点 {checkpoint.said['at']}（协调世界时）的全部步骤；之后的步骤不在包内。"
    hidden = "本包含个人信息，请按规定保管。" if whole else "答复、事实、理由已隐去，只留承诺值；步骤和办理人编号可见。"
    stamped = WITH_STAMPS.format(stamps=stamps) if stamps else ""
    attached = WITHOUT_FILES if files is None else _listed(files)
    return READ_ME.format(extent=extent, hidden=hidden, stamped=stamped, attached=attached)


def _listed(files: Sequence[Attached]) -> str:
    if not files:
        return NO_FILES
    lines = [
        f"{_file_name(number, one) if one.content else '（不在包内：' + NOT_PACKED[one.why] + '）'}  "
        f"第 {'、'.join(map(str, one.steps))} 步  {shown(one.name) or '（名称已不可知）'}  {one.size or '—'} 字节  SM3 {one.sm3}"
        for number, one in enumerate(files, 1)
    ]
    return "\n".join((WITH_FILES, *lines))


def _file_name(number: int, one: Attached) -> str:
    """The name tells nobody anything, and never comes from a person."""
    return f"{FOLDER}{number:04}-{one.sha256[:16]}{SUFFIXES.get(one.type, '.bin')}"


def _zipped(
    bundle: bytes, read_me: str, now: datetime, files: Sequence[Attached], stamps: Mapping[str, bytes]
) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in (
            ("bundle.json", bundle),
            ("banyan_verify.py", VERIFIER.read_bytes()),
            ("说明.txt", read_me.encode()),
            *stamps.items(),
        ):
            folder.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
        for number, one in enumerate(files, 1):
            if one.content:
                # As they are: the verifier reads no packed originals, so none can be a bomb.
                entry = zipfile.ZipInfo(_file_name(number, one), now.timetuple()[:6])
                folder.writestr(entry, one.content, zipfile.ZIP_STORED)
    return packed.getvalue()
