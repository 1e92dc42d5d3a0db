"""COPY of rows of a model. Columns that are not named get the model's own default, so that a field somebody
adds later does not break the load."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb


def copy(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows whose values stand in the order of `names` (attribute names); gives how many there were."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    others = [field for name, field in fields.items() if name not in names]
    rest = tuple(_default(field) for field in others)
    wrapped = [index for index, name in enumerate(names) if isinstance(fields[name], JSONField)]
    columns = [fields[name].column for name in names] + [field.column for field in others]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(str(column)) for column in columns),
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        for row in rows:
            values = list(row)
            for index in wrapped:
                values[index] = Jsonb(values[index])
            out.write_row((*values, *rest))
            count += 1
    return count


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    value = field.get_default()
    return Jsonb(value) if isinstance(field, JSONField) else value
