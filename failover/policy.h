/* SPDX-License-Identifier: Apache-2.0 */
/* The site as the engine sees it: how many of what, what depends on what, and every threshold, as
 * plain integers. config/ fills it from the site file and checks it; the engine keeps a copy and
 * never changes it. It holds no name, no address and no word: those stay in struct site, under the
 * same indices. */
#ifndef FAILOVER_POLICY_H
#define FAILOVER_POLICY_H

#include "failover/lease.h"
#include "failover/types.h"

/* No source decides by one sample (DESIGN section 6): bad when `bad_of` of the last `window`
 * samples failed, good again after `good_run` good ones in a row held for `hold_us`. */
struct fo_health_policy {
    uint8_t bad_of;   /* 1 … window */
    uint8_t window;   /* 1 … 16 */
    uint8_t good_run; /* 1 … 16 */
    fo_us hold_us;    /* 0 … 1 hour */
    fo_us stale_us;   /* older than this is stale (default 3 x interval) */
};

struct fo_device_policy {
    uint8_t kind;      /* enum fo_device_kind */
    fo_us interval_us; /* of polling */
    struct fo_health_policy communication;
    uint64_t feeds_servers; /* UPS: bit per server it alone carries */
    uint64_t feeds_lines;   /* UPS: bit per line whose equipment it carries */
    uint32_t owners;        /* bit per unit that owns it; 0: the site as a whole */
    /* UPS */
    fo_us low_runtime_us; /* dying at or below this (default 5 min) */
    uint32_t
        low_charge_milli; /* dying at or below this many thousandths of a percent (default 20000) */
    fo_us low_hold_us; /* a low statement must last this long, and only on battery (default 5 s) */
    fo_us
        silent_margin_us; /* taken off the last known runtime when it falls silent (default 60 s) */
    /* generator */
    fo_us start_warn_us; /* mains lost and no voltage yet: warning (15 s) */
    fo_us start_alarm_us; /* … alarm: 自家発電設備の基準 (昭和48年消防庁告示第1号): 40 s */
    fo_us transfer_alarm_us; /* voltage but not on load (default 20 s after voltage) */
    fo_us margin_us; /* UPS: runtime on mains at or below this is a finding; 0 not watched */
    uint32_t fuel_low_milli;    /* default 50000 */
    uint32_t battery_low_milli; /* start battery volts x 1000; 0 = not watched */
    fo_us full_load_us; /* a full tank lasts so long at full load; 0: not stated, not watched */
    fo_us half_load_us; /* … at half load; at least full_load_us */
    uint32_t expected_load_milli; /* load to be expected while it stands still (default 70000) */
    fo_us fuel_reserve_us;        /* standing still, the fuel must last this long (default 72 h) */
    fo_us test_every_us; /* a run of 30 min at 30 % must not be longer ago; 0 not watched */
    /* transfer switch of a rack, between two supplies of the room */
    uint64_t sources[FO_FEEDS]; /* bit per UPS or generator behind source A, B; 0: the mains */
};

/* One stage of the shutdown plan: what is given up together when the batteries behind it last no
 * longer than runtime_us. Stages stand in the order in which they are given up. */
enum fo_loads { FO_LOADS_CLASS_1, FO_LOADS_CLASS_2, FO_LOADS_MONITOR, FO_LOADS };
struct fo_stage_policy {
    uint8_t loads;     /* enum fo_loads: never less than that of the stage before it */
    uint8_t acts;      /* 1 ... FO_STAGE_ACTS_MAX, done in order */
    uint8_t by_hand;   /* bit per act that no command can undo */
    uint64_t supplies; /* bit per UPS that carries its loads; any one suffices */
    fo_us runtime_us;
    fo_us hold_us;   /* the runtime must stay that low so long */
    fo_us window_us; /* then people may stop it for so long */
};

struct fo_server_policy {
    bool preferred;
    bool agentless;      /* one may not touch it: no agent, no lease; both servers or neither */
    bool fence_required; /* promotion of the other needs proof that this one is off */
    bool fence_available;
    uint64_t power;               /* bit per device (UPS) that can carry it; any one suffices */
    uint32_t owners;              /* bit per unit */
    struct fo_health_policy host; /* our probe of the host itself */
};

struct fo_line_policy {
    uint8_t targets; /* far targets, 1 … FO_TARGETS_MAX */
    uint8_t carrier; /* lines with an equal carrier, building or route number share it; FO_NONE */
    uint8_t building;
    uint8_t route;
    bool preferred;
    uint64_t power;                 /* bit per device that carries its equipment; 0 not known */
    uint32_t owners;                /* bit per unit */
    struct fo_health_policy target; /* per far target */
    uint8_t targets_bad; /* the line is down when this many targets are down (default: all) */
    uint32_t loss_degraded_permille; /* over the last 100 samples */
    fo_us delay_degraded_us;         /* smoothed round trip; 0 not watched */
    fo_us jitter_degraded_us;        /* smoothed change of the round trip; 0 not watched */
    fo_us return_us; /* > 0: preferred, it is OK without a break for so long before return */
    fo_us leave_us; /* > 0: in use, it is left when so long a clearly better one (route.c) stands by
                     */
};

struct fo_service_policy {
    uint8_t availability_class;    /* 可用性 1 or 2 */
    fo_us recovery_time_us;        /* RTO; > 0 for class 2 (第21条1(3): no default) */
    bool needs_server;             /* answered by the active dispatch server */
    uint64_t needs_lines;          /* bit per line; any one of them suffices */
    uint32_t owners;               /* bit per unit */
    struct fo_health_policy check; /* our probe through the service address */
    bool checked;                  /* such a probe is configured */
};

