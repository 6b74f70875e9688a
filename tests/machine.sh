#!/bin/sh
# Brings the two programs that the tests drive and pip can't install: Chromium and a PostgreSQL server.
# Uses what is there; else Debian's packages (as root or with sudo); else Playwright's own Chromium.
set -eu
python=$1

have() { command -v "$1" >/dev/null 2>&1; }
have_chromium() {
    have chromium || have chromium-browser || have google-chrome ||
        "$python" -c 'import os, sys; from playwright.sync_api import sync_playwright as p
with p() as w: sys.exit(not os.path.exists(w.chromium.executable_path))' 2>/dev/null
}
have_postgresql() { have postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }
apt() {
    have apt-get || return 1
    if [ "$(id -u)" = 0 ]; then as=""; elif have sudo && sudo -n true 2>/dev/null; then as="sudo"; else return 1; fi
    $as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq "$@" >/dev/null
}

have_chromium || apt chromium fonts-noto-cjk || "$python" -m playwright install chromium ||
    { echo "The browser tests need Chromium; none was found and none could be installed. Install it and try again."; exit 1; }
have_postgresql || apt postgresql ||
    { echo "The store's tests need a PostgreSQL server program; none was found and none could be installed. Install it and try again."; exit 1; }
