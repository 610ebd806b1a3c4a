# A line loses every fourth packet in one direction only. Its far end counts what reaches it (STAMP), so people
# are told which direction is bad; a far end that does not report is said to be so, and its line stays well.
. "$(dirname "$0")/lib.sh"
scenario line_loss_by_direction
line_a='.lines[] | select(.name == "line-a")' line_b='.lines[] | select(.name == "line-b")'
incident='.incidents[] | select(.root == "line_degraded" and .state == "open" and .subject.name == "line-a")'
says() { "$BIN/monitorctl" status | grep -E "$1"; }

fault line-b reflector=silent
within 40 "the far end of line-b does not report" \
    "$line_b | .direction_reason == \"no_answer\" and .loss_out_permille == null and .loss_back_permille == null"
check "and people read so" says 'line-b .*対向装置から報告なし'
fault line-b reflector=copies
within 40 "one that copies our number states no direction" \
    "$line_b | .direction_reason == \"uncounted\" and .loss_out_permille == null"
never 3 "line-b is anything but well" "$line_b | .state != \"ok\""
fault line-b reflector=counts reflector-restart=yes
within 40 "both directions of line-a are known, and lose nothing" \
    "$line_a | .loss_out_permille == 0 and .loss_back_permille == 0 and .direction_reason == null"

fault line-a loss-back=25%
within 120 "line-a loses on the way back" "$line_a | .loss_back_permille >= 100"
within 120 "it is degraded, and its incident names that direction" \
    "($line_a | .state == \"degraded\") and ($incident | .directions | .loss_out_permille == 0 and .loss_back_permille >= 100)"
check "and so does what people read" says 'line-a の損失: 上り 0\.0%、下り [1-9][0-9]\.[0-9]%'
never 10 "it loses on the way out" "$line_a | .loss_out_permille != 0"

within 40 "line-b counts again, from a new count, and has lost nothing" \
    "$line_b | .loss_out_permille == 0 and .loss_back_permille == 0"
fault line-b loss=25%
within 120 "line-b loses on the way out" "$line_b | .loss_out_permille >= 100"
check "and not on the way back, as its row says" says 'line-b .*上り [1-9][0-9]\.[0-9]%  下り 0\.0%'
done_scenario
