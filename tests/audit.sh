#!/bin/sh
# The long checks, before a release: known vulnerabilities, the figures of the benchmarks, 500 kills, deep fuzz.
# Each prints its own line; one that could not be made says "non vérifié" and fails the audit, not the tests.
set -u
BIN=.venv/bin
STATUT=0
DONNEES="${MAILLAGE_DONNEES_AUDIT:-}"

echo "=== Vulnérabilités connues"
if ! "$BIN/pip-audit" --strict --disable-pip -r requirements.txt; then
  echo "vulnérabilités : non vérifié, ou trouvées (voir ci-dessus)"; STATUT=1
fi
echo "=== Morts brutales (500) et recherches hostiles (10 000 exemples)"
MAILLAGE_MORTS=500 MAILLAGE_FUZZ=10000 "$BIN/pytest" -q -m "processus" || STATUT=1
MAILLAGE_FUZZ=10000 "$BIN/pytest" -q -k "fuzz or hypothesis or hostile" || STATUT=1
echo "=== Le journal, le répertoire, les indicateurs de l’instance en place"
for commande in check_journal check_annuaire check_indicateurs; do
  "$BIN/maillage" "$commande" || STATUT=1
done
echo "=== Bancs d’essai"
"$BIN/python" benchmarks/import.py || STATUT=1
if [ -n "$DONNEES" ]; then
  echo "=== Ce que devient chaque fichier de $DONNEES, lu deux fois"
  "$BIN/python" tests/audit_fichiers.py "$DONNEES" || STATUT=1
else
  echo "fichiers de l’annuaire : non vérifié (MAILLAGE_DONNEES_AUDIT)"; STATUT=1
fi
[ -n "$DONNEES" ] && { "$BIN/python" benchmarks/lecture_plan.py "$DONNEES" || STATUT=1; }
exit $STATUT
