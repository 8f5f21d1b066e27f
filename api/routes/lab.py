"""The lab over the API: methods, sites, resources."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.caching import is_known, not_modified, weak_etag
from api.remembered import CurrentLab
from api.schemas import LabView, MethodList
from api.views import lab_view, method_view
from scheduler import __version__

router = APIRouter(prefix="/api", tags=["lab"])


@router.get("/methods")
def list_methods(here: CurrentLab) -> MethodList:
    """The methods that companies may ask for."""
    return MethodList(methods=[method_view(each) for each in here.lab.methods])


@router.get("/lab", response_model=LabView)
def show_lab(here: CurrentLab, request: Request, response: Response) -> LabView | Response:
    """Sites and resources; with an ETag, as clients keep it."""
    etag = weak_etag("lab", here.version, __version__)
    if is_known(request, etag):
        return not_modified(etag)
    response.headers["ETag"] = etag
    return lab_view(here.lab, here.version)
