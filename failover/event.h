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
    FO_EVENT_ROSTER,   /* who is on duty from now on; .roster */
    FO_EVENT_PLACE,    /* what has become of the devices of another place; .place */
    FO_EVENT_KINDS
};

struct fo_boot {
    uint64_t boot;       /* random, of this process; never 0 */
    bool same_host_boot; /* CLOCK_BOOTTIME goes on: stored deadlines are still right */
};

struct fo_reading {
    uint16_t device; /* of the room; above it, of other places: those never enter the engine */
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
    FO_PROBE_DIRECTION, /* the far end of a line counts what reaches it; index = line, ok with sent,
                           lost_out, lost_back, else reason says why it cannot be told */
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
    /* FO_PROBE_DIRECTION, when ok: since the last statement so many packets were sent and their
     * fate is known: lost on the way there, lost on the way back, all others returned */
    uint32_t sent, lost_out, lost_back;
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
    FO_OUTCOME_DELIVERED, /* notify, after ACCEPTED: it has arrived (status report, call taken) */
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
    FO_ORDER_HOLD,        /* stop automatic switchovers */
    FO_ORDER_RELEASE,     /* end the hold */
    FO_ORDER_HANDOVER,    /* 申し送り: the outgoing of this person's roles are released */
    FO_ORDER_AWAY,        /* 出動中: reachable, but the deputy is called as well; value = 0: who
                             says it, else 1 + index of the person it is about */
    FO_ORDER_BACK,        /* 帰署; value likewise */
    FO_ORDER_REPORT,      /* an incident by hand; subject, value = cause (0: REPORTED) */
    FO_ORDER_MERGE,       /* incident goes into the one numbered value */
    FO_ORDER_CALLED,      /* one tick of the call tree: second was called, value says how it went
                             (enum fo_called) */
    FO_ORDER_OUTSIDE,     /* the gate record: value = index in the table of outside contacts */
    FO_ORDER_DRILL_BEGIN, /* needs a second person; value = cause to be drilled (DRILL: the contact
                             network itself), subject, until_us */
    FO_ORDER_DRILL_END,
    FO_ORDER_ADOPT_LADDER, /* open incidents change to the ladder in force; needs a second person */
    FO_ORDER_STOP_SHED,    /* stages of the shutdown plan that have not begun: not in this outage;
                              nothing more is switched on again */
    FO_ORDER_RESTORE,      /* what the shutdown plan gave up is switched on again; subject: a stage,
                              or the site for all; needs a second person */
    FO_ORDER_KINDS
};
struct fo_order {
    uint8_t kind;      /* enum fo_order_kind */
    uint8_t person;    /* index in the site's persons */
    uint8_t second;    /* the approver, a different person; FO_NONE */
    uint8_t server;    /* switch, maintenance: the server; FO_NONE: maintenance of subject */
    uint32_t incident; /* number of the incident */
    fo_us until_us;    /* maintenance, drill: end */
    uint8_t epoch;     /* answers to a page: of the page, and its round; 0: to what is open now */
    uint8_t round;
    bool alone; /* break-glass: what needs a second person, without one; for a reason given */
    struct fo_subject subject;
    uint32_t value; /* as the kind says */
};
enum fo_called { FO_CALLED_NO_ANSWER, FO_CALLED_REACHED, FO_CALLED_TAKEN, FO_CALLED_CANNOT };

/* Who is on duty from now on, by role: a set of persons each. The shell works it out from the
 * calendar and says it when it changes; the engine keeps it. */
struct fo_roster {
    uint64_t on[FO_ROLES_MAX];
    uint64_t outgoing[FO_ROLES_MAX]; /* still there until the shift is handed over */
    uint64_t extra; /* on duty only as substitutes nobody has approved: they are called in addition,
                       and their word stops nothing */
    uint32_t gaps;  /* bit per role that must have somebody and has not */
};

#define FO_STATIONS 2 /* hardware addresses that are named when several answer for one address */

enum fo_self_kind {
    FO_SELF_STALL,     /* a gap in our loop; value = its length in us */
    FO_SELF_CLOCK,     /* value 1 well, 0 unwell (adjtimex bound of lease.md) */
    FO_SELF_JOURNAL,   /* value 1 syncing again, 0 dead */
    FO_SELF_ASSERTION, /* a failed engine assertion was caught: stop automatic actions */
    FO_SELF_CHANNEL,   /* quiet self-test of channel index; value 1 works, 0 does not */
    FO_SELF_ANSWERS,   /* MACs that answer for the service address; value = how many, stations */
    FO_SELF_PROVEN,    /* person index can be reached, as was shown lately; value 1 yes, 0 no */
    FO_SELF_AHEAD,     /* role index has somebody in the coming days; value 1 yes, 0 no */
    FO_SELF_DRILL,     /* whether the site's next drill is due; value = enum fo_drill_due */
    FO_SELF_KINDS
};
enum fo_drill_due { FO_DRILL_NOT_DUE, FO_DRILL_DUE_SOON, FO_DRILL_OVERDUE };
struct fo_self {
    uint8_t kind; /* enum fo_self_kind */
    uint8_t index;
    int64_t value;
    uint64_t
        stations[FO_STATIONS]; /* FO_SELF_ANSWERS: the first of them as 48-bit numbers; 0 none */
};

/* Said by fo_place_next (outlying.h): one cause now holds at a place, or no longer does. */
struct fo_place_said {
    uint8_t place;
    uint16_t cause; /* enum fo_reason */
    bool holds;
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
        struct fo_roster roster;
        struct fo_place_said place;
    };
};

#endif
