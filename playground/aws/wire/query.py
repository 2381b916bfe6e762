"""AWS's query protocol: a form comes in, XML goes out (STS, IAM, load balancers)."""

import re
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from playground.aws.errors import Json

NAMESPACES = {
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "elbv2": "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
}
LIST = re.compile(r"\d+")


def fields(body: bytes) -> Json:
    """`Targets.member.1.Id=…` → {"Targets": [{"Id": …}]}."""
    tree: Json = {}
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        at, steps = tree, name.split(".")
        for step in steps[:-1]:
            at = at.setdefault(step, {})
        at[steps[-1]] = value
    read: Json = _read(tree)
    return read


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {"member"}:
        numbered = value["member"]
        return [_read(numbered[key]) for key in sorted(numbered, key=int)]
    return {key: _read(one) for key, one in value.items()}


def answer(service: str, action: str, data: Json, request_id: str) -> bytes:
    root = ElementTree.Element(f"{action}Response", {"xmlns": NAMESPACES[service]})
    _write(ElementTree.SubElement(root, f"{action}Result"), data)
    _write(ElementTree.SubElement(root, "ResponseMetadata"), {"RequestId": request_id})
    return _bytes(root)


def refusal(service: str, code: str, message: str, status: int, request_id: str) -> bytes:
    root = ElementTree.Element("ErrorResponse", {"xmlns": NAMESPACES[service]})
    kind = "Sender" if status < 500 else "Receiver"
    _write(root, {"Error": {"Type": kind, "Code": code, "Message": message}, "RequestId": request_id})
    return _bytes(root)


def _write(at: ElementTree.Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            _write(ElementTree.SubElement(at, name), one)
    elif isinstance(value, list):
        for one in value:
            _write(ElementTree.SubElement(at, "member"), one)
    elif isinstance(value, bool):
        at.text = "true" if value else "false"
    else:
        at.text = str(value)


def _bytes(root: ElementTree.Element) -> bytes:
    text: bytes = ElementTree.tostring(root, encoding="utf-8")
    return text
