"""What gunicorn and flask serve. What is missing in the surroundings is said in one sentence, not in a traceback."""

from app.settings import SettingsRefused
from app.vault import PrimitivesRefused
from app.wiring import create_app

try:
    app = create_app()
except (SettingsRefused, PrimitivesRefused) as refusal:
    raise SystemExit(f"不能启动：{refusal}") from None
