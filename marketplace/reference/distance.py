"""Distance between kabupaten/kota, from their centroids in data/regencies.csv, where it has them."""

from math import asin, cos, radians, sin, sqrt

from marketplace.reference.models import Regency

EARTH_KM = 6371.0


def kilometres(one: Regency, other: Regency) -> int | None:
    """Great-circle kilometres between the two centroids, rounded; a road is longer. Nothing where one is unknown."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    lat1, lon1, lat2, lon2 = map(radians, (one.latitude, one.longitude, other.latitude, other.longitude))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(half)))
