"""A strict local imitation of GitHub's REST API (Actions, history, checks, deployments), misbehaving on request.

async with LocalGithub() as github:
    repo = github.repository("acme/llmops")
    repo.workflow(".github/workflows/cd.yml", YAML)     # in every commit; inputs and jobs are read from the text
    sha = repo.commit("Serve faster")
    token = github.token("slipway-bot")                  # or permissions={"actions": "read"}, repositories=[…]
    # the client, in any process: base address github.api
    run = repo.runs[-1]                                  # after the dispatch
    run.advance("build", "Test"); run.says("build", "42 passed"); run.finish()
    github.faults.next("dispatch", "lost_after_effect")  # see playground.github.faults; names: Route.name
    repo.hook(url, secret)                               # deliveries, signed; github.courier.automatic = False
    github.now = lambda: later                           # the clock
    repo.dispatches, repo.runs, github.requests, github.billed   # what really happened
"""

from playground.faults import Faults
from playground.github.accounts import Access, App, User
from playground.github.errors import PlaygroundError
from playground.github.hooks import Delivery, Hook
from playground.github.journal import Seen
from playground.github.repository import Repo, Run, Workflow
from playground.github.server import LocalGithub

__all__ = [
    "Access",
    "App",
    "Delivery",
    "Faults",
    "Hook",
    "LocalGithub",
    "PlaygroundError",
    "Repo",
    "Run",
    "Seen",
    "User",
    "Workflow",
]
