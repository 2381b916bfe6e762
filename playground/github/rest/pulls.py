"""Pull requests of a commit, and comments on them."""

from playground.github.errors import not_found
from playground.github.repository.pulls import Comment, Pull
from playground.github.rest.call import Call, Reply, Route
from playground.github.rest.history import resolved
from playground.github.shapes import pulls


def of_commit(call: Call) -> Reply:
    """What brought the commit in."""
    sha = resolved(call, call.path["commit_sha"])
    found = [pulls.simple(call.repo, one) for one in call.repo.pulls if one.brought(sha)]
    return Reply(data=call.page(found))


def _pull(call: Call, name: str = "pull_number") -> Pull:
    number = call.number(name)
    for one in call.repo.pulls:
        if one.number == number:
            return one
    raise not_found()


def pull(call: Call) -> Reply:
    return Reply(data=pulls.whole(call.repo, _pull(call)))


def every(call: Call) -> Reply:
    state = call.query.get("state", "open")
    found = [one for one in reversed(call.repo.pulls) if state in ("all", "closed" if one.merged else "open")]
    return Reply(data=[pulls.simple(call.repo, one) for one in call.page(found)])


def comments(call: Call) -> Reply:
    one = _pull(call, "issue_number")
    return Reply(data=[pulls.comment(call.repo, one, each) for each in call.page(one.comments)])


def comment(call: Call) -> Reply:
    one, text = _pull(call, "issue_number"), call.wanted("body", str)
    made = Comment(call.state.number(), call.who.user, text, call.state.now())
    one.comments.append(made)
    return Reply(201, pulls.comment(call.repo, one, made))


REPO = "/repos/{owner}/{repo}"
COMMENTS = REPO + "/issues/{issue_number}/comments"
ROUTES = [
    Route("commit_pulls", "GET", REPO + "/commits/{commit_sha}/pulls", of_commit, "pull_requests=read"),
    Route("pull", "GET", REPO + "/pulls/{pull_number}", pull, "pull_requests=read"),
    Route("pulls", "GET", REPO + "/pulls", every, "pull_requests=read"),
    Route("comments", "GET", COMMENTS, comments, "pull_requests=read"),
    Route("comment", "POST", COMMENTS, comment, "pull_requests=write"),
]
