"""The texts of the page in each language."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("ko", "en")
LOCALES = {"ko": "ko-KR", "en": "en-GB"}
FOLDER = Path(__file__).parent / "texts"


@cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of one language by key."""
    loaded: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def text(language: str, key: str, **values: object) -> str:
    """One text with its `{places}` filled. Raises: KeyError for an unknown key."""
    return texts(language)[key].format(**values) if values else texts(language)[key]


def script_texts(language: str) -> dict[str, str]:
    """The texts that scripts need."""
    return {key: value for key, value in texts(language).items() if key.startswith("js.")}
