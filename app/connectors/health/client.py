"""The interface of 卫生健康部门: the agreed one. Another format goes into `request` and `answer` here."""

from app.connectors.http import HttpClient


class Client(HttpClient):
    """POST <CONNECTOR_HEALTH_URL>/<operation>."""
