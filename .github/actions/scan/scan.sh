#!/usr/bin/env bash
# The action's one script: install, scan, verify, and say where the reports are.
# It ends with 0 whatever the verdict, so that reports are uploaded first; the exit code to end with is an output.
# Expects ASSAY_* as action.yml sets them, and RUNNER_TEMP, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, GITHUB_ACTION_PATH.
set -euo pipefail

install() {
  local source extra=""
  if [[ -n $ASSAY_WEIGHTS && $ASSAY_WEIGHTS != off ]]; then extra="[weights]"; fi
  if [[ -z $ASSAY_VERSION ]]; then
    source=$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)$extra
  elif [[ $ASSAY_VERSION =~ ^[0-9][0-9a-z.]*$ ]]; then
    source="modelassay$extra==$ASSAY_VERSION"
  else
    echo "::error::version: write it as 1.2.3" && exit 2
  fi
  "$ASSAY_PYTHON" -I -m venv "$1"
  "$1/bin/python" -I -m pip install --quiet --disable-pip-version-check "$source"
}

# Of two exit codes the graver: 1 fail, 2 not carried out, 3 incomplete, 0 pass.
graver() {
  local code
  for code in 1 2 3; do
    if [[ $1 == "$code" || $2 == "$code" ]]; then echo "$code" && return; fi
  done
  echo 0
}

reports=$(mktemp -d "$RUNNER_TEMP/assay-XXXXXX")
program=${ASSAY_PROGRAM:-}
if [[ -z $program ]]; then
  install "$reports/venv"
  program=$reports/venv/bin/assay
fi

paths=()
while IFS= read -r path; do
  if [[ -n $path ]]; then paths+=("$path"); fi
done <<< "$ASSAY_PATHS"

options=(
  "--output=json=$reports/assay.json" "--output=sarif=$reports/assay.sarif" "--output=markdown=$reports/assay.md"
)
if [[ -n $ASSAY_POLICY ]]; then options+=("--policy=$ASSAY_POLICY"); fi
if [[ -n $ASSAY_BASELINE ]]; then options+=("--baseline=$ASSAY_BASELINE"); fi
if [[ -n $ASSAY_FAIL_AT ]]; then options+=("--fail-at=$ASSAY_FAIL_AT"); fi
if [[ -n $ASSAY_WEIGHTS ]]; then options+=("--weights=$ASSAY_WEIGHTS"); fi

code=0
# What files are called is printed, and the runner takes lines that start with "::" for commands: not between these two.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
"$program" scan "${options[@]}" -- "${paths[@]}" || code=$?
if [[ $code != 2 && -n $ASSAY_TRUST ]]; then
  for path in "${paths[@]}"; do
    verified=0
    "$program" verify "--trust=$ASSAY_TRUST" -- "$path" || verified=$?
    code=$(graver "$code" "$verified")
  done
fi
echo "::$token::"

case $code in
  0) verdict=pass ;;
  1) verdict=fail && echo "::error::assay: what was scanned fails" ;;
  3) verdict=incomplete && echo "::error::assay: not everything could be read to its end" ;;
  *) echo "::error::assay could not be run as it was asked; its line above says why" && exit 2 ;;
esac
cat "$reports/assay.md" >> "$GITHUB_STEP_SUMMARY"
{
  echo "code=$code"
  echo "verdict=$verdict"
  echo "json=$reports/assay.json"
  echo "sarif=$reports/assay.sarif"
  echo "markdown=$reports/assay.md"
} >> "$GITHUB_OUTPUT"
