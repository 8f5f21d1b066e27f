"""Whether the process lives, and whether the service can work."""

from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Db
from api.schemas import Health
from scheduler.service import health

router = APIRouter(tags=["health"])


@router.get("/livez")
def live() -> Health:
    """The process answers."""
    return Health(ok=True, problems=[])


@router.get("/readyz", responses={503: {"model": Health}})
def ready(database: Db, response: Response) -> Health:
    """The database is reachable, migrated, and guarded against double booking; 503 with the reasons if not."""
    problems = health.check(database)
    response.status_code = 503 if problems else 200
    return Health(ok=not problems, problems=problems)
