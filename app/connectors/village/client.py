"""The interface of 村（居）民委员会: the agreed one. Another format goes into `request` and `answer` here."""

from app.connectors.http import HttpClient


class Client(HttpClient):
    """POST <CONNECTOR_VILLAGE_URL>/<operation>."""
