#!/usr/bin/env bash
# Debian packages that the program and its tests need. Installs what is missing when it may, else names it.
set -euo pipefail

declare -A NEEDED=([chromium]=chromium [ffmpeg]=ffmpeg [fc-list]=fontconfig)
missing=()
for command in "${!NEEDED[@]}"; do
  command -v "$command" >/dev/null 2>&1 || missing+=("${NEEDED[$command]}")
done
if ! python3 -c 'import venv, ensurepip' >/dev/null 2>&1; then missing+=(python3-venv); fi
# What draws the PDF of a report.
libraries=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
grep -q 'libpangoft2-1\.0' <<<"$libraries" || missing+=(libpango-1.0-0 libpangoft2-1.0-0)
grep -q 'libharfbuzz-subset' <<<"$libraries" || missing+=(libharfbuzz-subset0)
if command -v fc-list >/dev/null 2>&1 && ! fc-list | grep -i 'noto.*arabic' >/dev/null; then missing+=(fonts-noto-core); fi
command -v fc-list >/dev/null 2>&1 || missing+=(fonts-noto-core)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=(); elif sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(no); fi
if command -v apt-get >/dev/null 2>&1 && [ "${as_root[*]:-}" != no ]; then
  echo "Installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "These packages are missing and can't be installed from here: ${missing[*]}" >&2
  echo "The program runs without them; the browser tests and PDF reports do not." >&2
fi
