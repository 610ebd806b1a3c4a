/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions on shared terminals over a real loop and a real file: open, wrong, blocked, idle. */
#include "monitord/passphrase.h"
#include "monitord/sessions.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TERMINAL 4711
#define OTHER 4712

static char folder[] = "/tmp/noroshi-sessions-XXXXXX";
static char path[100], token[MD_SESSION_TOKEN_SIZE];
static struct site *site;
static uv_loop_t loop;
static struct md_sessions sessions;
static unsigned right_ones, wrong_ones;

static void on_ended(void *context, uid_t uid, uint8_t person, bool right)
{
    (void)context;
    (void)uid;
    (void)person;
    right_ones += right ? 1 : 0;
    wrong_ones += right ? 0 : 1;
}

static void set_up(void)
{
    char error[256];

    cr_assert_geq(sodium_init(), 0);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/passphrases", folder);
    cr_assert(md_passphrase_set(path, "person-1", "four quiet words here", error, sizeof(error)));
    site = calloc(1, sizeof(*site));
    site->state_directory = folder;
    site->passphrase_file = path;
    site->idle_lock_us = FO_MINUTE;
    site->person_count = 2;
    site->persons[0].id = "person-1";
    site->persons[1].id = "person-2";
    uv_loop_init(&loop);
    md_sessions_init(&sessions, site, &loop);
    sessions.ended = on_ended;
}

static void tear_down(void)
{
    char last[120];

    md_sessions_stop(&sessions);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    snprintf(last, sizeof(last), "%s/last-use", folder);
    unlink(last);
    unlink(path);
    rmdir(folder);
    free(site);
}

TestSuite(sessions, .init = set_up, .fini = tear_down, .timeout = 120);

static enum md_session_begin try(uid_t uid, const char *passphrase, fo_us now_us)
{
    enum md_session_begin begun = md_sessions_begin(&sessions, uid, 0, passphrase, now_us, token);

    uv_run(&loop, UV_RUN_DEFAULT); /* until the worker has ended */
    return begun;
}

Test(sessions, a_right_passphrase_opens_a_session_for_this_terminal_alone)
{
    cr_assert_eq(md_sessions_begin(&sessions, TERMINAL, 0, "four quiet words here", 0, token),
                 MD_SESSION_BEGUN);
    cr_expect_eq(md_sessions_look(&sessions, TERMINAL, token, 0).state, MD_SESSION_CHECKING);
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, token, 0), FO_NONE, "not before the check");
    uv_run(&loop, UV_RUN_DEFAULT);
    fo_us now_us = sessions.list[0].used_us;
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, token, now_us), 0);
    cr_expect_eq(md_sessions_use(&sessions, OTHER, token, now_us), FO_NONE);
    cr_expect_eq(right_ones, 1u);
    md_sessions_end(&sessions, TERMINAL, token);
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, token, now_us), FO_NONE);
}

Test(sessions, an_idle_session_ends_and_use_keeps_it)
{
    try(TERMINAL, "four quiet words here", 0);
    fo_us now_us = sessions.list[0].used_us;
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, token, now_us + 59 * FO_SECOND), 0);
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, token, now_us + 118 * FO_SECOND), 0);
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, token, now_us + 179 * FO_SECOND), FO_NONE);
}

Test(sessions, the_second_time_one_hears_of_the_first)
{
    try(TERMINAL, "four quiet words here", 0);
    fo_us now_us = sessions.list[0].used_us;
    cr_expect_eq(md_sessions_look(&sessions, TERMINAL, token, now_us).last_use_ms, 0);
    try(TERMINAL, "four quiet words here", now_us);
    cr_expect_gt(md_sessions_look(&sessions, TERMINAL, token, now_us).last_use_ms, 0);
}

Test(sessions, five_wrong_tries_block_this_terminal_and_end_its_sessions)
{
    char open[MD_SESSION_TOKEN_SIZE];

    try(TERMINAL, "four quiet words here", 0);
    memcpy(open, token, sizeof(open));
    fo_us now_us = sessions.list[0].used_us;
    for (unsigned i = 0; i < MD_SESSION_TRIES; i++) {
        cr_assert_eq(try(TERMINAL, "wrong", now_us), MD_SESSION_BEGUN, "try %u", i);
        cr_expect_eq(md_sessions_look(&sessions, TERMINAL, token, now_us).state, MD_SESSION_WRONG);
    }
    cr_expect_eq(wrong_ones, 5u);
    cr_expect_eq(try(TERMINAL, "four quiet words here", now_us), MD_SESSION_BLOCKED);
    cr_expect_eq(md_sessions_use(&sessions, TERMINAL, open, now_us), FO_NONE);
    cr_expect_eq(try(OTHER, "four quiet words here", now_us), MD_SESSION_BEGUN);
    fo_us later_us = sessions.list[0].used_us + MD_SESSION_BLOCK_US + FO_MINUTE;
    cr_expect_eq(try(TERMINAL, "four quiet words here", later_us), MD_SESSION_BEGUN);
}

Test(sessions, without_a_file_nobody_is_let_in_and_nobody_is_blocked)
{
    site->passphrase_file = NULL;
    cr_expect_eq(try(TERMINAL, "x", 0), MD_SESSION_NOWHERE);
}

Test(sessions, a_monitor_that_stops_does_not_wait_for_a_check)
{
    cr_assert_eq(md_sessions_begin(&sessions, TERMINAL, 0, "x", 0, token), MD_SESSION_BEGUN);
    md_sessions_stop(&sessions);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(right_ones + wrong_ones, 0u);
}
