"""What a team writes with PyGithub: ask every five seconds until the run is over. PyGithub sends ETags by itself.

Environment: GITHUB_API, GITHUB_TOKEN. Arguments: owner/name and the run's number.
"""

import os
import sys
import time

from github import Auth, Github

EVERY = 5.0


def main() -> None:
    github = Github(base_url=os.environ["GITHUB_API"], auth=Auth.Token(os.environ["GITHUB_TOKEN"]))
    run = github.get_repo(sys.argv[1], lazy=True).get_workflow_run(int(sys.argv[2]))
    while run.status != "completed":
        time.sleep(EVERY)
        run.update()
    print(run.conclusion, flush=True)


if __name__ == "__main__":
    main()
