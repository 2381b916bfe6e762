"""STS: who asks, and sessions of roles. IAM's simulation of what somebody may."""

import re

from playground.aws.accounts import ACCOUNT, Keys
from playground.aws.errors import AwsError, Json
from playground.aws.policy import Ask
from playground.aws.state import iso
from playground.aws.wire.call import Call, Operation

SESSION = re.compile(r"[\w+=,.@-]{2,64}")
HOUR = 3600


def get_caller_identity(call: Call) -> Json:
    """Nobody can be forbidden to ask this."""
    return {"Arn": call.keys.arn, "UserId": call.keys.user_id, "Account": call.keys.arn.split(":")[4] or ACCOUNT}


def assume_role(call: Call) -> Json:
    """Refused in one sentence, whether the role is missing, does not trust, or wants another external id."""
    arn, name = call.params.get("RoleArn", ""), call.params.get("RoleSessionName", "")
    if not SESSION.fullmatch(name):
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint:"
            r" Member must satisfy regular expression pattern: [\w+=,.@-]*",
        )
    role = call.state.accounts.roles.get(arn)
    if role is None or (role.external_id is not None and role.external_id != call.params.get("ExternalId")):
        raise AwsError(
            "AccessDenied",
            f"User: {call.keys.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}",
            403,
        )
    seconds = int(call.params.get("DurationSeconds", HOUR))
    if not 900 <= seconds <= 12 * HOUR:
        raise AwsError("ValidationError", f"1 validation error detected: Value '{seconds}' at 'durationSeconds'")
    return _handed(call.state.accounts.session(role, name, call.state.now() + seconds))


def _handed(made: Keys) -> Json:
    return {
        "Credentials": {
            "AccessKeyId": made.access_key,
            "SecretAccessKey": made.secret,
            "SessionToken": made.token,
            "Expiration": iso(made.expires_at or 0.0),
        },
        "AssumedRoleUser": {"AssumedRoleId": made.user_id, "Arn": made.arn},
        "PackedPolicySize": 1,
    }


def simulate_principal_policy(call: Call) -> Json:
    """Each action on each resource, for a user or a role; a session's ARN is none."""
    source = call.params.get("PolicySourceArn", "")
    principal = call.state.accounts.principal(source)
    if principal is None:
        raise AwsError("NoSuchEntity", f"The entity with ARN {source} cannot be found.", 404)
    context = {one["ContextKeyName"]: one["ContextKeyValues"][0] for one in call.params.get("ContextEntries", [])}
    results = [
        {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": principal.decides(Ask(action, resource, context)),
            "MatchedStatements": [],
            "MissingContextValues": [],
        }
        for action in call.params.get("ActionNames", [])
        for resource in call.params.get("ResourceArns", ["*"])
    ]
    return {"EvaluationResults": results, "IsTruncated": False}


STS = {
    "GetCallerIdentity": Operation(get_caller_identity, lambda _: []),
    "AssumeRole": Operation(assume_role, lambda call: [Ask("sts:AssumeRole", call.params.get("RoleArn", "*"))]),
}
IAM = {
    "SimulatePrincipalPolicy": Operation(
        simulate_principal_policy,
        lambda call: [Ask("iam:SimulatePrincipalPolicy", call.params.get("PolicySourceArn", "*"))],
    ),
}
