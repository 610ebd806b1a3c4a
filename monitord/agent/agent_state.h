/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent consists of, for its own rooms only: agent.c composes, intake.c takes in, pump.c
 * feeds the core, acts.c acts, gate_keeper.c watches the gate, report.c shows it. Everything runs
 * on one loop in one thread, but what the three workers are given until they hand it back. */
#ifndef MONITORD_AGENT_AGENT_STATE_H
#define MONITORD_AGENT_AGENT_STATE_H

#include "config/site.h"
#include "failover/lease.h"
#include "monitord/agent/address.h"
#include "monitord/agent/address_probe.h"
#include "monitord/agent/alarm.h"
#include "monitord/agent/announce.h"
#include "monitord/agent/gate.h"
#include "monitord/agent/link_watch.h"
#include "monitord/agent/position.h"
#include "monitord/agent/service_watch.h"
#include "monitord/agent/steps.h"
#include "monitord/agent/top_file.h"
#include "monitord/agent/watchdog.h"
#include "monitord/agent/worker.h"
#include "monitord/clock.h"
#include "monitord/loop_timer.h"
#include "probes/heartbeat.h"

#define MD_AGENT_EVENTS_MAX 32
#define MD_AGENT_UNFIT_US (30 * FO_SECOND)     /* after a promotion that failed on this host */
#define MD_AGENT_GATE_UNFIT_US (5 * FO_SECOND) /* after somebody took the gate away */

struct md_agent {
    uv_loop_t loop;
    const struct cfg_agent *config;
    struct fo_agent core;
    fo_us started_us;

    /* events wait here while acts are done; nothing is fed in the middle of a step */
    struct fo_agent_event events[MD_AGENT_EVENTS_MAX];
    unsigned event_first, event_count;
    bool pumping;
    void (*pump)(struct md_agent *agent); /* feeds what is queued, unless that is under way */

    struct md_worker worker;      /* what waits on the kernel: gate, address, announcements */
    struct md_worker disk_worker; /* what waits on the disk */
    struct pb_heartbeat *heartbeat;
    struct md_gate gate;
    bool gate_loaded, gate_ready; /* ready: attached to the service interface, in both directions */
    bool gate_shut_asked;         /* FO_AGENT_GATE_SHUT is owed */
    struct md_gate_look {
        bool running, again;    /* again: asked for while one was running */
        bool missing, attached; /* service interface: before and after the look */
        char error[160];        /* of the newest failure; "" none */
    } look;
    char gate_error[160];
    struct md_service_address address;
    struct md_address_order {
        bool want_up, busy; /* what is wanted; a job for it runs */
        bool up;            /* as far as was done */
        bool doing_up, check;
        int result;
        bool was_missing;
    } address_order;
    struct md_announce announce;
    fo_us announced_over_us; /* last time because the other server held too */
    struct md_address_probe probe;
    struct md_worker probe_worker; /* a probe takes its time */
    bool probing;
    enum md_address_word probed, probe_said; /* the newest answer, and the one last logged */
    struct md_steps steps;
    struct md_service_watch service;
    struct md_link_watch link;
    struct md_position position;
    struct md_top_file top_file;
    struct md_agent_alarm alarm;
    struct md_watchdog watchdog;

    uint8_t health_told;   /* enum fo_health */
    fo_us unfit_until_us;  /* a promotion failed here: not well before this */
    const char *unfit_why; /* static storage */
    bool clock_well, clock_told;
    bool monitor_missed, alone_stopped; /* called for */

    struct md_loop_timer timer; /* the core's deadline */
    struct md_clock clock;      /* how late our own loop is */
    uv_timer_t tick, leave_tick;
    uv_signal_t terminate, interrupt;
    struct md_agent_socket *socket;
    bool leaving, stopping, disorderly;
    fo_us leave_by_us, left_since_us;
    struct {
        uint64_t promotes, demotes, announces, lapses, gate_losses, steps_failed;
    } counts;
};

/* Puts an event behind those that wait (now_us is set when it is fed). Whoever is not called from
 * the pump calls md_agent_pump afterwards. */
void md_agent_queue(struct md_agent *agent, const struct fo_agent_event *event);

#endif
