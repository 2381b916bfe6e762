"""The demo application: what a small team's repository holds. app.py runs on the host, with nothing but Python."""
