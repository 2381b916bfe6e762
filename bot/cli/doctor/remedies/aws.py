"""The line to AWS: who the bot is there, and what AWS answers to it."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

LOOK = "check the network, any proxy and the region, and run this again"

AWS = {
    "ecs.caller": Check("", "", "AWS knows the bot as {arn} (account {account}, {region})"),
    "ecs.allowed": Check("", "", "IAM allows all that a deploy of this target asks ({count} actions simulated)"),
    "ecs.denied": Check(
        "IAM does not allow: {actions}", "attach the policy that `slipway iam` prints to {arn}, or ask who keeps IAM"
    ),
    "ecs.not_simulated": Check(
        "whether IAM allows what a deploy asks could not be simulated: {why}",
        "nothing to do where that is wanted; else allow iam:SimulatePrincipalPolicy on {arn}",
    ),
    "ecs.said_otherwise": Check(
        "the task definition says another {key} than the file: {found}",
        "write the task definition's own into the section, and attach what `slipway iam` prints then",
    ),
    "ecs.unauthorized": Check(
        "AWS does not accept the access key: {message}", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY anew"
    ),
    "ecs.expired": Check("the AWS credentials have expired", "set new ones, or use a role that renews itself"),
    "ecs.clock": Check("AWS does not believe this machine's clock: {message}", "set the clock by NTP"),
    "ecs.forbidden": Check("IAM does not allow {action} on {what}", "attach the policy that `slipway iam` prints"),
    "ecs.not_found": Check("AWS has no {what} of this name: {message}", "check the names and the region"),
    "ecs.throttled": Check(
        "AWS limits the rate of this account ({action})", "wait a moment; then look who else asks so much there"
    ),
    "ecs.unavailable": Check("AWS answers HTTP {status}", "look at health.aws.amazon.com and run this again"),
    "ecs.unreachable": Check("AWS cannot be reached ({call})", LOOK),
    "ecs.lost": Check("the connection to AWS ended before an answer ({call})", LOOK),
    "ecs.timeout": Check("AWS did not answer in time ({call})", LOOK),
    "ecs.garbled": Check("what answered is not AWS ({call})", "check that no login page or proxy comes before it"),
    "ecs.refused": Check("AWS refuses it: {reason}: {message}", "see what it says"),
    "ecs.too_many": Check("AWS lists more than {limit}: {what}", "remove what is old there"),
    "ecs.no_credentials": Check(
        "there are no AWS credentials to be found ({why})",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role; with `endpoint` only keys count",
    ),
    "ecs.no_region": Check("AWS has no such region, or not this service there: {why}", "check `region`"),
    "ecs.no_account": Check("this target was given no line to AWS", "start again with this configuration"),
    "ecs.wrong_account": Check(
        "the credentials are of account {found}, and the file says {expected}", "check the credentials and `account`"
    ),
}
