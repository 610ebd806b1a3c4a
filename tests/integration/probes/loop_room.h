/* SPDX-License-Identifier: Apache-2.0 */
/* One uv loop for one test: turns until a condition holds or a bound has passed, measures the
 * longest stretch the loop was busy, and demands at the end that no handle is left. */
#ifndef TESTS_LOOP_ROOM_H
#define TESTS_LOOP_ROOM_H

#include "config/site.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

/* Half a second is what a blocking library would cost. Time in which the kernel had us wait for a
 * processor is not counted: on a busy machine that says nothing about the loop. */
#define ROOM_BUSY_LIMIT_US 250000

struct room {
    uv_loop_t loop;
    uv_prepare_t turn;
    uv_timer_t tick; /* wakes the loop so that conditions are looked at */
    uint64_t mark_ns, idle_ns, queued_ns, longest_ns;
    int schedstat; /* of this thread */
};

/* How long this thread has waited for a processor, in all; 0 where the kernel does not say. */
static inline uint64_t room_queued_ns(const struct room *room)
{
    char text[96] = "";
    unsigned long long ran, queued;
    ssize_t length = pread(room->schedstat, text, sizeof text - 1, 0);
    return length > 0 && sscanf(text, "%llu %llu", &ran, &queued) == 2 ? queued : 0;
}

static inline void room_on_turn(uv_prepare_t *turn)
{
    struct room *room = turn->data;
    uint64_t now = uv_hrtime(), idle = uv_metrics_idle_time(&room->loop);
    uint64_t queued = room_queued_ns(room);
    uint64_t busy = now - room->mark_ns - (idle - room->idle_ns);
    uint64_t waited = queued - room->queued_ns;
    if (busy > waited && busy - waited > room->longest_ns) {
        room->longest_ns = busy - waited;
    }
    room->queued_ns = queued;
    room->mark_ns = now;
    room->idle_ns = idle;
}

static inline void room_on_tick(uv_timer_t *tick)
{
    (void)tick;
}

static inline void room_open(struct room *room)
{
    memset(room, 0, sizeof *room);
    cr_assert_eq(uv_loop_init(&room->loop), 0);
    cr_assert_eq(uv_loop_configure(&room->loop, UV_METRICS_IDLE_TIME), 0);
    uv_prepare_init(&room->loop, &room->turn);
    uv_timer_init(&room->loop, &room->tick);
    room->turn.data = room;
    room->schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    room->queued_ns = room_queued_ns(room);
    room->mark_ns = uv_hrtime();
    uv_prepare_start(&room->turn, room_on_turn);
    uv_timer_start(&room->tick, room_on_tick, 5, 5);
}

/* True as soon as the condition holds; false when it has not after `ms` milliseconds. */
static inline bool room_wait(struct room *room, bool (*holds)(void *), void *context, uint64_t ms)
{
    uint64_t end = uv_hrtime() + ms * 1000000;
    while (!holds(context)) {
        if (uv_hrtime() > end) {
            return false;
        }
        uv_run(&room->loop, UV_RUN_ONCE);
    }
    return true;
}

static inline bool room_never(void *context)
{
    (void)context;
    return false;
}

/* Lets the loop turn for a while: only to show that something does NOT happen. */
static inline void room_turn(struct room *room, uint64_t ms)
{
    (void)room_wait(room, room_never, NULL, ms);
}

static inline bool room_is_true(void *flag)
{
    return *(bool *)flag;
}

/* A done callback for stop functions: sets the flag given as context. */
static inline void room_set_flag(void *flag)
{
    *(bool *)flag = true;
}

/* Ends the room; every handle of the test must be closed or closing by now. */
static inline void room_close(struct room *room)
{
    uv_close((uv_handle_t *)&room->turn, NULL);
    uv_close((uv_handle_t *)&room->tick, NULL);
    while (uv_run(&room->loop, UV_RUN_NOWAIT) != 0) {
    }
    cr_assert_eq(uv_loop_close(&room->loop), 0, "a handle was left open");
    close(room->schedstat);
}

static inline void room_expect_never_blocked(const struct room *room)
{
    cr_assert_lt(room->longest_ns / 1000, ROOM_BUSY_LIMIT_US, "the loop was held for %llu us",
                 (unsigned long long)(room->longest_ns / 1000));
}

static inline struct cfg_address room_address(const char *host, int port)
{
    struct cfg_address address = {.length = 0};
    if (strchr(host, ':') != NULL) {
        uv_ip6_addr(host, port, (struct sockaddr_in6 *)&address.storage);
        address.length = sizeof(struct sockaddr_in6);
    } else {
        uv_ip4_addr(host, port, (struct sockaddr_in *)&address.storage);
        address.length = sizeof(struct sockaddr_in);
    }
    return address;
}

#endif
