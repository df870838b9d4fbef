#!/bin/sh
# The whole suite: everything once on SQLite, then what touches the database again on PostgreSQL where one answers.
# Says loudly what was left out; with MAILLAGE_EXIGER=1 (the CI) leaving out is a failure.
set -u
BIN=.venv/bin
EXIGER="${MAILLAGE_EXIGER:-}"
STATUT=0
CHROMIUM="${MAILLAGE_CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}"
export MAILLAGE_CHROMIUM="$CHROMIUM"

postgres() {
  "$BIN/python" - "$1" <<'PY' >/dev/null 2>&1
import sys

import psycopg

psycopg.connect(sys.argv[1], connect_timeout=3).close()
PY
}

PG="${MAILLAGE_TEST_POSTGRES_URL:-}"
if [ -z "$PG" ]; then
  for essai in "postgresql:///$(id -un)" "postgresql:///postgres"; do
    if postgres "$essai"; then PG="$essai"; break; fi
  done
elif ! postgres "$PG"; then
  PG=""
fi

if [ -z "$CHROMIUM" ]; then
  echo "!!! Chromium manque : les essais au navigateur sont laissés de côté (apt install chromium)."
  [ -n "$EXIGER" ] && STATUT=1
fi
if [ -z "$PG" ]; then
  echo "!!! Aucun PostgreSQL ne répond : les essais ne tournent que sur SQLite (MAILLAGE_TEST_POSTGRES_URL)."
  [ -n "$EXIGER" ] && STATUT=1
fi

echo "=== SQLite"
env -u MAILLAGE_DATABASE_URL "$BIN/pytest" -q -n 2 --dist loadgroup "$@" || STATUT=1
if [ -n "$PG" ]; then
  echo "=== PostgreSQL"
  MAILLAGE_DATABASE_URL="$PG" "$BIN/pytest" -q -n 2 --dist loadgroup -m "not moteur_indifferent" "$@" || STATUT=1
fi
exit $STATUT
