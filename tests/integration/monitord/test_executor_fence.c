/* SPDX-License-Identifier: Apache-2.0 */
/* Fences through the executor: levels in order, and off only when it is read back as off. */
#include "tests/lib/executor_stage.h"

/* ---- fences ---- */

#define AGENT(off_exit, status_exit)                                                       \
    "read first; read second; echo \"$NAME $first $second\" >> $PLACE/runs\n"              \
    "case \"$second\" in action=off) exit " off_exit ";; action=status) exit " status_exit \
    ";; esac"

Test(executor_fence, a_fence_agent_is_done_when_it_is_read_back_as_off)
{
    struct stage stage;
    struct fo_command command = fence(1, 1);

    open_stage(&stage);
    program(&stage, "fence-2", AGENT("0", "2"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "fence-2 port=2 action=off\nfence-2 port=2 action=status\n");
    close_stage(&stage);
}

Test(executor_fence, a_fence_agent_that_says_done_but_is_still_on_has_failed)
{
    struct stage stage;
    struct fo_command command = fence(1, 1);

    open_stage(&stage);
    program(&stage, "fence-2", AGENT("0", "0"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    close_stage(&stage);
}

Test(executor_fence, a_fence_agent_that_failed_but_is_off_is_proof_all_the_same)
{
    struct stage stage;
    struct fo_command command = fence(1, 1);

    open_stage(&stage);
    program(&stage, "fence-2", AGENT("1", "2"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    close_stage(&stage);
}

Test(executor_fence, a_status_that_cannot_be_read_is_no_proof)
{
    struct stage stage;
    struct fo_command command = fence(1, 1);

    open_stage(&stage);
    program(&stage, "fence-2", AGENT("0", "1"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    cr_assert_eq(stage.result.detail, 1);
    close_stage(&stage);
}

Test(executor_fence, a_fence_agent_of_the_distribution_is_driven_by_its_own_interface)
{
    struct stage stage;
    struct fo_command command = fence(1, 1);
    struct cfg_act *act;

    if (access("/usr/sbin/fence_dummy", X_OK) != 0) {
        cr_skip_test("fence_dummy is not installed");
    }
    open_stage(&stage);
    act = &stage.place.site->acts[1];
    act->program = "/usr/sbin/fence_dummy";
    act->options = "status_file=/tmp/noroshi-test-fence-status\n";
    act->timeout_us = 6 * FO_SECOND;
    unlink("/tmp/noroshi-test-fence-status");
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE, "detail %d", stage.result.detail);
    unlink("/tmp/noroshi-test-fence-status");
    close_stage(&stage);
}

Test(executor_fence, levels_are_tried_in_order_until_one_is_done)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);

    open_stage(&stage);
    program(&stage, "fence-1", "cat > /dev/null; echo fence-1 >> $PLACE/runs; exit 3");
    program(&stage, "fence-2", AGENT("0", "2"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "fence-1\nfence-2 port=2 action=off\nfence-2 port=2 action=status\n");
    close_stage(&stage);
}

Test(executor_fence, the_outcome_of_the_last_level_counts_when_none_is_done)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);

    open_stage(&stage);
    program(&stage, "fence-1", "cat > /dev/null; exit 3");
    program(&stage, "fence-2", AGENT("0", "0"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    close_stage(&stage);
}

/* ---- outlets of the shutdown plan ---- */

static struct fo_command shed(uint8_t stage, uint8_t act)
{
    struct fo_command command = fence(FO_NONE, 77);

    command.kind = FO_COMMAND_SHED;
    command.stage = stage;
    command.act = act;
    return command;
}

/* Says what it is, on until it has been switched off. */
#define OUTLET(off)                                                           \
    "read first; read second; echo \"$NAME $first $second\" >> $PLACE/runs\n" \
    "case \"$second\" in action=off) " off                                    \
    ";; action=status) if test -e $PLACE/dark; then exit 2; fi;; esac"

Test(executor_fence, an_outlet_is_read_then_switched_then_read_back)
{
    struct stage stage;
    struct fo_command command = shed(0, 0);

    open_stage(&stage);
    program(&stage, "outlet-1", OUTLET("touch $PLACE/dark"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage,
                "outlet-1 plug=1 action=status\noutlet-1 plug=1 action=off\n"
                "outlet-1 plug=1 action=status\n");
    close_stage(&stage);
}

Test(executor_fence, an_outlet_that_cannot_be_read_is_not_touched)
{
    struct stage stage;
    struct fo_command command = shed(0, 0);

    open_stage(&stage);
    program(&stage, "outlet-1", AGENT("0", "1"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    expect_runs(&stage, "outlet-1 plug=1 action=status\n");
    close_stage(&stage);
}

Test(executor_fence, an_outlet_that_is_off_already_is_done_and_one_that_stays_on_has_failed)
{
    struct stage stage;
    struct fo_command command = shed(0, 0);

    open_stage(&stage);
    program(&stage, "outlet-1", AGENT("0", "2"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "outlet-1 plug=1 action=status\n");
    program(&stage, "outlet-1", OUTLET("true"));
    command.key.sequence++;
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    close_stage(&stage);
}

Test(executor_fence, a_stage_or_an_act_that_the_site_does_not_have_is_refused)
{
    struct stage stage;
    struct fo_command command = shed(0, 3);

    open_stage(&stage);
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    command = shed(1, 0);
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    close_stage(&stage);
}

/* ---- the way back ---- */

static struct fo_command restore(uint8_t act)
{
    struct fo_command command = shed(0, act);

    command.kind = FO_COMMAND_RESTORE;
    return command;
}

/* Says what it is, off until it has been switched on. */
#define DARK_OUTLET(on)                                                       \
    "read first; read second; echo \"$NAME $first $second\" >> $PLACE/runs\n" \
    "case \"$second\" in action=on) " on                                      \
    ";; action=status) if ! test -e $PLACE/lit; then exit 2; fi;; esac"

Test(executor_fence, an_outlet_comes_on_again_read_then_switched_then_read_back)
{
    struct stage stage;
    struct fo_command command = restore(0);

    open_stage(&stage);
    program(&stage, "outlet-1", DARK_OUTLET("touch $PLACE/lit"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage,
                "outlet-1 plug=1 action=status\noutlet-1 plug=1 action=on\n"
                "outlet-1 plug=1 action=status\n");
    close_stage(&stage);
}

Test(executor_fence, an_outlet_that_is_on_already_is_done_and_one_that_stays_off_has_failed)
{
    struct stage stage;
    struct fo_command command = restore(0);

    open_stage(&stage);
    program(&stage, "outlet-1", AGENT("0", "0"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "outlet-1 plug=1 action=status\n");
    program(&stage, "outlet-1", DARK_OUTLET("true"));
    command.key.sequence++;
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    close_stage(&stage);
}

Test(executor_fence, an_outlet_that_cannot_be_read_does_not_come_on)
{
    struct stage stage;
    struct fo_command command = restore(0);

    open_stage(&stage);
    program(&stage, "outlet-1", AGENT("0", "1"));
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    expect_runs(&stage, "outlet-1 plug=1 action=status\n");
    close_stage(&stage);
}

Test(executor_fence, a_script_is_undone_by_the_program_that_the_site_names_for_it_and_by_no_other)
{
    struct stage stage;
    struct fo_command command = restore(1);

    open_stage(&stage);
    program(&stage, "halt-1", "cat > /dev/null; echo halt-1 >> $PLACE/runs");
    program(&stage, "start-1", "grep -q '\"restore\":true' && echo start-1 >> $PLACE/runs");
    program(&stage, "halt-2", "cat > /dev/null; echo halt-2 >> $PLACE/runs");
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "start-1\n");
    command = restore(2);
    command.key.sequence++;
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED, "by hand");
    expect_runs(&stage, "start-1\n");
    close_stage(&stage);
}

Test(executor_fence, a_fence_is_never_undone)
{
    struct stage stage;

    open_stage(&stage);
    program(&stage, "fence-2", AGENT("0", "0"));
    connect_bare(&stage);
    ask(&stage, "{\"key\":\"abc-9\",\"act\":\"fence-2\",\"drill\":false,\"restore\":true}\n",
        "\"outcome\":\"failed\",\"detail\":0,\"reason\":\"by-hand\"");
    close_stage(&stage);
}
