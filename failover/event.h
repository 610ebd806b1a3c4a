/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that may enter the engine: statements of probes, authenticated datagrams of the
 * agents, results of commands, orders of people, facts about the monitor itself, and the passing of
 * time. Events are plain data, made by the shells around the engine (daemon, simulator, replay) and
 * never by itself. */
#ifndef FAILOVER_EVENT_H
#define FAILOVER_EVENT_H

#include "failover/lease.h"
#include "failover/types.h"
#include "failover/variable.h"

enum fo_event_kind {
    FO_EVENT_TICK,     /* only time has passed */
    FO_EVENT_BOOT,     /* this process starts, after the snapshot (if any) was decoded; .boot */
    FO_EVENT_READING,  /* one answer, or the lack of one, of a power device; .reading */
    FO_EVENT_PROBE,    /* one yes/no statement about a server, line target or service; .probe */
    FO_EVENT_DATAGRAM, /* authenticated heartbeat datagram addressed to M; .datagram */
    FO_EVENT_RESULT,   /* outcome of a command; .result */
    FO_EVENT_ORDER,    /* a person's order, already authenticated by the shell; .order */
    FO_EVENT_SELF,     /* about this monitor; .self */
    FO_EVENT_KINDS
};

struct fo_boot {
    uint64_t boot;       /* random, of this process; never 0 */
    bool same_host_boot; /* CLOCK_BOOTTIME goes on: stored deadlines are still right */
};

struct fo_reading {
    uint8_t device;
    uint8_t quality; /* FO_GOOD: it answered; FO_ABSENT: it did not, and reason says why */
    uint16_t reason; /* enum fo_reason */
    uint8_t count;
    struct fo_value values[FO_VARIABLES_MAX];
};

enum fo_probe_kind {
    FO_PROBE_HOST,    /* a dispatch server's own address answers; index = server */
    FO_PROBE_SERVICE, /* the service answers through the service address; index = service */
    FO_PROBE_TARGET, /* a far target of a line answers, sent through that line; index = line, target
                      */
    FO_PROBE_OWN_NETWORK, /* the monitor's own interface; index = net; ok = carrier and address
                             present */
    FO_PROBE_KINDS
};
struct fo_probe {
    uint8_t kind; /* enum fo_probe_kind */
    uint8_t index;
    uint8_t target;  /* FO_PROBE_TARGET */
    uint8_t quality; /* FO_ABSENT: could not be asked at all (says nothing about the target) */
    bool ok;         /* meaningless when FO_ABSENT */
    uint16_t reason; /* when not ok */
    fo_us rtt_us;    /* when ok */
};

struct fo_datagram_event {
    uint8_t net; /* the heartbeat network it came by */
    struct fo_datagram datagram;
};

enum fo_outcome {
    FO_OUTCOME_DONE,     /* done, or proven to have been done already under this key */
    FO_OUTCOME_ACCEPTED, /* notify: the channel took it (SMTP 250, exit 0, shown on the terminal) */
    FO_OUTCOME_RETRY,    /* try again later (exit 75, SMTP 4xx, no connection) */
    FO_OUTCOME_FAILED,   /* for good */
    FO_OUTCOME_UNJOURNALLED, /* choose: done although the journal was not synced within its budget
                              */
    FO_OUTCOMES
};
struct fo_result {
    struct fo_key key;
    uint8_t outcome; /* enum fo_outcome */
    uint16_t reason; /* enum fo_reason, detail */
    int32_t detail;  /* exit code, SMTP code, errno; 0 none */
};

enum fo_order_kind {
    FO_ORDER_ACKNOWLEDGE,       /* 了知 */
    FO_ORDER_OWN,               /* 対応着手 */
    FO_ORDER_CANNOT,            /* 対応できない: next rung at once */
    FO_ORDER_RESOLVE,           /* 復旧確認 */
    FO_ORDER_SWITCH,            /* planned switchover to server; needs a second person */
    FO_ORDER_MAINTENANCE_BEGIN, /* needs a second person; until_us mandatory */
    FO_ORDER_MAINTENANCE_END,
    FO_ORDER_HOLD,    /* stop automatic switchovers */
    FO_ORDER_RELEASE, /* end the hold */
    FO_ORDER_KINDS
};
struct fo_order {
    uint8_t kind;      /* enum fo_order_kind */
    uint8_t person;    /* index in the site's persons */
    uint8_t second;    /* the approver, a different person; FO_NONE */
    uint8_t server;    /* switch, maintenance: the server; FO_NONE = the whole site */
    uint32_t incident; /* number of the incident */
    fo_us until_us;    /* maintenance: end */
};

enum fo_self_kind {
    FO_SELF_STALL,     /* a gap in our loop; value = its length in us */
    FO_SELF_CLOCK,     /* value 1 well, 0 unwell (adjtimex bound of lease.md) */
    FO_SELF_JOURNAL,   /* value 1 syncing again, 0 dead */
    FO_SELF_ASSERTION, /* a failed engine assertion was caught: stop automatic actions */
    FO_SELF_CHANNEL,   /* quiet self-test of channel index; value 1 works, 0 does not */
    FO_SELF_ANSWERS,   /* MACs that answer for the service address; value = how many */
    FO_SELF_KINDS
};
struct fo_self {
    uint8_t kind; /* enum fo_self_kind */
    uint8_t index;
    int64_t value;
};

struct fo_event {
    uint8_t kind; /* enum fo_event_kind */
    fo_us now_us; /* never less than in the event before, except at FO_EVENT_BOOT */
    fo_wall_ms wall_ms;
    union {
        struct fo_boot boot;
        struct fo_reading reading;
        struct fo_probe probe;
        struct fo_datagram_event datagram;
        struct fo_result result;
        struct fo_order order;
        struct fo_self self;
    };
};

#endif
