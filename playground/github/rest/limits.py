"""The primary rate limit: so many requests an hour for each account, and how it is told."""

from dataclasses import dataclass, field

from playground.github.accounts import Access
from playground.github.errors import ApiError, Json

HOUR = 3600.0
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    " If you reach out to GitHub Support for help, please include the request ID."
)


@dataclass
class Budget:
    limit: int
    resets_at: float
    used: int = 0

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - self.used, 0)),
            "X-RateLimit-Reset": str(int(self.resets_at)),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Resource": "core",
        }

    def shown(self) -> Json:
        left = max(self.limit - self.used, 0)
        return {"limit": self.limit, "remaining": left, "reset": int(self.resets_at), "used": self.used}


@dataclass
class Limits:
    """`per_hour` may be changed at any time; a window begins with an account's first request."""

    per_hour: int = 5000
    _budgets: dict[int, Budget] = field(default_factory=dict)

    def budget(self, access: Access, now: float) -> Budget:
        found = self._budgets.get(access.user.id)
        if found is None or found.resets_at <= now:
            found = self._budgets[access.user.id] = Budget(self.per_hour, now + HOUR)
        found.limit = self.per_hour
        return found


def exhausted(access: Access, budget: Budget) -> ApiError:
    whose = f"installation ID {access.app.installation_id}" if access.app else f"user ID {access.user.id}"
    return ApiError(403, f"API rate limit exceeded for {whose}.", headers=budget.headers())


def secondary(retry_after: float | None, status: int = 403) -> ApiError:
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:.0f}"}
    return ApiError(status, SECONDARY, headers=headers)
