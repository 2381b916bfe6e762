"""The `errors` tree of a 50035 answer: field path → list of (code, message)."""

from playground.discord.errors import ApiError, Json

Path = tuple[str | int, ...]


def words(text: str) -> frozenset[str]:
    """Field names, written as one line."""
    return frozenset(text.split())


class Problems:
    """Collects what is wrong with one request body; `check` refuses when there is anything."""

    def __init__(self) -> None:
        self._found: list[tuple[Path, str, str]] = []

    def add(self, path: Path, code: str, message: str) -> None:
        self._found.append((path, code, message))

    def required(self, path: Path) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choice(self, path: Path, allowed: str) -> None:
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")

    def length(self, path: Path, value: object, low: int, high: int) -> None:
        """Strings and lists whose length must lie in low…high; anything else is of the wrong type."""
        if not isinstance(value, (str, list)):
            self.add(path, "BASE_TYPE_STRING", "Could not interpret as text or list.")
        elif not low <= len(value) <= high:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def unknown(self, path: Path, given: Json, known: frozenset[str]) -> None:
        for key in given.keys() - known:
            self.add((*path, key), "BASE_TYPE_UNKNOWN", "Discord knows no such field.")

    def tree(self) -> Json:
        root: Json = {}
        for path, code, message in self._found:
            node = root
            for step in path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return root

    def check(self) -> None:
        if self._found:
            raise ApiError(50035, self.tree())


def invalid(path: Path, code: str, message: str) -> ApiError:
    """A 50035 with a single problem."""
    problems = Problems()
    problems.add(path, code, message)
    return ApiError(50035, problems.tree())
