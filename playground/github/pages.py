"""What a browser is shown: a run's page, at the path that it has on GitHub. Links on cards lead here."""

from html import escape

from aiohttp import web

from playground.github.repository.jobs import Job
from playground.github.repository.run import Run
from playground.github.state import State

STYLE = "body{font:16px system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}li{margin:.4rem 0}"


def mount_pages(app: web.Application, state: State) -> None:
    async def page(request: web.Request) -> web.Response:
        asked = request.match_info
        repo = state.repository(f"{asked['owner']}/{asked['repo']}")
        run = next((one for one in repo.runs if one.id == int(asked["run"])), None) if repo else None
        if run is None:
            raise web.HTTPNotFound
        return web.Response(text=_run(run), content_type="text/html")

    app.router.add_get(r"/{owner}/{repo}/actions/runs/{run:\d{1,12}}", page)


def _run(run: Run) -> str:
    jobs = "".join(f"<li>{escape(job.name)}: {escape(_state(job))}</li>" for job in run.jobs)
    notes = "".join(f"<p>{escape(note.message)}</p>" for job in run.jobs for note in job.annotations)
    title, said = escape(run.title), escape(run.conclusion or run.status)
    head = f"<!doctype html><title>{title}</title><style>{STYLE}</style>"
    what = f"<h1>{title}</h1><p>{escape(run.repo.full_name)} · run {run.id} · {said}</p><ul>{jobs}</ul>{notes}"
    return f"{head}<p>An imitation of GitHub, on this machine only.</p>{what}"


def _state(job: Job) -> str:
    return job.conclusion or job.status
