/* SPDX-License-Identifier: Apache-2.0 */
/* The whole state of the engine, for its own rooms, for embedding (storm) and for tests. Nobody
 * else includes it: status and screen read a view (view.h). Fields marked [durable] are in the
 * snapshot; all others are rebuilt from events after a start. */
#ifndef FAILOVER_ENGINE_STATE_H
#define FAILOVER_ENGINE_STATE_H

#include "failover/command.h"
#include "failover/deadline.h"
#include "failover/event.h"
#include "failover/health.h"
#include "failover/lease.h"
#include "failover/loss.h"
#include "failover/policy.h"
#include "failover/types.h"

/* Signs of a device that are believed after two equal readings in a row. */
enum fo_sign {
    FO_SIGN_BYPASS,
    FO_SIGN_OVERLOAD,
    FO_SIGN_REPLACE,
    FO_SIGN_OFF,
    FO_SIGN_NOT_AUTO,
    FO_SIGN_FAULT,
    FO_SIGN_FUEL,
    FO_SIGN_BATTERY,
    FO_SIGN_EMERGENCY,
    FO_SIGN_FUEL_SHORT,
    FO_SIGN_MARGIN,
    FO_SIGN_SOURCE_A, /* transfer switch of a rack: that source is gone; B stands behind A */
    FO_SIGN_SOURCE_B,
    FO_SIGNS
};
_Static_assert(FO_SIGNS <= 16, "one bit per sign");
enum fo_vote_mains { FO_MAINS_NO_VOTE, FO_MAINS_PRESENT, FO_MAINS_ABSENT };

struct fo_device {
    struct fo_source communication;
    fo_us good_us;             /* newest good reading; FO_NEVER none */
    uint16_t reason;           /* of the newest reading that was not good */
    uint16_t signs;            /* bit per enum fo_sign, believed */
    uint8_t against[FO_SIGNS]; /* readings in a row that contradict the sign */
    uint8_t vote;              /* enum fo_vote_mains, of this device's newest reading */
    bool eco;                  /* UPS: fed past its inverter */
    bool low_said;             /* UPS: the device itself says low */
    uint8_t said_battery;      /* UPS: bit per good reading, newest lowest [durable] */
    bool on_battery;           /* UPS [durable] */
    bool dying;                /* UPS: low, held */
    bool exhausted;            /* UPS: silent, counted down to nothing */
    fo_us outage_us;           /* UPS: since; FO_NEVER on mains [durable] */
    fo_us present_us;          /* UPS: every vote since says that the mains are there; FO_NEVER */
    fo_us low_us;     /* UPS: low since; transfer switch: not on its preferred source; FO_NEVER */
    fo_us silent_us;  /* went silent on battery; FO_NEVER */
    fo_us runtime_us; /* UPS: as last read; FO_NEVER not known [durable] */
    fo_us runtime_at_us;  /* when it was read [durable] */
    int64_t charge_milli; /* UPS: as last read; -1 not known */
    bool voltage;         /* generator: there is voltage */
    bool loaded;          /* generator or transfer switch: it carries the load */
    bool start_failed;    /* generator: fault while the mains are lost */
    uint8_t status;       /* enum fo_generator_status */
    uint8_t fuel_step;    /* generator, running: 0, 1 below 12 h, 2 below 6 h */
    fo_us voltage_us;     /* since; FO_NEVER */
    fo_us loaded_us;      /* since; FO_NEVER */
    fo_us fuel_us;        /* generator: its fuel lasts so long; FO_NEVER not known */
    fo_us work_us;        /* generator: under a load that counts as a test since; FO_NEVER */
    fo_us test_due_us;    /* generator: the next such run; FO_NEVER not watched [durable] */
};

