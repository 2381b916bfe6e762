"""What the API refuses, as GitHub words it."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

DOCS = "https://docs.github.com/rest"


class ApiError(Exception):
    """An error body of the REST API: `message`, `documentation_url`, `status`, and what else is told."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        self.status, self.message, self.headers, self.more = status, message, dict(headers or {}), more
        super().__init__(f"{status} {message}")

    def body(self) -> Json:
        return {"message": self.message, **self.more, "documentation_url": DOCS, "status": str(self.status)}


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def invalid(message: str) -> ApiError:
    return ApiError(422, message)


class PlaygroundError(Exception):
    """The test or the script asked for something that cannot be."""
