"""The interface of 法院: the agreed one. Another format goes into `request` and `answer` here."""

from app.connectors.http import HttpClient


class Client(HttpClient):
    """POST <CONNECTOR_COURT_URL>/<operation>."""
