"""Pages of the office as an officer opens and sends them, in English."""

from django.urls import reverse
from django.utils import translation


def url(name, *args):
    """The English page."""
    with translation.override("en"):
        return reverse(f"office:{name}", args=args)


def page(client, name, *args, **query):
    response = client.get(url(name, *args), query)
    assert response.status_code == 200
    return response.content.decode()


def posted(client, address, data, status=302):
    response = client.post(address, data)
    assert response.status_code == status
    return response.content.decode()
