/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the yes/no checks over real sockets. */
#include "probes/check.h"
#include "tests/integration/probes/tcp_peer.h"
#include "tests/lib/free_port.h"

#define OUTCOMES_MAX 64
struct outcomes {
    unsigned count;
    struct {
        bool ok;
        unsigned reason;
        fo_us rtt_us;
    } list[OUTCOMES_MAX];
    struct pb_check *stop_at_first;
    bool stopped;
};

static void on_stopped(void *context)
{
    struct outcomes *outcomes = context;
    outcomes->stopped = true;
}

static void on_outcome(void *context, bool ok, unsigned reason, fo_us rtt_us)
{
    struct outcomes *outcomes = context;
    if (outcomes->count < OUTCOMES_MAX) {
        outcomes->list[outcomes->count].ok = ok;
        outcomes->list[outcomes->count].reason = reason;
        outcomes->list[outcomes->count].rtt_us = rtt_us;
    }
    outcomes->count++;
    if (outcomes->stop_at_first != NULL) {
        pb_check_stop(outcomes->stop_at_first, on_stopped);
        outcomes->stop_at_first = NULL;
    }
}

static bool have_one(void *context)
{
    return ((struct outcomes *)context)->count >= 1;
}

static bool have_five(void *context)
{
    return ((struct outcomes *)context)->count >= 5;
}

static bool is_stopped(void *context)
{
    return ((struct outcomes *)context)->stopped;
}

/* One check that runs until its first outcome. */
static struct outcomes check_once(enum pb_check_kind kind, int port, peer_handler handler,
                                  fo_us timeout_us)
{
    struct room room;
    struct peer peer;
    struct outcomes outcomes = {.count = 0};

    room_open(&room);
    peer_open(&peer, &room, handler, NULL);
    struct cfg_address address = room_address("127.0.0.1", port ? port : peer.port);
    struct pb_check *check = pb_check_start(&room.loop, kind, &address, "/health", FO_MINUTE,
                                            timeout_us, on_outcome, &outcomes);
    cr_assert_not_null(check);
    cr_assert(room_wait(&room, have_one, &outcomes, 5000));
    pb_check_stop(check, on_stopped);
    cr_assert(room_wait(&room, is_stopped, &outcomes, 2000));
    room_expect_never_blocked(&room);
    peer_close(&peer);
    room_close(&room);
    return outcomes;
}

static void answer_200(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    static const char start[] = "GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n";
    cr_assert_gt(length, sizeof start);
    cr_assert_eq(memcmp(bytes, start, sizeof start - 1), 0);
    peer_send(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40);
}

static void answer_503(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    peer_send(c, "HTTP/1.1 503 Not Ready\r\n\r\n", 26);
}

static void answer_half(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    peer_send(c, "HTTP/1.1 200 OK\r\nContent-", 25);
}

static void answer_drip(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    peer_drip(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40, 150);
}

static void answer_half_and_close(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    answer_half(c, bytes, length);
    peer_hang_up(c);
}

static void answer_garbage(struct peer_connection *c, const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    peer_send(c, "\0\1\2\3\4\5\6\7", 8);
}

