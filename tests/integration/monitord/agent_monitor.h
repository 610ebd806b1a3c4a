/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor of the agent's tests: the real lease core and real heartbeats, with the engine's
 * decisions in their plainest form. It runs in a process and a namespace of its own. */
#ifndef TESTS_INTEGRATION_MONITORD_AGENT_MONITOR_H
#define TESTS_INTEGRATION_MONITORD_AGENT_MONITOR_H

#include "failover/lease.h"
#include "probes/clock.h"
#include "probes/heartbeat.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#define WORLD_PORT 7320
static const uint8_t world_key[32] = "the key of a test, thirty-two by";

/* 10.77.net.host and the port of the heartbeats. */
static inline struct cfg_address world_address(int net, int host)
{
    struct cfg_address address;
    memset(&address, 0, sizeof address);
    struct sockaddr_in *in = (struct sockaddr_in *)&address.storage;
    in->sin_family = AF_INET;
    in->sin_port = htons(WORLD_PORT);
    in->sin_addr.s_addr = htonl(0x0a4d0000U | (unsigned)net << 8 | (unsigned)host);
    address.length = sizeof *in;
    return address;
}

struct world_monitor {
    struct fo_monitor core;
    struct pb_heartbeat *heartbeat;
    struct fo_monitor_output out;
    fo_us turned_us;
    int orders;
};

static inline void monitor_flush(struct world_monitor *monitor)
{
    for (uint32_t i = 0; i < monitor->out.count; i++) {
        pb_heartbeat_send(monitor->heartbeat, &monitor->out.sends[i]);
    }
    monitor->out.count = 0;
}

static inline void monitor_choose(struct world_monitor *monitor, enum fo_voter server)
{
    fo_monitor_choose(&monitor->core, server, pb_clock_us(), &monitor->out);
    monitor_flush(monitor);
}

static inline bool monitor_sees_well(const struct world_monitor *monitor, enum fo_voter server,
                                     fo_us now_us)
{
    fo_us silence_us = fo_monitor_silence_us(&monitor->core, server, now_us);
    return silence_us < 4 * monitor->core.voter.params.beat_us &&
           monitor->core.voter.heard[server].beat.health == FO_HEALTH_OK;
}

/* What the engine would decide, in the plainest form: the first who is well, then the other one
 * when the holder is dead by two witnesses, offers its lease, is not well, or has handed over. */
static inline void monitor_decide(struct world_monitor *monitor, fo_us now_us)
{
    struct fo_monitor *core = &monitor->core;
    if (core->choice == FO_VOTER_NONE) {
        if (now_us - core->started_us >
                fo_lease_promise_us(&core->voter.params, core->voter.params.lease_max_us) &&
            monitor_sees_well(monitor, FO_VOTER_P, now_us)) {
            monitor_choose(monitor, FO_VOTER_P);
        }
        return;
    }
    enum fo_voter holder = (enum fo_voter)core->choice, other = (enum fo_voter)(1 - core->choice);
    const struct fo_beat *beat = &core->voter.heard[holder].beat;
    bool released = beat->claim == FO_CLAIM_NONE && core->next == other && !beat->held;
    bool offered = beat->claim == FO_CLAIM_NONE && beat->offer;
    bool failed = beat->claim == FO_CLAIM_NONE && beat->health == FO_HEALTH_FAILED;
    bool dead = fo_monitor_verdict_dead(core, holder, now_us);
    if ((released || offered || failed || dead) && monitor_sees_well(monitor, other, now_us)) {
        monitor_choose(monitor, other);
    }
}

static inline void monitor_on_datagram(void *context, uint8_t net, fo_us now_us,
                                       const struct fo_datagram *datagram)
{
    struct world_monitor *monitor = context;
    (void)net;
    fo_monitor_receive(&monitor->core, datagram, now_us, &monitor->out);
    monitor_flush(monitor);
    monitor_decide(monitor, now_us);
}

static inline void monitor_on_timer(uv_timer_t *timer)
{
    struct world_monitor *monitor = timer->data;
    fo_us now_us = pb_clock_us();
    char order;
    if (now_us - monitor->turned_us > 2 * monitor->core.voter.params.beat_us) {
        fo_monitor_stalled(&monitor->core, now_us);
    }
    monitor->turned_us = now_us;
    fo_monitor_tick(&monitor->core, now_us, &monitor->out);
    monitor_flush(monitor);
    if (read(monitor->orders, &order, 1) == 1) {
        if (order == 'p' || order == 's') {
            monitor_choose(monitor, order == 'p' ? FO_VOTER_P : FO_VOTER_S);
        } else {
            fo_monitor_set_next(&monitor->core, order == 'P' ? FO_VOTER_P : FO_VOTER_S, now_us,
                                &monitor->out);
            monitor_flush(monitor);
        }
    }
    monitor_decide(monitor, now_us);
}

static inline void monitor_run(const struct fo_lease_params *lease, int orders)
{
    static struct world_monitor monitor;
    uv_timer_t timer;
    struct cfg_net nets[2] = {{.name = "lan1", .bind = world_address(1, 20)},
                              {.name = "lan2", .bind = world_address(2, 20)}};
    struct pb_heartbeat_config config = {.self = FO_VOTER_M, .net_count = 2, .nets = nets};
    for (int net = 0; net < 2; net++) {
        config.peers[FO_VOTER_P][net] = world_address(net + 1, 11);
        config.peers[FO_VOTER_S][net] = world_address(net + 1, 12);
    }
    memcpy(config.key, world_key, sizeof config.key);
    monitor.orders = orders;
    monitor.turned_us = pb_clock_us();
    fo_monitor_init(&monitor.core, lease, (uint64_t)monitor.turned_us, monitor.turned_us);
    fo_monitor_clock(&monitor.core, true);
    monitor.heartbeat =
        pb_heartbeat_start(uv_default_loop(), &config, monitor_on_datagram, &monitor);
    uv_timer_init(uv_default_loop(), &timer);
    timer.data = &monitor;
    uv_timer_start(&timer, monitor_on_timer, 0, 2);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

#endif
