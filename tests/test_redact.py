"""No secret survives in any disguise (INV11): properties over any value, and one example a shape."""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import re
import time
from urllib.parse import quote, quote_plus

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from bot import redact
from bot.redact import MASK, Redactor

SECRETS = st.text(min_size=8, max_size=60).filter(lambda value: len(value.strip()) >= 8 and not set(value) <= set("*"))
AROUND = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
SHAPED = {
    "private key": "-----BEGIN EC PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nxyzSECRETxyz\n-----END EC PRIVATE KEY-----",
    "cut private key": "-----BEGIN RSA PRIVATE KEY-----\nb3BlbnSECRETnNz",
    "aws": "AKIASECRETSECRETSECR",
    "github": "ghp_SECRETabcdefghijklmnopqrstuvwxyz0123",
    "github fine-grained": "github_pat_SECRET11AAAAAAA0abcdefghijklm",
    "discord": "MTAxSECRETxMTExMTExMTExM.GabcDE.SECRETabcdefghijklmnopqrstuvwxy12345",
    "webhook": "https://discord.com/api/webhooks/123456789012345678/SECRETabcdefghijklmnopqrstu",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTRUNSRVQifSECRET.SECRETc2lnbmF0dXJl",
    "header": "Authorization: Bearer SECRET.abc",
    "basic header": "authorization: Basic U0VDUkVUSECRET==",
    "digest header": 'Authorization: Digest SECRETuser, response="x"',
    "json header": '{"Authorization": "Bot SECRETabc"}',
    "bearer": "curl -H Bearer SECRETabcdef",
    "assignment": "DB_PASSWORD=SECRET",
    "spaced assignment": "password = 'SECRET with blanks'",
    "colon": "api_key: SECRET",
    "json": '{"db_password": "SEC\\"RETSECRET", "user": "app"}',
    "json in json": '{\\"token\\": \\"SECRET\\"}',
    "unfinished quote": 'secret="SECRET and no end',
    "user info": "postgres://app:SECRET@db:5432/x",
    "user info without password": "https://SECRET@github.com/x",
    "query": "https://host/x?access_token=SECRET&page=2",
}


@pytest.mark.parametrize("name", SHAPED)
def test_a_common_shape_is_masked_though_nobody_registered_it(name: str) -> None:
    cleaned = redact.clean(f"before {SHAPED[name]}")
    assert "SECRET" not in cleaned
    assert MASK in cleaned
    assert cleaned.startswith("before ")


