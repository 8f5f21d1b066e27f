"""Static files under an address that changes with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


class Assets:
    """Where the static files are served: `/static/<digest of all of them>`."""

    def __init__(self) -> None:
        digest = hashlib.sha256()
        for path in sorted(FOLDER.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
        self.base = f"/static/{digest.hexdigest()[:12]}"

    def url(self, path: str) -> str:
        """The address of one file."""
        return f"{self.base}/{path}"


class StaticAssets(StaticFiles):
    """The static files, kept by browsers for a year."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with leave to keep it."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
