/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that may leave the engine: commands for the shell, and records for the journal. The
 * order law binds the shell: append records and commands to the journal, sync, then act; the
 * outcome comes back as FO_EVENT_RESULT with the command's key. Sends (lease renewals) are outside
 * the law. */
#ifndef FAILOVER_COMMAND_H
#define FAILOVER_COMMAND_H

#include "failover/event.h"
#include "failover/reason.h"
#include "failover/types.h"

enum fo_command_kind {
    FO_COMMAND_SEND,    /* datagram on every net, at once, no journal, no result */
    FO_COMMAND_CHOOSE,  /* change of the lease's choice: journal within budget, then report the
                           result; the engine itself does it when the result comes in, whatever it
                           is, and without one a second after the budget */
    FO_COMMAND_FENCE,   /* prove that server is off (executor); server */
    FO_COMMAND_ROUTE,   /* make line the preferred one (executor); line */
    FO_COMMAND_NOTIFY,  /* one attempt to reach one person by one channel; .notify */
    FO_COMMAND_POLL,    /* read device at once; no journal, no result */
    FO_COMMAND_SHED,    /* one act of a stage of the shutdown plan (executor); stage, act */
    FO_COMMAND_PROMOTE, /* no agents: server begins to serve (executor); server */
    FO_COMMAND_DEMOTE,  /* no agents: server ceases to serve (executor); server */
    FO_COMMAND_RESTORE, /* what one act of a stage gave up comes on again (executor); stage, act */
    FO_COMMAND_KINDS
};

enum fo_message {
    FO_MESSAGE_OPENED,    /* an incident, first page of its epoch */
    FO_MESSAGE_WORSENED,  /* a new epoch */
    FO_MESSAGE_REMINDER,  /* repeated: nobody has acknowledged, or the acknowledgement expired */
    FO_MESSAGE_RECOVERED, /* to those who had an accepted attempt */
    FO_MESSAGE_HANDOVER,  /* 引継ぎ: open when this person came on duty */
    FO_MESSAGE_BRIEF,     /* 発生・復旧: it was over before anybody could be told */
    FO_MESSAGE_UNSTABLE,  /* 不安定: it comes and goes */
    FO_MESSAGE_ABORTED,   /* 訓練中止: the drill is over because something real has happened */
    FO_MESSAGE_GIVE_BACK, /* 切戻し判断: the drilled switchover is done, people decide what follows
                           */
    FO_MESSAGES
};
struct fo_notify {
    uint32_t incident; /* number */
    uint8_t epoch;
    uint8_t rung;
    uint8_t person;  /* index */
    uint8_t channel; /* index */
    uint8_t message; /* enum fo_message */
    uint8_t attempt; /* 1 … for this person, channel and epoch */
    bool resend;     /* 再送: it may have been sent before a crash */
    bool drill;      /* 【訓練】 */
    uint8_t round;   /* of the epoch: an answer names it, so that an old one is known */
    bool delayed;    /* 【遅延】: it had to wait for a line */
};
struct fo_command {
    uint8_t kind;                 /* enum fo_command_kind */
    uint8_t server, line, device; /* as the kind says, else FO_NONE */
    uint8_t stage, act;           /* shed, restore: the stage and its act, else FO_NONE */
    uint16_t reason;              /* enum fo_reason: why */
    uint32_t incident;            /* 0 none */
    struct fo_key key;            /* zero for SEND and POLL */
    fo_us deadline_us;            /* the engine takes silence until then for failure; FO_NEVER */
    union {
        struct fo_datagram datagram;
        struct fo_notify notify;
    };
};

/* Promotion checks, numbered as in the records (field a). */
enum fo_checks {
    FO_CHECK_NONE,
    FO_CHECK_WITNESSES,
    FO_CHECK_GRANT,
    FO_CHECK_STANDBY,
    FO_CHECK_POWER,
    FO_CHECK_POSITION,
    FO_CHECK_MAINTENANCE,
    FO_CHECK_HOLD,
    FO_CHECK_PERIOD,
    FO_CHECK_MONITOR,
    FO_CHECK_NETWORK,
    FO_CHECK_WARM,
    FO_CHECK_FENCE,
    FO_CHECKS
};

/* What the journal keeps of a decision; `reason` says what happened, `why` the cause or block
 * behind it, and the numbers a and b depend on the reason (0 where nothing is said here):
 *   SWITCHOVER_STARTED, DRAIN_*, FENCE_STARTED, *_HANDED_TO_PEOPLE   a target, b old server or -1
 *   SWITCHOVER_CHOSE   a target, b epoch   SWITCHOVER_HELD, _VERIFIED   a target, b us since start
 *   CHECK_PASSED, BLOCKED_*   a number of the promotion check (enum fo_checks), b target
 *   FENCE_PROVEN, FENCE_FAILED   a detail of the result, b 1: another process was heard since
 *   LINE_CHANGED   a new line, b old line       ADOPTED_HOLDER   a epoch
 *   LEASE_LAPSED   a us without the lease, b epoch
 *   INCIDENT_*, RUNG_*, LADDER_LOOPED, ACKNOWLEDGE*, OWNED, CANNOT, RESOLVED   a severity; and
 *     RUNG_* b rung, LADDER_LOOPED b us to the next round, INCIDENT_RECOVERED b us it lasted,
 *     INCIDENT_REPARENTED b number of the incident it went into, 0: it stays, why is its root
 *   ACKNOWLEDGE_IGNORED   a kind of the order   ATTEMPT_*   a number of the try, b enum fo_message
 *   MAINS_RETURNED   a us without               GENERATOR_RUNNING, _LOADED   a us since the loss
 *   SHED_STARTED   a us of runtime left         SHED_DONE   a acts asked for, b 1: one has failed
 *   SHED_CANCELLED   a us in the state b (enum fo_stage_state)
 *   RESTORE_STARTED   a stages, a bit each       RESTORE_LOAD_ON   a act, b left off, a bit each
 *   RESTORE_DONE   a loads on, b left by hand        RESTORE_BY_HAND   a acts, a bit each
 *   RESTORE_STOPPED   a act under way or next, b loads on so far
 *   SERVICE_RESTORED   a us of the outage       MONITOR_STALLED   a us of the gap
 *   MONITOR_RESTARTED   a 1: same host boot, b us since the snapshot
 *   DRILL_SWITCHED   a target, b us since the drill began
 *   MODE_CHANGED   a kind of the order (FO_MODE_FROZEN after an assertion), b second person
 *   OPERATOR_ORDER, ORDER_REFUSED   a kind of the order, b second person; an event that names what
 *     the policy does not have: why NO_SUCH_OBJECT, a kind of the event, b the index */
struct fo_record {
    uint16_t reason; /* enum fo_reason */
    uint16_t why;    /* the cause or block behind it; 0 none */
    struct fo_subject subject;
    uint32_t incident; /* number; 0 none */
    struct fo_key key; /* of the command it belongs to; zero none */
    uint8_t person;    /* FO_NONE */
    uint8_t epoch;
    int64_t a, b;
};

#define FO_COMMANDS_MAX 64
#define FO_RECORDS_MAX 96
struct fo_output {
    bool durable; /* durable state changed: write a snapshot in the same journal transaction */
    uint32_t command_count, record_count;
    struct fo_command commands[FO_COMMANDS_MAX];
    struct fo_record records[FO_RECORDS_MAX];
};

#endif
