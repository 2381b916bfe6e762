"""Workflows as teams write them, in our words: by an action, and by ssh in a shell."""

from __future__ import annotations

BY_ACTION = """\
name: AI Server CD
on:
  workflow_dispatch:
    inputs:
      confirm:
        description: type yes
  push:
    branches: [develop]
env:
  APP_DIR: /app/ai-server
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Deploy
        uses: appleboy/ssh-action@v1
        with:
          host: ${{ secrets.AI_HOST }}
          username: ubuntu
          key: ${{ secrets.AI_SSH_KEY }}
          port: "2222"
          script: |
            set -e
            cd ${{ env.APP_DIR }}
            git rev-parse HEAD > /tmp/rollback_sha
            git fetch origin
            git reset --hard origin/main
            source venv/bin/activate
            pip install -r requirements.txt
            sudo systemctl restart dojangkok-ai
            sleep 15
            for i in $(seq 1 7); do
              if curl -sf --max-time 4 http://localhost:8000/health; then
                exit 0
              fi
              sleep 6
            done
            exit 1
"""

BY_SHELL = """\
name: deploy
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: |
          ssh -i key.pem -o StrictHostKeyChecking=no deploy@203.0.113.7 << 'EOF'
            UNIT=web-api
            ROOT=/srv/web-api
            cd $ROOT
            git pull origin release
            systemctl restart ${UNIT}.service
            for i in {1..3}; do curl -f localhost:9000/healthz && break; sleep 2; done
          EOF
        env:
          KEY: ${{ secrets.WEB_SSH_KEY }}
"""

NO_DEPLOY = """\
name: tests
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
"""
