# Sourced by scripts that run in phases: one calm line each, the output only when a phase fails.
#
#   phase "compile" ninja -C build        prints "compile            83 s"
#
# A failing phase prints what it had to say and ends the script with the phase's exit code.

phase() {
  local title=$1 log begun=$SECONDS code=0
  shift
  log=$(mktemp)
  printf '%-28s' "$title"
  "$@" >"$log" 2>&1 </dev/null || code=$?
  if [[ $code == 0 ]]; then
    printf ' %4d s\n' $((SECONDS - begun))
  else
    printf ' failed after %d s\n' $((SECONDS - begun))
    cat "$log" >&2
    echo "$(basename "$0"): '$title' failed (exit code $code, output above)" >&2
  fi
  rm -f "$log"
  [[ $code == 0 ]] || exit "$code"
}
