"""What everybody may read of the programme: figures with their windows and sources, charts, open data.

Nothing here writes; nothing here shows a person, or a sum behind which fewer than three buyers or pesantren stand.
"""
