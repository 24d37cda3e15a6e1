"""The interface of 公安机关: the agreed one. Another format goes into `request` and `answer` here."""

from app.connectors.http import HttpClient


class Client(HttpClient):
    """POST <CONNECTOR_POLICE_URL>/<operation>."""
