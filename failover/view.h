/* SPDX-License-Identifier: Apache-2.0 */
/* What people and programs may see of an engine at one instant, as plain data: status, screen and
 * reports read this and nothing else of the engine. Filling it changes nothing. */
#ifndef FAILOVER_VIEW_H
#define FAILOVER_VIEW_H

#include "failover/command.h"
#include "failover/event.h"
#include "failover/types.h"
#include "failover/view_power.h"

struct fo_view_service {
    uint8_t state;        /* enum fo_state */
    uint16_t reason;      /* why it is not ok; 0 */
    fo_us down_us;        /* length of the present outage; 0 when it answers */
    fo_us last_outage_us; /* length of the newest finished outage; 0 none */
    fo_us recovery_time_us;
};
struct fo_view_server {
    uint8_t role, state; /* enum fo_role, enum fo_state */
    uint16_t reason;
    fo_us heartbeat_age_us; /* FO_NEVER: never heard */
    bool service_ok;        /* its agent's own check */
    bool powered;           /* as far as is known */
    uint64_t epoch;         /* it claims */
};
struct fo_view_line {
    uint8_t state; /* enum fo_state */
    uint16_t reason;
    bool active;            /* the preferred route now */
    uint32_t loss_permille; /* of the last 100 probes over all targets; UINT32_MAX unknown */
    fo_us rtt_us;           /* smoothed; FO_NEVER unknown */
    fo_us jitter_us;        /* smoothed change of the round trip; FO_NEVER unknown */
    /* of the last 100 packets that set out (上り), and of those that came there (下り), as the far
     * end counts them; UINT32_MAX unknown */
    uint32_t loss_out_permille, loss_back_permille;
    uint16_t direction_reason; /* why they are unknown (direction.h); 0 */
};
struct fo_view_child {
    uint16_t cause;
    struct fo_subject subject;
    bool open;
};
struct fo_view_incident {
    uint32_t number;  /* 1 …, never reused in one journal */
    uint8_t state;    /* enum fo_incident_state */
    uint8_t severity; /* 1 worst … 4 information */
    uint8_t epoch;
    uint16_t cause; /* enum fo_reason: the root */
    struct fo_subject subject;
    uint16_t did; /* the newest thing the machine did about it; 0 */
    fo_wall_ms opened_wall_ms;
    fo_us age_us;
    uint8_t acked_by, owned_by; /* person or FO_NONE */
    fo_us ack_left_us;          /* until it expires; 0 */
    uint8_t rung;
    fo_us next_rung_us; /* from now; FO_NEVER when stopped */
    bool drill;
    bool class2;     /* a class-2 service hangs on it */
    uint8_t round;   /* acknowledgements that ran out in this epoch: part of an answer's code */
    bool unstable;   /* people were told that it comes and goes */
    bool deputy;     /* who must decide is absent: the deputy decides */
    bool roll_call;  /* a drill of the contact network: everybody answers */
    uint64_t wanted; /* persons called in this epoch, or to be called */
    uint64_t acked;  /* … who have acknowledged it */
    uint8_t child_count;
    struct fo_view_child children[FO_CHILDREN_MAX];
};
struct fo_view_block {
    uint16_t reason;           /* BLOCKED_* */
    struct fo_subject subject; /* what will not be done to it */
    fo_us until_us;            /* from now; FO_NEVER until it is lifted */
};
struct fo_view_attempt {
    struct fo_notify notify;
    uint8_t state; /* 0 queued, 1 accepted, 2 failed, 3 acknowledged */
    fo_us age_us;
};
#define FO_BLOCKS_MAX 32
struct fo_view {
    fo_us now_us;
    uint8_t mode;      /* enum fo_mode */
    uint8_t state;     /* worst of the services (degraded when one incident is open on class 2) */
    bool warm;         /* start-up abstention and first readings are over */
    bool acting;       /* automatic actions are allowed */
    bool contacts_cut; /* 外部連絡不能: people must be called by hand, the call tree is needed */
    uint64_t away;     /* persons at a call */
    uint64_t stations[FO_STATIONS]; /* MACs that answer for the service address; 0 none */
    uint64_t on_duty[FO_ROLES_MAX]; /* persons who are called for each role now */
    uint8_t plan_step;              /* of the switchover under way; 0 none (enum fo_plan_step) */
    uint8_t plan_target;            /* server; FO_NONE */
    fo_us last_switchover_age_us;   /* FO_NEVER none */
    uint8_t incident_count, block_count, attempt_count, stage_count;
    bool shed_armed;
    fo_us mains_lost_us; /* the present outage lasts so long; FO_NEVER none */
    struct fo_view_stage stages[FO_STAGES_MAX];
    struct fo_view_restore restore;
    struct fo_view_service services[FO_SERVICES_MAX];
    struct fo_view_server servers[FO_SERVERS];
    struct fo_view_line lines[FO_LINES_MAX];
    struct fo_view_device devices[FO_DEVICES_MAX];
    struct fo_view_incident incidents[FO_INCIDENTS_MAX];
    struct fo_view_block blocks[FO_BLOCKS_MAX];
    struct fo_view_attempt attempts[FO_ATTEMPTS_MAX]; /* newest first */
};

struct fo_engine;
/* Fills view from the engine as of now_us (not before the last event). */
void fo_view_fill(const struct fo_engine *engine, fo_us now_us, struct fo_view *view);

#endif