struct fo_stage {      /* of the shutdown plan (shed.h) [durable, but emit, low_us and back_us] */
    uint8_t state;     /* enum fo_stage_state */
    uint8_t act;       /* SHEDDING: which one */
    bool failed;       /* one of its acts has */
    bool stopped;      /* SHEDDING: a person has said so; no further act begins */
    bool emit;         /* the act has not been asked for */
    uint8_t off;       /* bit per act that was given up and has not been seen on since */
    struct fo_key key; /* SHEDDING: of the act */
    fo_us since_us;    /* in this state; FO_NEVER never left READY */
    fo_us deadline_us; /* of the act asked for; FO_NEVER none */
    fo_us low_us;      /* READY: runtime low since; FO_NEVER */
    fo_us back_us;     /* SHED, STOPPED: mains back since; FO_NEVER */
};

/* Loads that are switched on again by order (restore.h) [durable: stages, stage, act, stopped]. */
struct fo_restore {
    uint8_t stages; /* bit per stage that was ordered; 0: no order under way */
    uint8_t stage;  /* the load under way, or the next one; FO_NONE none */
    uint8_t act;
    uint8_t count;     /* loads of this order that are on */
    bool halt;         /* a person has said so; no further load */
    uint16_t stopped;  /* why the newest order ended early (enum fo_reason); NONE: it did not */
    struct fo_key key; /* of the load under way */
    fo_us deadline_us; /* … and its outcome must come until then; FO_NEVER: none is */
    fo_us next_us;     /* the next load not before */
};

struct fo_mains {
    bool lost;      /* [durable] */
    fo_us lost_us;  /* since; FO_NEVER [durable] */
    fo_us back_us;  /* newest return that we have seen; 0 none */
    fo_us asked_us; /* our start, or our newest stall: all are asked anew since */
    fo_us mixed_us; /* some see mains again, others do not, since; FO_NEVER */
};

#define FO_LINE_CHANGES 4 /* this many times down within FO_LINE_FLAP_US is flapping */
#define FO_LINE_FLAP_US (10 * FO_MINUTE)
struct fo_direction {         /* what the far end of a line reports (direction.h) */
    struct fo_loss out, back; /* 上り, 下り */
    uint8_t unanswered;       /* statements in a row, at most FO_DIRECTION_SILENT */
    uint16_t reason;          /* why nothing is known; 0: it is, unless too old or too little */
    fo_us said_us;            /* newest statement; FO_NEVER */
};
struct fo_line {
    struct fo_source targets[FO_TARGETS_MAX];
    struct fo_loss loss;           /* of echoes to all targets */
    struct fo_direction direction; /* informs only */
    uint8_t state;                 /* enum fo_state */
    uint16_t reason;
    bool lossy, slow, unsteady;          /* loss, delay, jitter beyond their limits */
    fo_us rtt_us;                        /* smoothed over all targets; FO_NEVER */
    fo_us jitter_us;                     /* smoothed change between a target's echoes; FO_NEVER */
    fo_us target_rtt_us[FO_TARGETS_MAX]; /* newest; FO_NEVER */
    fo_us ok_us;                         /* OK without a break since; FO_NEVER */
    fo_us poor_us;                       /* degraded since; FO_NEVER */
    fo_us better_us;                     /* clearly better than the one in use since; FO_NEVER */
    fo_us down_us[FO_LINE_CHANGES];      /* ring of times it went down; FO_NEVER */
    uint8_t down_next;
};
struct fo_route {
    uint8_t active; /* line [durable] */
    uint8_t wanted; /* line of the command under way; FO_NONE [durable] */
    bool emit;
    struct fo_key key; /* [durable] */
    fo_us deadline_us; /* of the command [durable] */
    fo_us retry_us;    /* not before; 0 */
    fo_us left_us;     /* newest change to a clearly better line; FO_NEVER */
};

