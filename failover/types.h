/* SPDX-License-Identifier: Apache-2.0 */
/* The ground: time, limits and the small enumerations every floor shares. It holds no state, and no
 * function beyond a comparison; it is included by everything and includes nothing of ours. Every
 * limit here is checked by config/ before an engine ever sees the number, and is documented in
 * monitord.conf(5). */
#ifndef FAILOVER_TYPES_H
#define FAILOVER_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds of this host's CLOCK_BOOTTIME (it counts a suspend). Never compared between hosts.
 * The engine knows no other clock. */
typedef int64_t fo_us;
/* Milliseconds since 1970 UTC: a stamp for people and for the disk; no rule of the engine reads it
 * except the one that carries deadlines over a reboot of the host. */
typedef int64_t fo_wall_ms;

#define FO_NEVER INT64_MAX
#define FO_MS ((fo_us)1000)
#define FO_SECOND ((fo_us)1000000)
#define FO_MINUTE (60 * FO_SECOND)
#define FO_HOUR (60 * FO_MINUTE)

#define FO_FEEDS 2           /* sources of a transfer switch: A and B */
#define FO_DEVICES_MAX 64    /* UPS + generators + transfer switches of the centre's own room */
#define FO_PLACES_MAX 64     /* other places (署所) whose devices are watched, see outlying.h */
#define FO_OUTLYING_MAX 4032 /* devices of all other places together */
#define FO_STAGES_MAX 8      /* of the shutdown plan */
#define FO_STAGE_ACTS_MAX 8  /* acts of one stage */
#define FO_SERVERS 2         /* the redundant pair: index 0 is P, index 1 is S (lease.md) */
#define FO_LINES_MAX 4
#define FO_TARGETS_MAX 8 /* far targets of one line */
#define FO_SERVICES_MAX 16
#define FO_PERSONS_MAX 64
#define FO_ROLES_MAX 32     /* a set of roles is a uint32_t */
#define FO_CHANNELS_MAX 8   /* ways to reach people, site wide */
#define FO_RUNGS_MAX 16     /* over all branches */
#define FO_BRANCHES_MAX 4   /* parts of the contact network that are called in parallel */
#define FO_LADDERS_MAX 4    /* contact networks that open incidents began with */
#define FO_INCIDENTS_MAX 32 /* open at one time */
#define FO_CHILDREN_MAX 32  /* folded into one incident */
#define FO_ATTEMPTS_MAX 128 /* open attempts to reach people */
#define FO_NETS_MAX 4       /* heartbeat networks */
#define FO_VARIABLES_MAX 40 /* variables in one reading */

/* index meaning "none" in every uint8_t index field */
#define FO_NONE 0xff

/* The three voters of the quorum lease (lease.md section 1). P and S equal the server index. */
enum fo_voter {
    FO_VOTER_P = 0,
    FO_VOTER_S = 1,
    FO_VOTER_M = 2,
    FO_VOTERS = 3,
    FO_VOTER_NONE = 0xff
};

/* Quality of a statement (DESIGN section 1): suspect never acts alone; stale was good once;
 * absent has never been, or the device says it does not have it. */
enum fo_quality { FO_GOOD, FO_SUSPECT, FO_STALE, FO_ABSENT };

/* Three-valued health, and the two that come with redundancy. Unknown is not down. */
enum fo_state { FO_STATE_UNKNOWN, FO_STATE_OK, FO_STATE_DEGRADED, FO_STATE_DOWN, FO_STATES };

/* What something in an event, incident or record is about; index counts within its kind. */
enum fo_subject_kind {
    FO_SUBJECT_SITE, /* the whole room; index 0 */
    FO_SUBJECT_DEVICE,
    FO_SUBJECT_SERVER,
    FO_SUBJECT_LINE,
    FO_SUBJECT_SERVICE,
    FO_SUBJECT_PERSON,
    FO_SUBJECT_CHANNEL,
    FO_SUBJECT_MONITOR, /* this monitor itself; index 0 */
    FO_SUBJECT_ROLE,
    FO_SUBJECT_PLACE, /* another place whose devices are watched */
    FO_SUBJECT_STAGE, /* a stage of the shutdown plan */
    FO_SUBJECT_KINDS
};
struct fo_subject {
    uint8_t kind; /* enum fo_subject_kind */
    uint8_t index;
};

enum fo_device_kind {
    FO_DEVICE_UPS,
    FO_DEVICE_GENERATOR,
    FO_DEVICE_TRANSFER_SWITCH,
    FO_DEVICE_KINDS
};
enum fo_role { FO_ROLE_UNKNOWN, FO_ROLE_ACTIVE, FO_ROLE_STANDBY, FO_ROLE_FENCED };
enum fo_mode { FO_MODE_NORMAL, FO_MODE_MAINTENANCE, FO_MODE_DRILL, FO_MODE_FROZEN };

/* Life of an incident: open, then recovered until it is closed (its place is free again). */
enum fo_incident_state {
    FO_INCIDENT_FREE,
    FO_INCIDENT_OPEN,
    FO_INCIDENT_RECOVERED,
    FO_INCIDENT_STATES
};
/* Steps in the order they are taken; each has a deadline. FENCE and DRAIN are taken only when the
 * plan demands them. The numbers are kept in snapshots and shown as plan_step. */
enum fo_plan_step {
    FO_PLAN_NONE,
    FO_PLAN_FENCE,  /* waiting for the proof that the old server is off */
    FO_PLAN_DRAIN,  /* planned: waiting for the release of the old server; no agents: for its demote
                       script, and the proof comes after it */
    FO_PLAN_CHOOSE, /* waiting for the journal */
    FO_PLAN_HOLD,   /* waiting until the chosen server's beat claims hold; no agents: for its
                       promote script */
    FO_PLAN_VERIFY, /* waiting until the service answers at its address */
    FO_PLAN_STEPS
};

#define FO_SEVERITY_INFORMATION 4 /* this severity and above: told once, nobody is chased */

/* How far a stage of the shutdown plan is. */
enum fo_stage_state { /* kept in snapshots */
                      FO_STAGE_READY,
                      FO_STAGE_DUE, /* people may stop it, or must do it themselves */
                      FO_STAGE_SHEDDING,
                      FO_STAGE_SHED,
                      FO_STAGE_STOPPED, /* by a person, for this outage */
                      FO_STAGE_STATES
};

/* Identity of a command: doing the same key twice does nothing twice (the order law). */
struct fo_key {
    uint64_t boot;     /* of the engine's process */
    uint64_t sequence; /* from 1, without gaps */
};
static inline bool fo_key_equal(struct fo_key a, struct fo_key b)
{
    return a.boot == b.boot && a.sequence == b.sequence;
}

/* The earlier of two instants, the shorter of two lengths of time; FO_NEVER is later than all. */
static inline fo_us fo_earlier(fo_us a, fo_us b)
{
    return a < b ? a : b;
}

#endif
