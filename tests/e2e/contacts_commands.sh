#!/usr/bin/env bash
# `monitorctl contacts …` without a daemon: the next 35 days of a real site file with absences of every kind, a
# duty file that cannot be read, words it does not know, and nobody there to ask. What needs a daemon is in
# contact_network.sh.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo NOROSHI_SOCKET=/nowhere/control.sock
ctl=${BIN:-$root/build/release/bin}/monitorctl
place=$(mktemp -d) failed=0
trap 'rm -rf "$place"' EXIT
cp "$root"/config/samples/fire-headquarters/*.conf "$place"
sed -i "s|duty_file = \"[^\"]*\"|duty_file = \"$place/duty.conf\"|" "$place/site.conf"

say() { # say WHAT COMMAND…: the command succeeds
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        echo "ok - e2e::contacts_commands::$what"
    else
        failed=1
        echo "not ok - e2e::contacts_commands::$what"
        sed 's/^/# /' "$place/out" "$place/err"
    fi
}
# code N WORDS…: contacts with these words ends with N; what it says is kept
code() {
    local wanted=$1
    shift
    "$ctl" contacts "$@" >"$place/out" 2>"$place/err"
    [ $? -eq "$wanted" ]
}
checked() { code "$1" check --json --config "$place/site.conf"; }
day() { date -d "$1 days" +%F; }
# everybody_away FROM UNTIL: a duty file by which nobody is there between the two days
everybody_away() {
    {
        echo 'absences = ('
        for person in $(grep -o '{ id = "[^"]*"' <(sed -n '/^persons/,/^);/p' "$place/site.conf") | cut -d'"' -f2); do
            echo "  { person = \"$person\"; from = \"$(day "$1") 08:30\"; until = \"$(day "$2") 08:30\"; reason = \"test\"; },"
        done | sed '$s/,$//'
        echo ');'
    } >"$place/duty.conf"
}
gaps() { jq -e "$1" "$place/out"; }

: >"$place/duty.conf"
say with_everybody_there_nothing_is_found checked 0
say and_no_gap_is_listed gaps '.gaps == [] and .days == 35 and (.duty_file_bad | not)'
everybody_away 3 4
say a_day_without_anybody_is_a_finding checked 1
say each_gap_has_its_role_and_its_hours gaps "(.gaps | length) > 0 and (.gaps | all(.from == \"$(day 3) 08:30\" and .until == \"$(day 4) 08:30\" and .title != \"\"))"
say in_words_it_names_the_role_and_the_hours code 1 check --config "$place/site.conf"
say those_words_are_there grep -q "$(day 3) 08:30" "$place/out"
everybody_away 34 36
say a_gap_that_goes_beyond_the_35_days_is_found_as_far_as_it_is_seen checked 1
say it_begins_when_it_begins gaps ".gaps | all(.from == \"$(day 34) 08:30\")"
everybody_away 40 41
say what_is_beyond_the_35_days_is_not_looked_at checked 0
echo 'absences = ( { person = "nobody-of-that-name"; from = "2026-01-01 08:30"; until = "2026-01-02 08:30"; } );' >"$place/duty.conf"
say a_duty_file_with_an_error_is_a_finding checked 1
say it_says_so_with_the_line gaps '.duty_file_bad'
say and_names_the_person grep -q 'duty.conf:1: .*nobody-of-that-name' "$place/err"
: >"$place/duty.conf"
say a_journal_that_is_not_there_is_said_and_is_no_finding code 0 check --json --config "$place/site.conf" --file "$place/no-journal"
say nobody_counts_as_unproven_by_it gaps '.journal_read == false'
say the_reason_is_told grep -q no-journal "$place/err"

say a_word_it_does_not_know_is_an_error code 64 nonsense
say and_the_hint_names_those_it_knows grep -q 'check, test, drill, end or tree' "$place/err"
say a_tree_wants_an_incident code 64 tree
say the_end_of_a_drill_wants_an_incident code 64 end
say a_test_wants_no_further_word code 64 test now
say a_length_of_a_drill_that_is_none_is_an_error code 64 drill --for 9x
say without_a_site_file_there_is_nothing_to_check code 3 check --config "$place/none.conf"
for words in test drill "tree INC-20261121-0003" "end INC-20261121-0003"; do
    # shellcheck disable=SC2086
    say "without_a_daemon_there_is_no_${words%% *}" code 4 $words
done
exit $failed
