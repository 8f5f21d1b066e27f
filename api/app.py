"""The app: routes, guards and error handlers put together. It never loads the solver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from api.caching import BodyCache
from api.deps import Clock, system_clock
from api.errors import answer_problem, problem_of
from api.guard import Guard
from api.openapi import document
from api.remembered import Remembered
from api.routes import drafts, feeds, forms, health, lab, offers, pages, requests, runs, schedule
from api.settings import Settings
from api.web.assets import Assets, StaticAssets
from api.web.render import answer_error_page
from scheduler import __version__
from scheduler.errors import SchedulerError
from scheduler.service.database import Database, migrate

DESCRIPTION = "Requests in, one verified plan out: offers, planning runs, drafts, the schedule in force and calendar feeds."
MACHINE_PATHS = ("/api/", "/feeds/", "/livez", "/readyz", "/openapi.json")


def create_app(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The app over the database of `settings`, which is opened and migrated when the app starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database.open(settings.database_url)
        try:
            migrate(database)
            app.state.database = database
            yield
        finally:
            database.close()

    # No documentation page: it would load its scripts from a foreign server.
    app = FastAPI(
        title="Slotwright",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.clock = clock
    app.state.bodies = BodyCache()
    app.state.remembered = Remembered()
    app.state.assets = Assets()
    for module in (requests, lab, offers, runs, drafts, schedule, feeds, health, forms, pages):
        app.include_router(module.router)
    app.mount(app.state.assets.base, StaticAssets(), name="static")
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # the way FastAPI documents
    for kind in (SchedulerError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer_error)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(Guard, host_names=() if settings.allow_public else settings.host_names, max_body_bytes=settings.max_body_bytes)
    return app


async def answer_error(request: Request, error: Exception) -> Response:
    """A problem document for programs, a page for people."""
    if request.url.path.startswith(MACHINE_PATHS):
        return await answer_problem(request, error)
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        await answer_problem(request, error)  # for its line in the log
    return answer_error_page(request, problem)
