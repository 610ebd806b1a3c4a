/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's own rules: one key done once whatever dies, nothing done that is not listed or
 * that the ledger could not take, no answer for strangers. */
#include "tests/lib/executor_stage.h"

#include <jansson.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* ---- scripts ---- */

Test(executor, a_script_gets_its_act_on_its_input_and_answers_by_its_exit_code)
{
    static const struct {
        const char *script;
        enum fo_outcome outcome;
    } cases[] = {{"cat > $PLACE/input; exit 0", FO_OUTCOME_DONE},
                 {"exit 75", FO_OUTCOME_RETRY},
                 {"exit 1", FO_OUTCOME_FAILED},
                 {"sleep 60", FO_OUTCOME_RETRY}};
    struct stage stage;
    char *input;

    open_stage(&stage);
    stage.place.site->servers[0].fence[1] = NULL;
    for (unsigned i = 0; i < 4; i++) {
        struct fo_command command = fence(0, i + 1);

        program(&stage, "fence-1", cases[i].script);
        do_command(&stage, &command);
        cr_assert_eq(stage.result.outcome, cases[i].outcome, "%s", cases[i].script);
    }
    input = place_read(&stage.place, "input");
    cr_assert_not_null(strstr(input, "\"act\":\"fence-1\""), "%s", input);
    cr_assert_not_null(strstr(input, "\"key\":\"abc-1\""));
    cr_assert_not_null(strstr(input, "\"drill\":false"));
    free(input);
    close_stage(&stage);
}

Test(executor, a_server_without_an_agent_is_promoted_and_demoted_by_its_own_scripts)
{
    static const struct {
        enum fo_command_kind kind;
        const char *act;
    } cases[] = {{FO_COMMAND_PROMOTE, "\"act\":\"fence-1\""},
                 {FO_COMMAND_DEMOTE, "\"act\":\"fence-2\""}};
    struct stage stage;

    open_stage(&stage);
    stage.place.site->acts[1].kind = "script"; /* fence-2 */
    stage.place.site->servers[1].promote = "fence-1";
    stage.place.site->servers[1].demote = "fence-2";
    program(&stage, "fence-1", "cat > $PLACE/input; exit 0");
    program(&stage, "fence-2", "cat > $PLACE/input; exit 0");
    for (unsigned i = 0; i < 2; i++) {
        struct fo_command command = fence(1, i + 1);
        char *input;

        command.kind = (uint8_t)cases[i].kind;
        do_command(&stage, &command);
        cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
        input = place_read(&stage.place, "input");
        cr_assert_not_null(strstr(input, cases[i].act), "%s", input);
        free(input);
        command = fence(0, i + 11); /* the other has none */
        command.kind = (uint8_t)cases[i].kind;
        do_command(&stage, &command);
        cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    }
    close_stage(&stage);
}

/* ---- once per key ---- */

Test(executor, the_same_key_is_told_again_and_not_done_again)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);

    open_stage(&stage);
    program(&stage, "fence-1", "cat > /dev/null; echo run >> $PLACE/runs");
    do_command(&stage, &command);
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "run\n");
    close_stage(&stage);
}

Test(executor, the_same_key_is_not_done_again_by_the_next_process)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);

    open_stage(&stage);
    program(&stage, "fence-1", "cat > /dev/null; echo run >> $PLACE/runs");
    do_command(&stage, &command);
    stop_executor(&stage);
    start_executor(&stage);
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "run\n");
    close_stage(&stage);
}

Test(executor, a_key_that_was_begun_by_a_process_that_died_is_done_again)
{
    struct stage stage;
    struct fo_command command = fence(0, 9);

    open_stage(&stage);
    stop_executor(&stage);
    place_write(&stage.place, "executor.ledger",
                "{\"key\":\"abc-9\",\"act\":\"fence-1\",\"state\":\"begun\",\"detail\":0}\n"
                "{\"key\":\"abc-8\",\"act\":\"fence-1\",\"state\":\"do", /* torn */
                0600);
    start_executor(&stage);
    program(&stage, "fence-1", "cat > /dev/null; echo run >> $PLACE/runs");
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "run\n");
    close_stage(&stage);
}

Test(executor, a_lost_connection_is_made_again_and_the_act_done_once)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);

    open_stage(&stage);
    program(&stage, "fence-1", "cat > /dev/null; echo run >> $PLACE/runs; sleep 0.3");
    stage.wanted = 1;
    md_executor_client_do(stage.client, &command);
    place_turn(&stage.place, 100);
    cr_assert(md_executor_client_connected(stage.client));
    stop_executor(&stage); /* lets the act end */
    cr_assert_eq(stage.results, 0);
    start_executor(&stage);
    cr_assert(place_wait(&stage.place, has_results, &stage, LIMIT_MS));
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    expect_runs(&stage, "run\n");
    close_stage(&stage);
}

