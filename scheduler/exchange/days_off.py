"""Names of public holidays in the reader's language."""

from datetime import date
from functools import lru_cache

import holidays as public_holidays

from scheduler.exchange.svg_words import Language

_CODES: dict[Language, str] = {"ko": "ko", "en": "en_US"}


@lru_cache(maxsize=256)
def holiday_texts(country: str, year: int, language: Language) -> dict[date, str]:
    """Public holidays of one country and year by date, in `language` if the library has it, else in English, else in the country's own.

    The language is always given: left out, the library takes it from the environment, and equal plans would give unequal pictures.
    """
    known = public_holidays.list_localized_countries().get(country, [])
    chosen = next((each for each in (_CODES[language], "en_US", *known) if each in known), None)
    return dict(public_holidays.country_holidays(country, years=year, language=chosen))
