"""What gunicorn serves."""

from app.wiring import create_app

app = create_app()