Test(executor, without_an_executor_the_command_ends_at_its_deadline)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);

    open_stage(&stage);
    stop_executor(&stage);
    command.deadline_us = pb_clock_us() + 700 * FO_MS;
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(stage.result.reason, FO_REASON_NO_ANSWER);
    close_stage(&stage);
}

static void *no_memory(size_t size)
{
    (void)size;
    return NULL;
}

Test(executor, an_order_that_could_not_be_handed_over_is_asked_again_long_before_its_deadline)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);
    fo_us began_us;

    open_stage(&stage);
    program(&stage, "fence-1", "cat > /dev/null; echo run >> $PLACE/runs");
    do_command(&stage, &command); /* the connection is there */
    command = fence(0, 2);
    began_us = pb_clock_us();
    command.deadline_us = FO_NEVER; /* MD_EXECUTOR_PATIENCE_US: two minutes */
    stage.wanted = 2;
    json_set_alloc_funcs(no_memory, free);
    md_executor_client_do(stage.client, &command);
    json_set_alloc_funcs(malloc, free);
    cr_assert(place_wait(&stage.place, has_results, &stage, LIMIT_MS));
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_DONE);
    cr_assert_eq(stage.result.key.sequence, 2u);
    cr_assert_lt(pb_clock_us() - began_us, MD_EXECUTOR_PATIENCE_US);
    expect_runs(&stage, "run\nrun\n");
    close_stage(&stage);
}

Test(executor, one_command_more_than_can_be_under_way_is_put_off_before_the_call_returns)
{
    struct stage stage;

    open_stage(&stage);
    stop_executor(&stage); /* none of them ends before its deadline */
    for (unsigned i = 0; i < MD_EXECUTOR_JOBS_MAX; i++) {
        struct fo_command command = fence(0, i + 1);

        command.deadline_us = pb_clock_us() + 500 * FO_MS;
        md_executor_client_do(stage.client, &command);
    }
    cr_assert_eq(stage.results, 0);
    struct fo_command more = fence(0, MD_EXECUTOR_JOBS_MAX + 1);

    md_executor_client_do(stage.client, &more);
    cr_assert_eq(stage.results, 1);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(stage.result.key.sequence, more.key.sequence);
    stage.wanted = 1 + MD_EXECUTOR_JOBS_MAX;
    cr_assert(place_wait(&stage.place, has_results, &stage, LIMIT_MS));
    close_stage(&stage);
}

Test(executor, nothing_is_done_when_the_ledger_cannot_take_it)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);
    struct rlimit limit = {0, RLIM_INFINITY}, before;

    signal(SIGXFSZ, SIG_IGN);
    open_stage(&stage);
    stage.place.site->servers[0].fence[1] = NULL;
    program(&stage, "fence-1", "cat > /dev/null; touch $PLACE/ran");
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit.rlim_max = before.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    stage.wanted = 1;
    md_executor_client_do(stage.client, &command);
    bool came = place_wait(&stage.place, has_results, &stage, LIMIT_MS);

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_assert(came);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    char *ran = place_read(&stage.place, "ran");

    cr_assert_str_eq(ran, "");
    free(ran);
    close_stage(&stage);
}

Test(executor, a_server_without_a_fence_and_a_line_without_an_act_fail)
{
    struct stage stage;
    struct fo_command command = fence(1, 1);

    open_stage(&stage);
    stage.place.site->servers[1].fence[0] = NULL;
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    command = (struct fo_command){.kind = FO_COMMAND_ROUTE,
                                  .line = 9,
                                  .server = FO_NONE,
                                  .key = {0xabc, 2},
                                  .deadline_us = FO_NEVER};
    do_command(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_FAILED);
    close_stage(&stage);
}

/* ---- the socket itself ---- */

Test(executor, only_listed_acts_with_a_whole_order_are_done)
{
    struct stage stage;

    open_stage(&stage);
    connect_bare(&stage);
    ask(&stage, "rubbish\n", "bad-request");
    ask(&stage, "{\"key\":\"abc-1\",\"act\":\"fence-1\"}\n", "bad-request");
    ask(&stage, "{\"key\":\"abc-1\",\"act\":\"fence-1\",\"drill\":\"no\"}\n", "bad-request");
    ask(&stage, "{\"key\":\"abc-1\",\"act\":\"fence-1\",\"drill\":false,\"restore\":1}\n",
        "bad-request");
    ask(&stage, "{\"key\":\"zzz\",\"act\":\"fence-1\",\"drill\":false}\n", "bad-request");
    ask(&stage, "{\"key\":\"abc-1\",\"act\":\"rm\",\"drill\":false}\n",
        "\"outcome\":\"failed\",\"detail\":0,\"reason\":\"unknown-act\"");
    close_stage(&stage);
}

