"""Verified in the environment before: what counts, and what starts the time anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gates import verified
from bot.ledger.rows import Standing, Trouble
from bot.model import Known, Version

GOOD, OTHER = Version("a" * 40, "aaaaaaa"), Version("b" * 40, "bbbbbbb")


def known(*rows: tuple[Version, str, float], troubles: tuple[Trouble, ...] = (), busy: int | None = None) -> Standing:
    """``rows`` as they happened, oldest first."""
    events = [Known(version, how, at, deploy=int(at)) for version, how, at in rows]
    return Standing(tuple(events[::-1]), tuple(sorted(troubles, key=lambda one: one.at, reverse=True)), busy)


def said(standing: Standing) -> tuple[str | None, float | None]:
    found = verified(GOOD, standing)
    return found.code, found.since


PUT = (GOOD, "verified", 10.0)


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (known(), "never"),
        (known((OTHER, "verified", 1.0)), "never"),
        (known((GOOD, "observed", 1.0)), "observed"),
        (known(PUT, (GOOD, "withdrawn", 11.0), (OTHER, "verified", 11.0)), "withdrawn"),
        (known(PUT, (GOOD, "withdrawn", 11.0), (OTHER, "verified", 11.0), (GOOD, "observed", 12.0)), "withdrawn"),
        (known(PUT, (OTHER, "verified", 11.0)), "elsewhere"),
        (known(PUT, (OTHER, "observed", 11.0)), "elsewhere"),
        (known(PUT, busy=12), "busy"),
        (known(PUT, troubles=(Trouble(11.0, "left", 12),)), "left"),
        (known(PUT, troubles=(Trouble(11.0, "drift"),)), "drifted"),
        (known(PUT, troubles=(Trouble(11.0, "unhealthy"),)), "unhealthy"),
    ],
)
def test_what_is_not_verified_now_says_why(standing: Standing, code: str) -> None:
    assert verified(GOOD, standing).code == code


def test_what_runs_there_verified_says_since_when_and_by_which_deploy() -> None:
    found = verified(GOOD, known((OTHER, "verified", 1.0), PUT))
    assert (found.yes, found.since, found.deploy) == (True, 10.0, 10)


def test_an_image_is_verified_where_the_commit_that_it_was_built_from_is() -> None:
    image = Version(f"sha256:{'c' * 64}", "aaaaaaa", commit=GOOD.id)
    assert verified(image, known(PUT)).yes
    assert verified(image, known(PUT, (OTHER, "verified", 11.0))).code == "elsewhere"
    assert verified(Version(image.id, "aaaaaaa"), known(PUT)).code == "never"
    built = (image, "verified", 11.0)
    assert verified(image, known(PUT, built, troubles=(Trouble(12.0, "drift"),))).code == "drifted"


def test_a_restart_proves_it_again_and_breaks_nothing() -> None:
    found = verified(GOOD, known(PUT, (GOOD, "verified", 20.0)))
    assert (found.since, found.deploy) == (10.0, 20)


def test_the_time_before_it_was_first_verified_does_not_count() -> None:
    assert said(known((GOOD, "observed", 1.0), PUT)) == (None, 10.0)


def test_another_version_in_between_starts_the_time_anew() -> None:
    assert said(known(PUT, (OTHER, "verified", 11.0), (GOOD, "verified", 12.0))) == (None, 12.0)
    assert said(known(PUT, (OTHER, "observed", 11.0), (GOOD, "observed", 12.0))) == (None, 12.0)


def test_a_deploy_that_was_put_back_starts_the_time_anew() -> None:
    standing = known(
        PUT, (OTHER, "withdrawn", 20.0), (GOOD, "verified", 20.0), troubles=(Trouble(20.0, "put_back", 20),)
    )
    assert said(standing) == (None, 20.0)


@pytest.mark.parametrize("code", ["left", "drift", "unhealthy"])
def test_what_shook_it_is_over_when_it_is_verified_again(code: str) -> None:
    assert said(known(PUT, (GOOD, "verified", 30.0), troubles=(Trouble(20.0, code),))) == (None, 30.0)


def test_a_failed_look_is_over_with_the_next_good_one_but_a_drift_is_not() -> None:
    well = Trouble(25.0, "well_again")
    assert said(known(PUT, troubles=(Trouble(20.0, "unhealthy"), well))) == (None, 25.0)
    assert said(known(PUT, troubles=(Trouble(20.0, "drift"), well)))[0] == "drifted"


def test_what_happened_before_its_time_is_forgiven() -> None:
    assert said(known((OTHER, "verified", 1.0), PUT, troubles=(Trouble(2.0, "unhealthy"),))) == (None, 10.0)


moments = st.floats(0, 1000, allow_nan=False)
rows = st.lists(st.tuples(st.sampled_from([GOOD, OTHER]), st.sampled_from(["verified", "observed", "withdrawn"])))
troubles = st.lists(
    st.builds(
        Trouble,
        at=moments,
        code=st.sampled_from(["left", "put_back", "drift", "unhealthy", "well_again"]),
        deploy=st.none(),
    ),
    max_size=5,
)


@given(rows, troubles)
def test_a_yes_needs_a_proof_that_stands_and_the_version_in_place(
    told: list[tuple[Version, str]], shaken: list[Trouble]
) -> None:
    standing = known(*((*row, float(at * 10)) for at, row in enumerate(told)), troubles=tuple(shaken))
    found = verified(GOOD, standing)
    proofs = [how for version, how in told if version == GOOD and how != "observed"]
    put = [version for version, how in told if how != "withdrawn"]
    if found.yes:
        assert proofs[-1:] == ["verified"]
        assert put[-1] == GOOD
        assert found.since is not None
        assert not [one for one in shaken if one.code in ("left", "put_back", "drift") and one.at > found.since]


@given(rows, troubles, troubles)
def test_more_trouble_never_makes_the_time_longer(
    told: list[tuple[Version, str]], some: list[Trouble], more: list[Trouble]
) -> None:
    events = tuple((*row, float(at * 10)) for at, row in enumerate(told))
    bad = [one for one in more if one.code != "well_again"]
    first = verified(GOOD, known(*events, troubles=tuple(some)))
    then = verified(GOOD, known(*events, troubles=(*some, *bad)))
    if then.yes:
        assert first.yes
        assert (first.since or 0) <= (then.since or 0)
