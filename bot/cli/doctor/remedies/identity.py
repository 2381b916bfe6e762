"""The bot's identity on GitHub, and what GitHub answers to it."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

IDENTITY = {
    "github.login": Check("", "", "GitHub knows the bot as {login}"),
    "github.budget": Check(
        "{left} of {limit} requests an hour are left ({name})",
        "look who else uses this identity; below nothing GitHub stops answering until the hour is over",
        "{left} of {limit} requests an hour are left ({name})",
    ),
    "github.permissions": Check("", "", "the App may, at {owner}: {permissions}"),
    "github.permission_missing": Check(
        "the App may not, at {owner}: {missing}",
        "grant it in the App's settings and accept it at the installation: what needs it is refused until then",
    ),
    "github.repository": Check("", "", "{repository} can be read"),
    "github.deployments": Check("", "", "deployments of {repository} can be read; the first deploy will write one"),
    "github.deployments_hidden": Check(
        "deployments = true, but deployments of {repository} may not be read",
        "give the token or the App Deployments: read and write",
    ),
    "github.checks_hidden": Check(
        "a fine-grained token cannot read check runs; the jobs of {repository}'s workflows are read instead",
        "nothing to do where gates name jobs of GitHub Actions; use a GitHub App where they name other apps' checks",
    ),
    "github.reviewer": Check("", "", "environments are approved as {login}"),
    "github.reviewer_same": Check(
        "GITHUB_REVIEWER_TOKEN is of {login}, who also starts the runs",
        "use a token of another listed reviewer: GitHub lets nobody review a run of their own where that is prevented",
    ),
    "github.reviewer_unauthorized": Check(
        "GitHub does not take GITHUB_REVIEWER_TOKEN: {message}", "make a new token and set GITHUB_REVIEWER_TOKEN anew"
    ),
    "github.unauthorized": Check(
        "GitHub does not take the credential: {message}",
        "set GITHUB_TOKEN (or GITHUB_APP_ID and GITHUB_APP_KEY) anew: it is wrong, revoked or has expired; "
        "an App's needs a clock that is right",
    ),
    "github.forbidden": Check(
        "GitHub refuses {what}: {message}",
        "give the token or App this permission: {permission} (SSO: authorise the token for the organisation)",
    ),
    "github.not_found": Check(
        "GitHub does not show {what}",
        "check the name; a private repository that the identity may not see looks the same: "
        "add it to the token or to the App's installation, with {permission}",
    ),
    "github.moved": Check("{what} has moved to {to}", "write the new name into the configuration"),
    "github.rate_limited": Check(
        "GitHub does not answer this identity for a while: it asked too often",
        "wait; then look who else uses it (an App has a budget of its own at each owner)",
    ),
    "github.unavailable": Check("GitHub answers HTTP {status}", "look at www.githubstatus.com and run this again"),
    "github.lost": Check("the connection to GitHub ended before an answer", "check the network and run this again"),
    "github.timeout": Check("GitHub did not answer in time", "check the network and any proxy, and run this again"),
    "github.garbled": Check(
        "something answered that is not GitHub ({call})",
        "check github.api, and that no login page or proxy comes first",
    ),
    "github.refused": Check("GitHub refuses it with {status}: {message}", "see what it says"),
    "github.key_unusable": Check("the value of {secret} is no private key", "set the key as GitHub gave it (PEM)"),
    "github.app_not_installed": Check("the App is not installed at {owner}", "install it there"),
    "github.app_suspended": Check("the App's installation at {owner} is suspended", "let the owner unsuspend it"),
}
