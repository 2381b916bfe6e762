"""What the API refuses, and what people run into.

ApiError             an answer of the HTTP API: status, code, message, `errors` by field
PlaygroundError
├── NoAnswer         "The application did not respond", or it kept thinking past the deadline
├── Refused          Discord's own client would not let this person do that
└── DeadlineError    `until` gave up; the text shows what was visible
"""

from typing import Any

Json = dict[str, Any]

CODES: dict[int, tuple[int, str]] = {
    0: (401, "401: Unauthorized"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50109: (400, "The request body contains invalid JSON."),
    160004: (400, "A thread has already been created for this message"),
}
"""JSON error codes with the status that carries them (Discord's "Opcodes and Status Codes")."""


class ApiError(Exception):
    """An error body of the HTTP API: `code`, `message`, and for 50035 the `errors` by field."""

    def __init__(self, code: int, errors: Json | None = None) -> None:
        self.code = code
        self.status, self.message = CODES[code]
        self.errors = errors
        super().__init__(f"{self.status} {code}: {self.message} {errors or ''}")

    def body(self) -> Json:
        told: Json = {"message": self.message, "code": self.code}
        if self.errors:
            told["errors"] = self.errors
        return told


class PlaygroundError(Exception):
    """Root of what people and tests see."""


class NoAnswer(PlaygroundError):
    """The application did not respond in time, or never finished a deferred answer."""


class Refused(PlaygroundError):
    """Discord's own client would not send this."""


class DeadlineError(PlaygroundError):
    """A condition did not come true in time; the message shows the screen."""
