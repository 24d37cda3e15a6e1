"""The interface of 婚姻登记系统: the agreed one. Another format goes into `request` and `answer` here."""

from app.connectors.http import HttpClient


class Client(HttpClient):
    """POST <CONNECTOR_MARRIAGE_URL>/<operation>."""
