"""The wall-clock world: frozen, validated data without any I/O.

Times are aware datetimes (kept in UTC), lengths are timedeltas, money does not occur.
"""