enum fo_channel_kind {
    FO_CHANNEL_TERMINAL,
    FO_CHANNEL_SMTP,
    FO_CHANNEL_COMMAND,
    FO_CHANNEL_SMS,
    FO_CHANNEL_TOWER,
    FO_CHANNEL_WEBHOOK,
    FO_CHANNEL_INFORM,
    FO_CHANNEL_SIP,
    FO_CHANNEL_KINDS
};
struct fo_channel_policy {
    uint8_t kind;         /* enum fo_channel_kind */
    uint64_t needs_lines; /* any one of them suffices; 0 = needs no line at all */
    fo_us timeout_us;     /* for one attempt to be accepted */
    fo_us retry_us;       /* before the same attempt is made again */
    uint8_t retries;
    fo_us
        delivery_us; /* accepted, but nothing says it arrived: the next channel; 0: it never says */
    fo_us hold_us;   /* while its lines are down a page waits so long for them; 0: not at all */
};
struct fo_role_policy {
    uint32_t deputies; /* bit per role whose holders stand in when the holder is away or there is
                          none (代行) */
    bool decides;      /* a breach of a recovery time is over only with this role's word */
    bool required;     /* somebody must be on duty in it at every instant */
};
struct fo_person_policy {
    uint32_t roles;                    /* bit per role */
    uint32_t units;                    /* bit per unit this person belongs to */
    uint8_t human;                     /* 0; or 1 + index of the person whose other id it is:
                                          one human is paged once, and approves nothing twice */
    uint8_t channels[FO_CHANNELS_MAX]; /* this person's ladder, FO_NONE-terminated */
    fo_us channel_wait_us;             /* before the next channel of the ladder is tried as well */
    bool drill;                        /* on the drill list */
};
struct fo_rung_policy {
    uint32_t roles; /* paged together */
    fo_us wait_us;  /* until the next rung unless somebody has acknowledged */
    bool everybody; /* multi-acknowledge: does not stop at the first acknowledgement */
    uint8_t branch; /* rungs of one branch are climbed in their order, branches in parallel */
    bool of_owner;  /* only persons of the units that own what has failed, if there are any */
};
struct fo_branch_policy {
    uint8_t severity; /* only for incidents at least as grave as this; 0: for all */
};

struct fo_policy {
    struct fo_lease_params lease;
    uint8_t device_count, line_count, service_count, channel_count, person_count, rung_count;
    uint8_t net_count;
    uint8_t place_count; /* other places; their devices stay outside (outlying.h) */
    struct fo_device_policy devices[FO_DEVICES_MAX];
    struct fo_server_policy servers[FO_SERVERS];
    struct fo_line_policy lines[FO_LINES_MAX];
    struct fo_service_policy services[FO_SERVICES_MAX];
    struct fo_channel_policy channels[FO_CHANNELS_MAX];
    struct fo_person_policy persons[FO_PERSONS_MAX];
    struct fo_rung_policy rungs[FO_RUNGS_MAX];
    struct fo_branch_policy branches[FO_BRANCHES_MAX];
    uint8_t role_count;
    struct fo_role_policy roles[FO_ROLES_MAX];
    /* switchover */
    fo_us choose_budget_us; /* change of holder waits this long for the journal (100 ms) */
    fo_us take_over_us;     /* chosen server must hold within this (default 2 s + LP) */
    fo_us verify_us;        /* service must answer at its address within this (default 10 s) */
    fo_us drain_us;         /* planned: release must come within this (default 30 s) */
    fo_us fence_us;         /* proof must come within this (default 60 s) */
    fo_us block_us;         /* after a switchover: no other for the same cause (default 1 h) */
    fo_us settled_us;       /* a standby healthy this long may take over again (10 min) */
    uint8_t switchovers_per_hour; /* automatic ones, at most (2); 0 ... 20, 0 = none ever */
    uint64_t position_bound;      /* the standby may lag this far behind; 0 = any */
    /* shutdown plan */
    uint8_t stage_count;
    struct fo_stage_policy stages[FO_STAGES_MAX];
    bool shed_armed;        /* stages act; else people are only told */
    fo_us shed_act_us;      /* outcome of one act must come within this (default 60 s) */
    fo_us return_hold_us;   /* mains back this long before an outage counts as over (60 s) */
    fo_us restore_pause_us; /* between two loads that are switched on again (5 s): inrush */
    /* escalation */
    fo_us acknowledge_us; /* an acknowledgement expires (30 min; capped by RTO / 2) */
    fo_us loop_first_us,
        loop_cap_us;       /* all rungs exhausted: loop interval, doubling to the cap (10 min) */
    fo_us clean_us;        /* an incident closes by itself after being clean this long (30 s) */
    fo_us child_window_us; /* a child is folded when it began this close to its root (60 s) */
    fo_us flap_us;         /* back four times within this long is unstable, until clean for as long
                              (10 min); 0: never judged */
    fo_us overrun_us;      /* a maintenance window is over and its target is not well: no automatic
                              switchover to it for so long (30 min) */
    fo_us child_grace_us; /* a child still bad this long after its root recovered is paged (10 s) */
    /* the monitor itself */
    fo_us stall_us; /* a gap in our own loop larger than this is a stall (M3): verdicts wait for L,
                       and over one second all that was probed is stale */
    bool drill; /* this engine runs a drill: each incident is one, only persons on the drill list
                   are ever reached */
};

/* Whether an engine can be made with it: counts, windows, targets, channels and times in range
 * (probes of hosts and services that are not configured may be all zero). config/ tells people what
 * is wrong and where; fo_engine_init asserts this. */
bool fo_policy_valid(const struct fo_policy *policy);
/* Whether the site has such a thing. */
bool fo_policy_has(const struct fo_policy *policy, struct fo_subject subject);

#endif
