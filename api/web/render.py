"""Templates to HTML, in the language that the visitor chose."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.columns import DEFAULT_ZONE
from api.deps import now_of
from api.errors import Problem
from api.web.formats import Formats
from api.web.texts import LANGUAGES, LOCALES, script_texts, text, texts

COOKIE = "language"
YEAR_SECONDS = 365 * 24 * 3600


@cache
def environment() -> Environment:
    """Everything is escaped, and a misspelt name is an error."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def language_of(request: Request) -> str:
    """What the address says, else what the visitor chose before, else the server's."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE), request.app.state.settings.default_language):
        if wanted in LANGUAGES:
            return str(wanted)
    return LANGUAGES[0]


def render(request: Request, template: str, *, zone: str = DEFAULT_ZONE, status: int = 200, **context: Any) -> HTMLResponse:
    """The page of `template`."""
    language = language_of(request)
    other = next(each for each in LANGUAGES if each != language)
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    # A form that was refused has no page of its own to show in the other language.
    path = request.url.path if request.method == "GET" else request.scope.get("page", request.url.path)
    html = (
        environment()
        .get_template(template)
        .render(
            t=lambda key, **values: text(language, key, **values),
            has_text=lambda key: key in texts(language),
            f=Formats(language, zone, now_of(request)),
            zone=zone,
            language=language,
            locale=LOCALES[language],
            other_language=other,
            other_url=f"{path}?{urlencode([*query, ('lang', other)])}",
            asset=request.app.state.assets.url,
            path=request.url.path,
            script_texts=script_texts(language),
            **context,
        )
    )
    response = HTMLResponse(html, status, {"Content-Language": language, "Vary": "Cookie"})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return response


def answer_error_page(request: Request, problem: Problem) -> HTMLResponse:
    """A problem as a page."""
    key = f"error.{problem.status}"
    return render(request, "error.html", status=problem.status, problem=problem, title_key=key if key in texts("en") else "error.title")