/* How we and its peer hear a server. */
enum fo_hearing {
    FO_HEARING_NEVER,  /* nothing since our start */
    FO_HEARING_WELL,   /* we hear it */
    FO_HEARING_PATH,   /* its peer does, we do not: a line fault */
    FO_HEARING_SILENT, /* we do not, its peer says nothing */
    FO_HEARING_DEAD    /* two witnesses */
};
struct fo_server {
    struct fo_source host;
    struct fo_stamp stamp; /* of the newest beat taken in */
    uint8_t hearing;       /* enum fo_hearing */
    fo_us hearing_us;      /* since */
    uint8_t claim, health; /* of the newest beat */
    bool offer, draining, leaving, alone, forced;
    bool lapsed;         /* it held and wants again: a lapse, if it gets it back */
    bool fell;           /* the process that held is gone, and the one after it holds nothing yet */
    uint64_t epoch;      /* of the newest beat */
    uint64_t held_epoch; /* the highest it claimed to hold */
    uint64_t position;
    fo_us claim_us;   /* the claim is as it is since */
    fo_us healthy_us; /* heard, not failed, since; FO_NEVER */
    fo_us held_us;    /* newest beat that claimed hold; FO_NEVER */
};

struct fo_service {
    struct fo_source check;
    uint8_t state; /* enum fo_state */
    uint16_t reason;
    bool overloaded;  /* it answers and says that it is at its limit */
    uint8_t load_run; /* statements in a row that contradict that */
    fo_us good_us;    /* newest good statement; FO_NEVER */
    fo_us down_us;    /* since; FO_NEVER [durable] */
    fo_us last_outage_us;
};

/* What would have to be done, and why; kept while the reason for it lasts. */
struct fo_need {
    uint16_t cause; /* enum fo_reason; 0 no need */
    uint8_t from;   /* FO_NONE: nobody held */
    uint8_t target;
    bool planned;               /* the old server still serves */
    fo_us noted_us;             /* the checks were recorded */
    uint16_t failed[FO_CHECKS]; /* BLOCKED_* of each check that failed; 0 passed; as recorded */
    bool looked;
};
struct fo_plan {
    uint8_t step;   /* enum fo_plan_step [durable, as all of it] */
    uint16_t cause; /* FO_REASON_OPERATOR_ORDER: ordered; FO_REASON_NONE: nobody held */
    uint8_t from, target, person;
    bool planned;
    bool intent;       /* the journal has the CHOOSE */
    bool unjournalled; /* … or did not take it in time */
    bool released;     /* the old server has released */
    bool undo;         /* the target did not take over: back to the one that released in order */
    bool drill;        /* of a switchover drill: given up with it while nothing has been released */
    bool emit;         /* its command has still to go out */
    bool proven;       /* fence: the old server is proven off */
    struct fo_key key;
    fo_us started_us, deadline_us;
    uint64_t epoch;      /* chosen */
    uint64_t proof_boot; /* fence: the process of the old server that is to be proven off */
};
#define FO_SWITCHES_KEPT 20 /* as many as may be allowed in an hour */
struct fo_switch_note {     /* an automatic one [durable] */
    fo_us at_us;            /* FO_NEVER: empty */
    uint16_t cause;
    uint8_t from, target;
};

