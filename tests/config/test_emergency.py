"""Whoever may break the glass needs somebody who is paged when nobody stands behind it in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.files import PROD, changed, load, problems

DEPLOYERS = '[services.ai-server.policy]\ndeploy = ["deployer"]\n'


@pytest.mark.parametrize(
    ("env", "said"), [("prod", "not countersigned in time; set lead"), ("staging", "nobody could")]
)
def test_break_glass_without_anybody_to_page_is_refused(tmp_path: Path, env: str, said: str) -> None:
    where = f"services.ai-server.env.{env}.policy"
    table = f'[{where}]\nemergency = ["deployer"]\n'
    approve = f"[{PROD}.policy.approve]\n"
    lines = problems(tmp_path, changed((approve, table + approve)))
    assert [line for line in lines if line.startswith(f"{where}.emergency: ") and said in line], lines


def test_break_glass_with_a_lead_is_fine_and_is_inherited_key_by_key(tmp_path: Path) -> None:
    text = changed((DEPLOYERS, DEPLOYERS + 'emergency = ["approver"]\nlead = ["9"]\n'))
    text = text.replace(f"[{PROD}.policy.approve]\n", f'[{PROD}.policy]\ncountersign = "2h"\n[{PROD}.policy.approve]\n')
    policies = {target.env: spec.policy for target, spec in load(tmp_path, text).targets.items()}
    assert [(one.emergency, one.lead) for one in policies.values()] == [(("4",), ("9",))] * 2
    assert (policies["prod"].countersign, policies["staging"].countersign) == (7200.0, 43200.0)


def test_an_unknown_role_for_break_glass_is_refused(tmp_path: Path) -> None:
    lines = problems(tmp_path, changed((DEPLOYERS, DEPLOYERS + 'emergency = ["deploier"]\nlead = ["led"]\n')))
    assert len(lines) == 2
    assert 'did you mean "deployer"?' in lines[0]
