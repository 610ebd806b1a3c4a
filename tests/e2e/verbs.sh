# The verbs that the other scenarios rest on can fail: each is put before a monitor that is dead, or says the
# wrong thing, or dies while it is watched. No room: the status is a file, read by a program of that name.
. "$(dirname "$0")/lib.sh"
stage=$(mktemp -d)
at_end+=("rm -rf '$stage'")
BIN=$stage began=$(now_ms)
printf '#!/bin/sh\ncat %s/status 2>/dev/null\n' "$stage" >"$stage/monitorctl"
chmod +x "$stage/monitorctl"
failed=0
says() { if [ -n "$1" ]; then echo "$1" >"$stage/status"; else rm -f "$stage/status"; fi; }
# expect holds|fails VERB…: the verb breaks the scenario (fails) or does not (holds)
expect() {
    local wanted=$1 found=holds
    shift
    broken=0
    "$@" >"$stage/said" 2>&1
    [ $broken -eq 0 ] || found=fails
    sed 's/^/#   /' "$stage/said"
    [ $found = "$wanted" ] || { note "× $* $found" && failed=$((failed + 1)); }
}

says ''
expect fails never 1 "nobody answers" '.acting'
expect fails within 0 "nobody answers" '.acting'
says '{"acting": false, "servers": []}'
expect holds never 1 "it acts" '.acting'
expect holds never 1 "a server that is not there acts" '.servers[] | .acting'
expect fails within 0 "it acts" '.acting'
expect fails never 1 "a question that is none" '.acting['
expect fails never 1 "a question of the wrong kind" '.acting | keys'
says '{"acting": true}'
expect fails never 1 "it acts" '.acting'
expect holds within 1 "it acts" '.acting'
says '{"acting": false}'
{ sleep 1 && says ''; } &
expect fails never 3 "it acts" '.acting'
wait
says ''
{ sleep 0.1 && says '{"acting": false}'; } &
expect holds never 6 "it acts" '.acting'
wait

if [ $failed -eq 0 ]; then echo "ok - e2e::verbs"; else echo "not ok - e2e::verbs"; fi
[ $failed -eq 0 ]
