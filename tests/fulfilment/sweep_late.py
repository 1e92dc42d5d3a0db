"""Ends late orders until none is left, and prints how many: python -m tests.fulfilment.sweep_late <lock seconds>"""

import sys

import django

django.setup()

from django.db import connection  # noqa: E402

from marketplace.fulfilment import queries, services, tasks  # noqa: E402

if __name__ == "__main__":
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{int(sys.argv[1])}s'")
    ended, expire = 0, services.expire

    def counted(**due):
        global ended
        ended += expire(**due)

    services.expire = counted
    while queries.dues_past_deadline().exists():
        tasks.expire_unpaid()
    print(ended)  # noqa: T201 - the test reads it
