"""What several tests of sourcing do."""

from typing import Any

import pytest
from django.db import transaction


def refused(error: type[Exception], call: Any, **kw: Any) -> str:
    """The code with which this call is refused."""
    with pytest.raises(error) as caught, transaction.atomic():
        call(**kw)
    return str(getattr(caught.value, "code", ""))