#define FO_FLAPS 4 /* times back within the policy's flap time */
struct fo_child {
    uint16_t cause;
    struct fo_subject subject;
    bool open;
    fo_us since_us; /* open, or over */
};
/* The state of one branch of the contact network in one incident. */
struct fo_climb {
    uint8_t rung;       /* reached, index in the ladder; FO_NONE: this branch is not called */
    uint8_t loops;      /* rounds over all rungs */
    uint8_t acked_by;   /* FO_NONE */
    fo_us next_rung_us; /* FO_NEVER: stopped */
    fo_us ack_until_us; /* FO_NEVER none */
};
struct fo_incident { /* [durable] */
    uint32_t number;
    uint8_t state; /* enum fo_incident_state */
    uint8_t severity, epoch;
    uint16_t cause;
    struct fo_subject subject;
    uint16_t did;
    fo_us opened_us;
    fo_wall_ms opened_wall_ms;
    bool active; /* the root condition holds */
    bool drill;
    bool class2;     /* a class-2 service hangs on it */
    bool fresh;      /* the ladder of this epoch has not begun */
    fo_us clear_us;  /* root gone since; FO_NEVER */
    fo_us clean_us;  /* nothing open since; FO_NEVER */
    fo_us closed_us; /* recovered: the slot is freed then; FO_NEVER */
    /* escalation */
    uint8_t message; /* enum fo_message of this epoch's pages */
    uint8_t ladder;  /* the contact network it began with */
    uint8_t round;   /* acknowledgements that ran out in this epoch */
    uint8_t flaps;   /* it came back while it was still open */
    uint8_t owned_by;
    bool unstable;  /* people have been told that it comes and goes */
    bool deputy;    /* who must decide is absent: the deputy's word counts */
    bool roll_call; /* a drill of the network: everybody at once, everybody answers */
    fo_us flap_us;  /* the flaps are counted from then; FO_NEVER */
    fo_us until_us; /* a drill ends then by itself; FO_NEVER */
    struct fo_climb branches[FO_BRANCHES_MAX];
    uint64_t wanted;                    /* persons to page in this epoch */
    uint64_t paged;                     /* … who have been */
    uint64_t acked;                     /* … who acknowledged it */
    uint64_t refused;                   /* persons who said they cannot */
    uint64_t recovering;                /* persons who still have to hear that it is over */
    uint64_t accepted[FO_CHANNELS_MAX]; /* persons a channel has reached, over all epochs */
    uint8_t child_count;
    struct fo_child children[FO_CHILDREN_MAX];
};

/* A contact network as it was configured when incidents began with it. [durable] */
struct fo_ladder {
    uint64_t id; /* 0: not used */
    uint8_t rung_count;
    uint8_t severities[FO_BRANCHES_MAX];
    struct fo_rung_policy rungs[FO_RUNGS_MAX];
};

/* Who is on duty. [durable] */
struct fo_duty {
    bool known; /* the shell has said so; else everybody is */
    uint64_t on[FO_ROLES_MAX], outgoing[FO_ROLES_MAX];
    uint64_t extra;    /* substitutes nobody has approved */
    uint64_t away;     /* at a call (出動中) */
    uint64_t released; /* of the outgoing, those who have handed over */
};

enum fo_attempt_state {
    FO_ATTEMPT_FREE,
    FO_ATTEMPT_QUEUED, /* the command is out, or waits for room */
    FO_ATTEMPT_RETRY,  /* waits for its next try */
    FO_ATTEMPT_ACCEPTED,
    FO_ATTEMPT_FAILED,
    FO_ATTEMPT_ACKNOWLEDGED,
    FO_ATTEMPT_HELD, /* waits for one of its channel's lines until result_us */
    FO_ATTEMPT_STATES
};
struct fo_attempt { /* [durable] */
    uint8_t state;  /* enum fo_attempt_state */
    uint8_t slot;   /* of its incident */
    uint8_t used;   /* bit per channel tried for this person in this epoch */
    bool emit;      /* the command waits for room in the output */
    bool ladder;    /* it goes on to the person's next channel */
    uint8_t again;  /* times it was made again after a crash */
    struct fo_notify notify;
    struct fo_key key;
    uint64_t order; /* newest has the highest */
    fo_us created_us;
    fo_us result_us; /* silence until then is failure; FO_NEVER */
    fo_us retry_us;  /* FO_NEVER */
    fo_us next_us;   /* the person's next channel; FO_NEVER */
    fo_us emit_us;   /* the command goes out then, not before */
    fo_us arrive_us; /* accepted: it must have arrived by then; FO_NEVER */
};