Test(check, http_demands_a_complete_200_within_its_bound)
{
    static const struct {
        peer_handler handler;
        bool ok;
        enum fo_reason reason;
    } cases[] = {
        {answer_200, true, FO_REASON_NONE},
        {answer_503, false, FO_REASON_BAD_STATUS},
        {answer_half, false, FO_REASON_TOO_LATE},
        {answer_drip, false, FO_REASON_TOO_LATE},
        {answer_half_and_close, false, FO_REASON_BAD_STATUS},
        {answer_garbage, false, FO_REASON_BAD_STATUS},
        {NULL, false, FO_REASON_NO_ANSWER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcomes outcomes = check_once(PB_CHECK_HTTP, 0, cases[i].handler, 400 * FO_MS);
        cr_assert_eq(outcomes.list[0].ok, cases[i].ok, "case %zu", i);
        cr_assert_eq(outcomes.list[0].reason, cases[i].reason, "case %zu: %s", i,
                     fo_reason_name(outcomes.list[0].reason));
        cr_assert_lt(outcomes.list[0].rtt_us, 1500 * FO_MS);
    }
}

Test(check, a_refused_connection_proves_the_host_but_not_the_service)
{
    struct outcomes host =
        check_once(PB_CHECK_HOST, free_port(SOCK_STREAM, "127.0.0.1"), NULL, FO_SECOND);
    struct outcomes tcp =
        check_once(PB_CHECK_TCP, free_port(SOCK_STREAM, "127.0.0.1"), NULL, FO_SECOND);
    struct outcomes http =
        check_once(PB_CHECK_HTTP, free_port(SOCK_STREAM, "127.0.0.1"), NULL, FO_SECOND);
    cr_assert(host.list[0].ok);
    cr_assert_eq(host.list[0].reason, FO_REASON_NONE);
    cr_assert_not(tcp.list[0].ok);
    cr_assert_eq(tcp.list[0].reason, FO_REASON_REFUSED);
    cr_assert_eq(http.list[0].reason, FO_REASON_REFUSED);
    cr_assert(check_once(PB_CHECK_HOST, 0, NULL, FO_SECOND).list[0].ok);
    cr_assert(check_once(PB_CHECK_TCP, 0, NULL, FO_SECOND).list[0].ok);
}

Test(check, checks_of_a_silent_peer_overlap_so_that_each_interval_has_its_outcome)
{
    struct room room;
    struct peer peer;
    struct outcomes outcomes = {.count = 0};

    room_open(&room);
    peer_open(&peer, &room, NULL, NULL);
    struct cfg_address address = room_address("127.0.0.1", peer.port);
    uint64_t start = uv_hrtime();
    struct pb_check *check = pb_check_start(&room.loop, PB_CHECK_HTTP, &address, "/", 100 * FO_MS,
                                            150 * FO_MS, on_outcome, &outcomes);
    cr_assert(room_wait(&room, have_five, &outcomes, 5000));
    uint64_t ms = (uv_hrtime() - start) / 1000000;
    /* the fifth began at 400 ms and ended at 550 ms; one after the other would need 750 ms */
    cr_assert_geq(ms, 540);
    cr_assert_lt(ms, 740, "took %llu ms", (unsigned long long)ms);
    for (unsigned i = 0; i < 5; i++) {
        cr_assert_eq(outcomes.list[i].reason, FO_REASON_NO_ANSWER);
    }
    pb_check_stop(check, on_stopped);
    cr_assert(room_wait(&room, is_stopped, &outcomes, 2000));
    peer_close(&peer);
    room_close(&room);
}

Test(check, a_check_may_be_stopped_from_its_own_outcome)
{
    struct room room;
    struct peer peer;
    struct outcomes outcomes = {.count = 0};

    room_open(&room);
    peer_open(&peer, &room, answer_200, NULL);
    struct cfg_address address = room_address("127.0.0.1", peer.port);
    outcomes.stop_at_first = pb_check_start(&room.loop, PB_CHECK_HTTP, &address, "/health", FO_MS,
                                            FO_SECOND, on_outcome, &outcomes);
    cr_assert(room_wait(&room, is_stopped, &outcomes, 3000));
    cr_assert_eq(outcomes.count, 1);
    peer_close(&peer);
    room_close(&room);
}

Test(check, a_path_that_is_no_path_is_refused_at_once)
{
    struct room room;
    struct cfg_address address = room_address("127.0.0.1", 80);
    char longest[PB_CHECK_PATH_MAX + 2];

    room_open(&room);
    memset(longest, 'a', sizeof longest - 1);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    const char *paths[] = {NULL, "", "health", longest};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        cr_assert_null(pb_check_start(&room.loop, PB_CHECK_HTTP, &address, paths[i], FO_SECOND,
                                      FO_SECOND, on_outcome, NULL));
    }
    room_close(&room);
}
