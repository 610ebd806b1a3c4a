/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that can go wrong in the storm: the kinds, one fault that lasts, and the plan of a
 * seed (which kinds exist in it, which strikes are left out). Swarm: each seed draws which kinds
 * exist and how often they strike. strike.c does and undoes them; shrink.c takes them away again.
 */
#ifndef SIM_STORM_FAULT_H
#define SIM_STORM_FAULT_H

#include "failover/types.h"

/* X(id, name): the first ones are weather that lasts the whole chaos, the others strike. */
#define STORM_FAULT_KINDS(X)                        \
    X(LOSS, "loss")                                 \
    X(DELAY, "delay and reordering")                \
    X(DUPLICATE, "duplicates")                      \
    X(LATENESS, "processes late by some ms")        \
    X(NOISE, "lost probes")                         \
    X(CUT_ONE_WAY, "one-way cut")                   \
    X(CUT_PAIR, "partition of two")                 \
    X(ISOLATE, "isolation")                         \
    X(BURST, "burst of loss")                       \
    X(REPLAY, "replay of old datagrams")            \
    X(AGENT_CRASH, "agent killed")                  \
    X(HOST_CRASH, "server down")                    \
    X(MONITOR_CRASH, "monitor killed")              \
    X(MONITOR_REBOOT, "monitor's host rebooted")    \
    X(PAUSE, "process frozen")                      \
    X(CLOCK_RATE, "clock changes its rate")         \
    X(CLOCK_UNWELL, "clock unwell")                 \
    X(WALL_STEP, "wall clock step")                 \
    X(SERVICE_FAIL, "service fails")                \
    X(SERVICE_HANG, "service check without answer") \
    X(DRAIN_HANG, "drain never ends")               \
    X(GATE_STUCK, "gate cannot be shut")            \
    X(LEAVE, "agent leaves in order")               \
    X(POSITION_LAG, "data lag")                     \
    X(DISK_SLOW, "slow disk")                       \
    X(DISK_DEAD, "dead disk")                       \
    X(MAINS, "mains away")                          \
    X(GENERATOR_BROKEN, "generator does not start") \
    X(UPS_SICK, "UPS says odd things")              \
    X(DEVICE_SILENT, "device silent")               \
    X(DEVICE_FROZEN, "device frozen")               \
    X(DEVICE_LIES, "device lies")                   \
    X(LINE_CUT, "line cut")                         \
    X(TARGET_DEAD, "target dead")                   \
    X(LINE_LOSSY, "line lossy")                     \
    X(OWN_NETWORK, "monitor's own network")         \
    X(TWO_ANSWERS, "two MACs seen")                 \
    X(CHANNEL_DEAD, "channel dead")                 \
    X(CHANNEL_MUTE, "channel without result")       \
    X(PEOPLE_AWAY, "nobody answers")                \
    X(PEOPLE_WRONG, "wrong words")                  \
    X(OPERATOR, "operator orders")                  \
    X(FENCE_FAILS, "fencing fails")                 \
    X(ROUTE_FAILS, "route change fails")            \
    X(DUTY, "duty changes")                         \
    X(ENTRIES, "entries by hand")                   \
    X(DRILLS, "drills")                             \
    X(ASSERTION, "failed assertion")                \
    X(HOST_FILTERED, "host probe filtered")         \
    X(SERVICE_FILTERED, "service probe filtered")   \
    X(SCRIPTS_FAIL, "scripts fail or are late")     \
    X(BY_HAND, "people serve by hand")              \
    X(DRIFT_BEYOND, "drift beyond the bound")       \
    X(GUEST_PAUSE, "host paused as a whole")        \
    X(FENCE_LIES, "fencing lies")

enum storm_fault_kind {
#define X(id, name) STORM_FAULT_##id,
    STORM_FAULT_KINDS(X)
#undef X
        STORM_FAULT_COUNT
};
#define STORM_FAULT_FIRST_STRIKE STORM_FAULT_CUT_ONE_WAY
#define STORM_FAULT_FIRST_PAIR STORM_FAULT_HOST_FILTERED /* only where there are no agents */
#define STORM_FAULT_FIRST_BEYOND STORM_FAULT_DRIFT_BEYOND
#define STORM_FAULT_BIT(kind) (UINT64_C(1) << (kind))

struct storm_fault {
    bool active;
    uint8_t kind; /* enum storm_fault_kind */
    uint8_t a, b, c;
    uint32_t strike;
    fo_us until_us;
};

/* A site on which nothing happens but loss: the lease's defaults, no strikes, no healing; the world
 * ends when its chaos would. For the figures of tests/bench. */
struct storm_steady {
    bool on;
    uint8_t nets;           /* 1 or 2 */
    uint32_t loss_permille; /* of datagrams, each way, path and network for itself */
    bool standby_away;      /* the secondary server never starts */
};

/* Whether the servers of a seed have agents. */
enum storm_pairs { STORM_PAIRS_DRAWN, STORM_PAIRS_NEVER, STORM_PAIRS_ALWAYS };

/* The caller's wishes for one seed. */
struct storm_plan {
    uint64_t allowed;       /* bit per kind */
    bool beyond;            /* also what lies beyond the bounds; then I is only counted */
    uint32_t strikes_max;   /* no strike after that many */
    uint64_t left_out[128]; /* bit per strike (STORM_STRIKES_MAX) that does not happen */
    fo_us chaos_max_us;     /* the chaos ends then at the latest; FO_NEVER */
    struct storm_steady steady;
    uint8_t pairs; /* enum storm_pairs: servers without agents */
    /* out: the kinds the seed drew */
    uint64_t drawn;
};

const char *storm_fault_name(unsigned kind);

#endif
