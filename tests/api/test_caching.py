from api.caching import BodyCache, weak_etag


def test_equal_ingredients_give_equal_tags() -> None:
    assert weak_etag("a", 1) == weak_etag("a", 1)
    assert weak_etag("a", 1) != weak_etag("a", 2)
    assert weak_etag("a", 1).startswith('W/"')


def test_body_is_made_once() -> None:
    cache, made = BodyCache(), []

    def make() -> bytes:
        made.append(1)
        return b"body"

    assert cache.get("k", make) == cache.get("k", make) == b"body"
    assert len(made) == 1


def test_oldest_body_goes_first_when_room_runs_out() -> None:
    cache = BodyCache(capacity_bytes=10)
    cache.get("a", lambda: b"12345")
    cache.get("b", lambda: b"12345")
    cache.get("a", lambda: b"never")
    cache.get("c", lambda: b"12345")
    assert cache.get("a", lambda: b"new") == b"12345"
    assert cache.get("b", lambda: b"new") == b"new"


def test_body_larger_than_all_room_is_not_kept() -> None:
    cache = BodyCache(capacity_bytes=3)
    assert cache.get("a", lambda: b"12345") == b"12345"
    assert cache.get("a", lambda: b"again") == b"again"