/* Places of maintenance windows: servers, the site, lines, services, power devices (window.h). */
#define FO_MAINTENANCE_SITE FO_SERVERS
#define FO_WINDOW_LINE (FO_MAINTENANCE_SITE + 1)
#define FO_WINDOW_SERVICE (FO_WINDOW_LINE + FO_LINES_MAX)
#define FO_WINDOW_DEVICE (FO_WINDOW_SERVICE + FO_SERVICES_MAX)
#define FO_WINDOWS (FO_WINDOW_DEVICE + FO_DEVICES_MAX)
#define FO_MAINTENANCE_MAX_US (24 * FO_HOUR)
struct fo_inhibit {                   /* [durable] */
    fo_us maintenance_us[FO_WINDOWS]; /* until; FO_NEVER none */
    fo_us overrun_us[FO_WINDOWS];     /* over, but its target is not well: until; FO_NEVER none */
    bool hold;                        /* operator: no automatic switchover */
};
struct fo_self_state {
    bool clock_unwell, journal_dead, frozen;
    uint8_t channels_down;  /* bit per channel */
    uint8_t channels_known; /* bit per channel: has said since our start how it is */
    uint8_t nets_down;      /* bit per net */
    uint8_t nets_known;
    bool cut_off;   /* everything fell silent at once */
    bool cut_known; /* as last judged, with the interfaces */
    fo_us heard_us; /* newest good answer of anything but a server; FO_NEVER none */
    int64_t answers;
    uint64_t stations[FO_STATIONS]; /* who answers, as 48-bit numbers; 0 none */
    uint16_t sources_ok, sources_down;
};

struct fo_engine {
    struct fo_policy policy;
    struct fo_ladder ladders[FO_LADDERS_MAX];
    uint8_t ladder; /* the one in force */
    struct fo_duty duty;
    uint64_t rung_persons[FO_LADDERS_MAX][FO_RUNGS_MAX]; /* derived from duty and ladders */
    uint64_t deciders, deputies;                         /* the same */
    bool booted;
    uint64_t boot, sequence; /* of the last key given out */
    fo_us now_us, started_us, warm_us;
    fo_wall_ms wall_ms;
    fo_us saved_us;           /* when the decoded snapshot was taken; FO_NEVER none */
    fo_wall_ms saved_wall_ms; /* the same, for a reboot of the host */
    int64_t wall_offset_ms;   /* of the wall clock to ours, at the newest event */
    struct fo_deadlines deadlines;
    struct fo_monitor monitor;
    uint8_t active; /* server that held last; FO_NONE [durable] */
    struct fo_device devices[FO_DEVICES_MAX];
    struct fo_mains mains;
    struct fo_line lines[FO_LINES_MAX];
    struct fo_route route;
    struct fo_server servers[FO_SERVERS];
    struct fo_service services[FO_SERVICES_MAX];
    struct fo_stage stages[FO_STAGES_MAX];
    struct fo_restore restore;
    struct fo_need need;
    struct fo_plan plan;
    struct fo_switch_note switches[FO_SWITCHES_KEPT];
    uint8_t switch_next;
    fo_us switched_us[FO_SERVERS]; /* newest of any kind to this server; FO_NEVER [durable] */
    fo_us first_us[FO_SERVERS];    /* newest choice of it when nobody held; FO_NEVER [durable] */
    struct fo_key after_fence; /* fencing after a takeover, not part of the plan; sequence 0 none */
    uint8_t after_fence_server;
    bool after_fence_emit;
    fo_us after_fence_deadline_us;
    uint64_t after_fence_boot; /* the process that is to be proven off */
    struct fo_inhibit inhibit;
    struct fo_self_state self;
    uint64_t poll;                         /* devices to be read at once, not yet commanded */
    uint64_t raised[FO_SUBJECT_KINDS][64]; /* see fo_incident_bit, per subject */
    struct fo_incident incidents[FO_INCIDENTS_MAX];
    uint32_t last_number; /* [durable] */
    struct fo_attempt attempts[FO_ATTEMPTS_MAX];
    uint64_t attempt_order;
    bool attempts_starved; /* a page waits for a free attempt */
    struct fo_output *out; /* only within fo_step */
};

#endif
