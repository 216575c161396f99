#!/usr/bin/env bash
# Stand-in for the start script of Open WebUI's published image: its variables, its default for a secret key, its server.
set -e
cd /app/backend
if [ -z "$WEBUI_SECRET_KEY" ]; then
  [ -e .webui_secret_key ] || head -c 24 /dev/urandom | base64 > .webui_secret_key
  WEBUI_SECRET_KEY=$(cat .webui_secret_key)
  export WEBUI_SECRET_KEY
fi
exec python3 -m uvicorn open_webui.main:app --host "${HOST:-0.0.0.0}" --port "${PORT:-8080}" \
  --forwarded-allow-ips '*' --workers "${UVICORN_WORKERS:-1}"