@pytest.mark.parametrize(
    "line",
    [
        "ModuleNotFoundError: No module named 'pypdf'",
        "commits 4 · model none",
        "PWD=/app/ai-server",
        "https://github.com/org/ai-server.git",
        "secrets masked",
        "Unexpected token < in JSON at position 0",
        "git@github.com:org/x.git",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert redact.clean(line) == line


def test_masked_json_is_still_json() -> None:
    cleaned = redact.clean(json.dumps({"password": 'a"b\\c', "user": "app"}))
    assert json.loads(cleaned) == {"password": MASK, "user": "app"}


@pytest.mark.parametrize("value", ["", "sh0rt", "1234567", "        ", "  abc    "])
def test_a_short_secret_is_refused_without_being_named(value: str) -> None:
    redactor = Redactor()
    with pytest.raises(ValueError, match="shorter than 8") as refused:
        redactor.register(value)
    assert not value.strip() or value.strip() not in str(refused.value)
    assert redactor.clean("a short text") == "a short text"


@given(secret=SECRETS, before=AROUND, after=AROUND)
@example("pass word+1", "", "")
@example("a/b&c=d?e#f", "x", "y")
@example('quo"ted\\ones', "", "")
@example("비밀번호비밀번호", "", "")
@example("\\" * 8, "\\" * 30, "\\")
def test_no_registered_secret_survives_in_any_embedding(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.register(secret)
    raw = secret.encode(errors="surrogatepass")
    forms = {
        secret,
        quote(raw, safe=""),
        quote(raw),
        quote(raw, safe="!'()*~").lower() if secret.islower() else quote(raw, safe="!'()*~"),
        quote_plus(raw),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        raw.hex(),
        raw.hex().upper(),
        re.sub(r"([*_~`|\\\[\]])", r"\\\1", secret),
    }
    for form in forms:
        assert form not in redactor.clean(before + form + after).replace(MASK, "\0")


@given(secret=SECRETS, before=st.binary(max_size=30), after=st.binary(max_size=30))
def test_no_registered_secret_survives_in_base64_of_any_alignment(secret: str, before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.register(secret)
    raw = secret.encode(errors="surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + raw + after).decode().rstrip("=")
        left = redactor.clean(encoded).replace(MASK, "")
        touched = 3  # characters at its two ends that carry bits of the neighbours too
        assert len(encoded) - len(left) >= len(raw) * 8 // 6 - touched


@given(secrets=st.lists(SECRETS, min_size=2, max_size=4))
def test_one_secret_inside_another_is_masked_with_it(secrets: list[str]) -> None:
    redactor = Redactor()
    joined = "".join(secrets)
    for value in (*secrets, joined):
        redactor.register(value)
    assert redactor.clean(f"<{joined}>") == f"<{MASK}>"


def test_a_single_line_of_a_private_key_is_masked() -> None:
    redactor = Redactor()
    lines = ["-----BEGIN OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ", "AAAEC1rZXktdjEAAAAA"]
    redactor.register("\n".join(lines))
    assert lines[1] not in redactor.clean(f"stderr: {lines[1]}")
    assert lines[2] not in redactor.clean(f"stderr: {lines[2]}")


@pytest.mark.parametrize(
    "hostile",
    [
        "\\" * 20_000,
        'password="' + "\\a" * 10_000,
        "password=" * 5_000,
        "-eyJ" * 40_000,
        "-a" * 10_000,
        "://" * 7_000,
        "AKIA" * 5_000,
        "-----BEGIN PRIVATE KEY-----" * 2_000,
    ],
)
def test_hostile_text_cannot_stall_the_process(hostile: str) -> None:
    redactor = Redactor()
    redactor.register("\\" * 12 + "x")
    redactor.register("correct horse battery staple")
    began = time.monotonic()
    redactor.clean(hostile)
    assert time.monotonic() - began < 5


def fail(secret: str) -> None:
    raise LookupError(secret)


def raised(secret: str) -> BaseException:
    with pytest.raises(LookupError) as caught:
        fail(secret)
    return caught.value


def test_the_log_processor_masks_events_facts_names_and_tracebacks() -> None:
    token = "ghp_" + "s3cr3t" * 6
    error = raised(token)
    told = redact.struct(
        None, "error", {"event": token, "facts": {token: [token, (token,)]}, "exc_info": error, "n": 1}
    )
    assert "s3cr3t" not in repr(told)
    assert "LookupError" in told["exception"]
    assert "exc_info" not in told
    assert told["n"] == 1


def test_the_log_processor_finds_the_current_exception() -> None:
    try:
        fail("AKIASECRETSECRETSECR")
    except LookupError:
        told = redact.struct(None, "error", {"event": "failed", "exc_info": True})
    assert "LookupError" in told["exception"]
    assert "SECRETSECRET" not in told["exception"]


def test_objects_are_logged_by_their_cleaned_repr() -> None:
    class Thing:
        def __repr__(self) -> str:
            return "Thing(password=hunter2)"

    told = redact.struct(None, "info", {"event": "x", "thing": Thing(), "error": ValueError("token=abcdefgh")})
    assert told["thing"] == f"Thing(password={MASK}"
    assert told["error"] == f"token={MASK}"


def test_a_structlog_chain_writes_no_secret() -> None:
    out = io.StringIO()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(out), processors=[redact.struct, structlog.processors.JSONRenderer()]
    )
    logger.error("login failed", url="https://app:hunter22@db/", exc_info=raised("password=hunter22"))
    assert "hunter22" not in out.getvalue()
    assert "login failed" in out.getvalue()


def test_a_librarys_own_log_line_is_masked_with_its_traceback() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(redact.Cleaning("%(message)s"))
    logger = logging.Logger("library")
    logger.addHandler(handler)
    logger.error("with %s", "password=hunter22", exc_info=raised("https://u:hunter22@h/"))
    assert "hunter22" not in out.getvalue()
    assert "Traceback" in out.getvalue() or "LookupError" in out.getvalue()


def test_what_the_process_registers_is_masked_by_every_door() -> None:
    redact.register("correct-horse-battery")
    assert redact.clean("x correct-horse-battery y") == f"x {MASK} y"
    assert redact.struct(None, "info", {"event": "correct-horse-battery"})["event"] == MASK


def test_a_value_that_lives_for_an_hour_is_masked_until_it_is_taken_back() -> None:
    redactor = Redactor()
    redactor.register("a-lasting-secret")
    forget = redactor.hide("an-hourly-secret")
    assert redactor.clean("an-hourly-secret a-lasting-secret") == "*** ***"
    forget()
    assert redactor.clean("an-hourly-secret a-lasting-secret") == "an-hourly-secret ***"


def test_values_that_came_and_went_leave_nothing_behind() -> None:
    redactor = Redactor()
    for n in range(50):
        redactor.hide(f"an-hourly-secret-{n}")()
    assert redactor.clean("an-hourly-secret-7") == "an-hourly-secret-7"
    assert redactor._known == {}


@pytest.mark.parametrize(
    "token",
    ["ghs_" + "a1B2" * 9, "ghs_12345_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJlLXdpdGgtXw", "ghp_" + "x" * 36],
)
def test_both_forms_of_githubs_tokens_are_masked_without_being_known(token: str) -> None:
    assert Redactor().clean(f"sent {token}, refused") == "sent ***, refused"
