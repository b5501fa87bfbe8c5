#!/usr/bin/env bash
# Finds the Chromium that the end-to-end tests drive, and installs one where there is none: Debian's package, else Playwright's own.
set -uo pipefail
cd "$(dirname "$0")/.."
for name in chromium chromium-browser google-chrome; do
  command -v "$name" > /dev/null && exit 0
done
[ -n "${ONELEAD_CHROMIUM:-}" ] && exit 0
compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*" > /dev/null && exit 0
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo -n"
if command -v apt-get > /dev/null && $as_root true 2> /dev/null; then
  { $as_root apt-get -qq update && $as_root apt-get -qq install -y --no-install-recommends chromium; } > /dev/null 2>&1 && exit 0
fi
.venv/bin/playwright install chromium > /dev/null 2>&1 && exit 0
echo "There is no Chromium and none could be installed: the end-to-end tests will be skipped. Install the package chromium, or set ONELEAD_CHROMIUM." >&2