Test(executor, in_a_drill_only_scripts_run_and_they_are_told)
{
    struct stage stage;
    char *rest;

    open_stage(&stage);
    connect_bare(&stage);
    program(&stage, "fence-1", "cat > /dev/null; env > $PLACE/rest");
    program(&stage, "fence-2", "touch $PLACE/ran; exit 2");
    ask(&stage, "{\"key\":\"abc-1\",\"act\":\"fence-2\",\"drill\":true}\n", "not-in-a-drill");
    ask(&stage, "{\"key\":\"abc-2\",\"act\":\"route-line-a\",\"drill\":true}\n", "not-in-a-drill");
    ask(&stage, "{\"key\":\"abc-3\",\"act\":\"fence-1\",\"drill\":true}\n", "\"outcome\":\"done\"");
    rest = place_read(&stage.place, "rest");
    cr_assert_not_null(strstr(rest, "NOROSHI_DRILL=1"));
    free(rest);
    rest = place_read(&stage.place, "ran");
    cr_assert_str_eq(rest, "");
    free(rest);
    close_stage(&stage);
}

Test(executor, a_stranger_is_not_answered)
{
    struct stage stage;
    struct stat status;
    pid_t child;
    int code = 0;

    open_stage(&stage);
    cr_assert_eq(stat(stage.place.site->executor_socket, &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0600);
    /* even when the modes are wrong, the peer's user is looked at */
    cr_assert_eq(chmod(stage.place.directory, 0755), 0);
    cr_assert_eq(chmod(stage.place.site->executor_socket, 0666), 0);
    child = fork();
    if (child == 0) {
        char byte;
        int fd;

        if (setuid(65534) != 0 || (fd = md_unix_connect(stage.place.site->executor_socket)) < 0) {
            _exit(3);
        }
        struct timespec moment = {.tv_nsec = 20000000};

        for (unsigned i = 0; i < 200; i++) {
            ssize_t count = recv(fd, &byte, 1, MSG_DONTWAIT);

            if (count == 0) {
                _exit(0); /* closed on us */
            }
            nanosleep(&moment, NULL);
        }
        _exit(4);
    }
    for (unsigned i = 0; i < 300 && waitpid(child, &code, WNOHANG) == 0; i++) {
        place_turn(&stage.place, 20);
    }
    cr_assert(WIFEXITED(code) && WEXITSTATUS(code) == 0, "exit %d", WEXITSTATUS(code));
    close_stage(&stage);
}

/* ---- who gives way ---- */

static void count_begin(void *context)
{
    ++*(unsigned *)context;
}

Test(executor, who_wants_to_know_is_told_before_each_act_that_is_begun_and_of_no_other)
{
    struct stage stage;
    struct fo_command command = fence(0, 1);
    unsigned begun = 0;

    open_stage(&stage);
    struct md_executor_watcher watcher = {.begins = count_begin, .context = &begun};

    md_executor_watch(stage.executor, &watcher);
    program(&stage, "fence-1", "cat > /dev/null");
    do_command(&stage, &command);
    cr_assert_eq(begun, 1u);
    do_command(&stage, &command); /* told again, not done again */
    cr_assert_eq(begun, 1u);
    command.key.sequence++;
    do_command(&stage, &command);
    cr_assert_eq(begun, 2u);
    close_stage(&stage);
}

static json_t *one_fence(void *context)
{
    (void)context;
    return json_pack("[{s:s, s:s, s:s, s:b}]", "act", "fence-2", "server", "dispatch-1", "state",
                     "on", "lost", 0);
}

static bool knows_fences(void *context)
{
    return md_executor_client_fences(((struct stage *)context)->client) != NULL;
}

static bool knows_no_fences(void *context)
{
    return !knows_fences(context);
}

Test(executor, what_is_known_of_the_fences_is_told_and_forgotten_with_the_connection)
{
    struct stage stage;
    struct md_executor_watcher watcher = {.fences = one_fence};
    const json_t *fences;

    open_stage(&stage);
    connect_bare(&stage);
    ask(&stage, "{\"fences\":true}\n", "{\"fences\":[]}"); /* nobody watches yet */
    ask(&stage, "{\"fences\":false}\n", "bad-request");
    md_executor_watch(stage.executor, &watcher);
    cr_assert(knows_no_fences(&stage));
    md_executor_client_ask_fences(stage.client);
    cr_assert(place_wait(&stage.place, knows_fences, &stage, LIMIT_MS));
    fences = md_executor_client_fences(stage.client);
    cr_assert_eq(json_array_size(fences), 1u);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(fences, 0), "server")),
                     "dispatch-1");
    stop_executor(&stage);
    cr_assert(place_wait(&stage.place, knows_no_fences, &stage, LIMIT_MS));
    close_stage(&stage);
}
