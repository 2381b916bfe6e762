"""What a service refuses, in AWS's codes and sentences."""

from typing import Any

Json = dict[str, Any]


class AwsError(Exception):
    """`code` as botocore's model names it; `status` is HTTP's."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code, self.message, self.status = code, message, status
        super().__init__(f"{code}: {message}")


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def client(message: str) -> AwsError:
    return AwsError("ClientException", message)


class PlaygroundError(Exception):
    """The test or the script asked for something that cannot be."""
