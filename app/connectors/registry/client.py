"""The interface of 收养登记与儿童福利信息系统: the agreed one. Another format goes into `request` and `answer` here."""

from app.connectors.http import HttpClient


class Client(HttpClient):
    """POST <CONNECTOR_REGISTRY_URL>/<operation>."""
