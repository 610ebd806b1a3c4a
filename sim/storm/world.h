/* SPDX-License-Identifier: Apache-2.0 */
/* The storm's world: everything that exists in one seed, in true time. Two dispatch servers with
 * their agents, the monitor's daemon with its journal, the network between the three, the room
 * (power, lines, services), people, and what has gone wrong with each. It holds the structures and
 * their limits; the rooms of sim/storm each own a part of it. No clock, no heap, no chance but the
 * streams of random.h. */
#ifndef SIM_STORM_WORLD_H
#define SIM_STORM_WORLD_H

#include "failover/engine.h"
#include "failover/engine_state.h"
#include "sim/storm/fault.h"
#include "sim/storm/laws.h"
#include "sim/storm/queue.h"
#include "sim/storm/random.h"

enum { STORM_UPS_A, STORM_UPS_B, STORM_GENERATOR, STORM_SWITCH, STORM_DEVICES };
enum { STORM_LINES = 2, STORM_TARGETS = 2, STORM_NETS = 2 };
enum { STORM_CALLS, STORM_ORDERS, STORM_SERVICES };
enum { STORM_TERMINAL, STORM_MAIL, STORM_SMS, STORM_CHANNELS };

#define STORM_PERSONS 6
#define STORM_RUNGS 3
#define STORM_FAULTS_MAX 48    /* that last, at one time */
#define STORM_STRIKES_MAX 8192 /* in one seed */
#define STORM_WORDS_MAX 256    /* of people, not yet said */
#define STORM_RESULTS_MAX 512
#define STORM_FLIGHTS_MAX 1024 /* datagrams under way; one more is lost, and counted */
#define STORM_INBOX_MAX 64     /* of a process that is late; as a socket's buffer */
#define STORM_HISTORY 256      /* datagrams that can be replayed */
#define STORM_PENDING_MAX 512  /* commands that wait for the journal */
#define STORM_SOURCES_MAX 16
#define STORM_WORKS 32              /* of the executor: under way, or ended and remembered */
#define STORM_LOOK_US (500 * FO_MS) /* the checkers look for what is overdue this often */

/* Places on the agenda. */
enum storm_place {
    STORM_PLACE_NODE, /* + voter */
    STORM_PLACE_STRIKE = STORM_PLACE_NODE + FO_VOTERS,
    STORM_PLACE_PHASE,
    STORM_PLACE_LOOK,
    STORM_PLACE_SYNC,
    STORM_PLACE_OVERDUE,
    STORM_PLACE_GENERATOR,
    STORM_PLACE_BATTERY, /* + UPS */
    STORM_PLACE_SOURCE = STORM_PLACE_BATTERY + 2,
    STORM_PLACE_FAULT = STORM_PLACE_SOURCE + STORM_SOURCES_MAX,
    STORM_PLACE_WORD = STORM_PLACE_FAULT + STORM_FAULTS_MAX,
    STORM_PLACE_RESULT = STORM_PLACE_WORD + STORM_WORDS_MAX,
    STORM_PLACE_FLIGHT = STORM_PLACE_RESULT + STORM_RESULTS_MAX,
    STORM_PLACE_WORK = STORM_PLACE_FLIGHT + STORM_FLIGHTS_MAX,
    STORM_PLACES_USED = STORM_PLACE_WORK + STORM_WORKS
};
_Static_assert((int)STORM_PLACES_USED <= STORM_PLACES, "the agenda has a place for everything");

/* ---- network --------------------------------------------------------------------------------- */

struct storm_letter {
    uint8_t from, to, net;
    fo_us sent_us;  /* true time */
    fo_us heard_us; /* true sending time of the newest beat of its peer that the sender had heard */
    struct fo_datagram datagram;
};
struct storm_network {
    struct storm_letter flights[STORM_FLIGHTS_MAX];
    uint16_t free[STORM_FLIGHTS_MAX];
    unsigned free_count;
    struct storm_letter history[STORM_HISTORY];
    unsigned history_next;
    uint8_t cut[STORM_NETS][FO_VOTERS][FO_VOTERS]; /* how many faults cut it: net, from, to */
    uint8_t burst[FO_VOTERS];                      /* nearly everything of this node is lost */
    uint32_t loss_permille, duplicate_permille, delay_permille;
    fo_us trip_us, delay_max_us;
};

/* ---- hosts ----------------------------------------------------------------------------------- */

struct storm_clock { /* this host's boottime: base at true time `at`, ahead by ppm since */
    fo_us base_us, at_us;
    int64_t ppm;
};
struct storm_node {
    uint8_t self;
    bool up;           /* the process runs, or is frozen */
    bool host_up;      /* its host does */
    uint8_t powerless; /* how many reasons keep the host without power */
    uint8_t unwell;    /* its clock says so itself (adjtimex) */
    bool stays_down;   /* for the rest of the run */
    fo_us start_us;    /* not up: the process starts then */
    fo_us until_us;    /* frozen or late until then */
    fo_us froze_us;    /* since; FO_NEVER */
    fo_us up_since_us;
    uint64_t boot;
    struct storm_clock clock;
    struct storm_letter inbox[STORM_INBOX_MAX]; /* ring */
    unsigned inbox_first, inbox_count;
};
struct storm_server {
    struct fo_agent agent;
    struct fo_agent_output output;
    uint32_t next_act;
    bool clock_said; /* what the agent was last told of its clock */
    uint8_t health_said;
    uint64_t position_said;
    bool read_back, gate_failed;
    fo_us gate_us;    /* in the kernel: the end on the host's own clock; 0 shut */
    fo_us promote_us; /* true time from which the service answers when the gate lets it; FO_NEVER */
    fo_us drained_us, address_us; /* true time of the answer; FO_NEVER */
    bool address_taken;           /* somebody answered meanwhile */
    uint64_t top, top_disk;
    uint8_t top_holder, top_disk_holder;
    uint8_t standing, standing_disk;  /* X1: enum fo_standing */
    uint64_t top_serial, serial_disk; /* of the newest write asked for; done. Not on the disk. */
    fo_us top_due_us;                 /* on the disk by then */
    uint8_t sick, hung, stuck, drain_hung, lag;
    bool leaving;
    bool forced; /* a person at its console says that the other one is off (F1) */
    uint64_t position;
    fo_us alone_us; /* opened on its own vote since, true time; FO_NEVER */
};

/* ---- the daemon ------------------------------------------------------------------------------ */

/* Who is on duty by what was said; see duty.h. */
#define STORM_ROLES 4
struct storm_duty {
    bool known; /* else everybody is, in all roles */
    uint64_t on[STORM_ROLES], outgoing[STORM_ROLES];
    uint64_t extra, away, released;
};

/* What people have been told is in force; the checkers' own book. It is kept with each snapshot, so
 * that it forgets exactly what the journal forgets. */
#define STORM_SWITCHES 16
struct storm_book {
    bool hold;
    fo_us maintenance_us[FO_SERVERS + 1]; /* true time; 0 none */
    struct {
        fo_us at_us;    /* true time */
        uint16_t cause; /* 0: empty */
        uint8_t target;
    } switches[STORM_SWITCHES];
    unsigned switch_next;
    struct storm_duty duty;
};
struct storm_image {
    size_t length;      /* 0: none */
    uint32_t host_boot; /* under which it was written */
    uint64_t ticket;
    uint8_t bytes[FO_SNAPSHOT_MAX];
    struct storm_book book;
};
struct storm_pending {
    uint64_t ticket;
    fo_us until_us; /* true time; only a choice is done without the journal then */
    struct fo_command command;
};
struct storm_journal {
    struct storm_image images[3];
    uint8_t queued, flying, disk; /* indices in images */
    bool in_flight;
    bool alive;         /* as the shell knows */
    uint8_t dead, slow; /* what is true: how many faults make it so */
    fo_us sync_us;      /* usual */
    uint64_t ticket;    /* last appended */
    uint64_t synced;
    struct storm_pending pending[STORM_PENDING_MAX]; /* ring */
    unsigned first, count;
};
struct storm_result {
    uint64_t boot; /* of the process that waits for it */
    struct fo_result result;
};
struct storm_daemon {
    struct fo_engine engine;
    struct fo_output out;
    uint64_t incarnations; /* starts of the process so far */
    fo_us last_us;         /* local time of the newest event */
    unsigned same_instant; /* steps at that instant */
    struct storm_journal journal;
    struct storm_result results[STORM_RESULTS_MAX];
    uint16_t result_free[STORM_RESULTS_MAX];
    unsigned result_free_count;
    uint8_t fence_fails, fence_lies, route_fails;
    uint32_t host_boots;  /* of the host so far */
    uint8_t answers_said; /* how many MACs the daemon last found at the service address */
};

/* ---- servers without agents ------------------------------------------------------------------ */

struct storm_work {       /* one act of the executor; its ledger outlives the monitor */
    struct fo_key key;    /* sequence 0: free */
    uint8_t kind, server; /* enum fo_command_kind: fence, promote or demote */
    uint8_t outcome;      /* enum fo_outcome; FO_OUTCOMES: nobody ever tells */
    bool ended;
    fo_us effect_us; /* true time at which it does what it is for; FO_NEVER: not any more */
    fo_us end_us;    /* … at which its outcome is told */
};
struct storm_told { /* N4: a key that has left, and the process it left from */
    struct fo_key key;
    uint64_t boot;
};
struct storm_streak { /* S4: good answers in a row, as the daemon was told */
    unsigned count;
    fo_us since_us; /* true time of the first */
};
struct storm_pair {
    bool on;                 /* the servers of this site have no agents */
    bool serves[FO_SERVERS]; /* the service runs on it while it has power */
    bool bound[FO_SERVERS];  /* it may: made to serve since it was last switched off */
    uint8_t host_filtered[FO_SERVERS], service_filtered, scripts_fail;
    fo_us script_us; /* timeout of a script */
    struct storm_work works[STORM_WORKS];
    unsigned work_next;
    struct storm_told told[STORM_WORKS]; /* ring */
    unsigned told_next;
    struct storm_streak host[FO_SERVERS], service;
    bool excused;  /* N1: two may serve until one ceases */
    fo_us dark_us; /* N3: nobody has served since; FO_NEVER: somebody does */
    fo_us said_us; /* N3: newest page about a server or what runs on it */
};

/* ---- the room -------------------------------------------------------------------------------- */

struct storm_device {
    uint8_t silent, frozen, lying, sick;
    struct fo_reading last; /* repeated while frozen */
};
struct storm_source { /* what the daemon asks for, and when */
    uint8_t kind;     /* enum fo_event_kind: READING or PROBE */
    uint8_t probe;    /* enum fo_probe_kind */
    uint8_t index, target;
    fo_us interval_us;
};
struct storm_room {
    uint8_t mains_away, generator_broken;
    bool generator_on;                       /* it carries the load */
    fo_us battery_us[2], battery_full_us[2]; /* left when last reckoned */
    fo_us battery_at_us[2];
    bool output[2]; /* of each UPS */
    struct storm_device devices[STORM_DEVICES];
    uint8_t line_cut[STORM_LINES], target_dead[STORM_LINES][STORM_TARGETS], line_lossy[STORM_LINES];
    uint8_t own_network; /* the monitor's */
    uint8_t two_answers;
    uint8_t route;           /* the line that traffic really takes */
    uint32_t noise_permille; /* of probes lost for no reason */
    struct storm_source sources[STORM_SOURCES_MAX];
    unsigned source_count;
    int64_t wall_ms; /* of the monitor's host: added to its boottime */
    bool wall_stepped;
};

/* ---- people ---------------------------------------------------------------------------------- */

enum storm_temper {
    STORM_PROMPT,
    STORM_LATE,
    STORM_TWICE,
    STORM_SILENT,
    STORM_UNABLE,
    STORM_TEMPERS
};
struct storm_people {
    uint8_t temper[STORM_PERSONS];
    uint8_t away; /* nobody answers */
    uint8_t channel_dead[STORM_CHANNELS], channel_mute[STORM_CHANNELS];
    struct fo_order words[STORM_WORDS_MAX];
    uint16_t word_free[STORM_WORDS_MAX];
    unsigned word_free_count;
    fo_us answer_us;         /* usual time to answer */
    struct fo_roster roster; /* of the calendar */
    bool roster_known;       /* there is one */
    bool roster_due;         /* the daemon has not said it yet */
};

/* ---- the checkers' own knowledge ------------------------------------------------------------- */

struct storm_safety {
    /* [to][from]: true sending time of the newest beat that was accepted; 0 none */
    fo_us heard_us[FO_VOTERS][FO_VOTERS];
    fo_us witness_us[FO_SERVERS]; /* what M's newest accepted beat of that server can witness */
    fo_us fenced_us[FO_SERVERS];  /* proof delivered, true time; 0 */
    struct fo_key fence_key[FO_SERVERS];
    const struct storm_letter *letter;   /* that the daemon is reading; NULL */
    struct fo_stamp granted[FO_SERVERS]; /* the beat that M granted last */
    uint8_t choice;                      /* of M, before the step */
    bool frozen;                         /* S3: an assertion of the engine has failed */
    struct storm_book book;
};
struct storm_shed {  /* S11 */
    uint8_t said[2]; /* readings in a row in which the UPS said that it is on battery */
    bool first_done; /* stage 0 is over, or was stopped by a person */
};
struct storm_restore {          /* S12 */
    fo_us mains_us[2];          /* every word of the UPS since has been for the mains; FO_NEVER */
    uint8_t off[FO_STAGES_MAX]; /* bit per act that was ever asked off */
    uint8_t on[FO_STAGES_MAX];  /* … that this order has seen on */
    uint8_t stages;    /* bit per stage that two persons have ordered, and that is not over */
    bool acting;       /* one is being switched on … */
    struct fo_key key; /* … under this key, or was */
    uint8_t stage, act;
};
#define STORM_CASES 64 /* incidents the checkers follow at one time */
struct storm_case {
    uint32_t number;  /* 0 free */
    uint32_t crashes; /* of the daemon, when it was opened */
    uint8_t epoch, severity;
    bool chased, recovered;
    bool paged;
    bool first_missing; /* P1: no page by a way that can work yet … */
    fo_us first_due_us; /* … until then */
    uint64_t owed;      /* P6: persons who have to be called in this epoch … */
    fo_us owed_due_us;
    uint64_t breach; /* P5: persons who have to hear of the breach … */
    fo_us breach_due_us;
    fo_us paged_us;       /* P17: newest page */
    fo_us quiet_until_us; /* P17: somebody has taken it until then */
    uint8_t taker;        /* … who */
    fo_us spoken_us;      /* P4: newest word of a person about it */
    uint64_t reached;     /* P18: a channel took a page to them */
    uint64_t told;        /* P18: that it is over */
    bool drill;           /* P9: beside what is real */
    bool aborted;
    bool inside_missing; /* P2: no page by a way that needs no line yet … */
    fo_us inside_due_us; /* … until then */
    uint64_t glass;      /* P10: who has to hear that somebody acted alone … */
    fo_us glass_due_us;
    uint32_t calls; /* P15: occasions to call anybody */
    uint16_t pages[STORM_PERSONS];
};
struct storm_page { /* P7 */
    uint32_t incident;
    uint8_t epoch, person, channel, count;
};
#define STORM_PAGES 4096   /* power of two */
struct storm_outstanding { /* P4: handed to a channel, no result yet */
    struct fo_key key;
    uint32_t incident; /* 0 free */
    bool recovered;
    fo_us since_us, until_us;
};
#define STORM_OUTSTANDING 256
struct storm_contact {
    struct storm_case cases[STORM_CASES];
    struct storm_page pages[STORM_PAGES];
    unsigned page_count;
    uint32_t crashes;                                        /* of the daemon */
    struct storm_outstanding outstanding[STORM_OUTSTANDING]; /* ring */
    unsigned outstanding_next;
    struct fo_key owed[FO_ATTEMPTS_MAX]; /* P4: keys that a restart must bring again */
    unsigned owed_count;
    fo_us owed_due_us;
};

#define STORM_KEYS 4096 /* power of two */
struct storm_named {    /* P11: what a key names */
    struct fo_key key;
    uint64_t act;
};
struct storm_conduct {
    struct storm_named keys[STORM_KEYS];
    fo_us line_down_us[STORM_LINES];    /* P12: newest time each was called down */
    struct fo_loss losses[STORM_LINES]; /* P12: of each, as counted here since the newest start */
    fo_us device_us[STORM_DEVICES];     /* P13: newest time each was heard, or nobody could */
};

#define STORM_SUBJECTS 15 /* that conditions can be about */
struct storm_words {      /* S8: when something last said what can end a condition, true time */
    fo_us any_us, any_device_us, mains_us, host_us, service_us, monitor_us, answers_us;
    fo_us server_us[FO_SERVERS], device_us[STORM_DEVICES];
    fo_us line_us[STORM_LINES], line_asked_us[STORM_LINES], channel_us[STORM_CHANNELS];
    uint64_t raised[STORM_SUBJECTS];    /* after the step before; bit (cause - 100) */
    fo_us since_us[STORM_SUBJECTS][64]; /* when each was */
};

struct storm_counts {
    uint64_t events, strikes, worlds;
    uint64_t openings, switchovers, lapses, crashes, pages, words, letters_lost;
    uint64_t alone_overlaps, beyond_overlaps, accepted_overlaps, sheds, restores;
    uint64_t pairs, scripts, by_hand; /* sites without agents; acts begun there; people's own */
    uint32_t ways; /* P3: bit per set of ways (lines, channels) that were out at an alarm */
    fo_us site_us, dark_us;
};

#define STORM_STRUCK_MAX 256 /* the first strikes of a seed, for the report */
struct storm_struck {
    fo_us at_us;
    struct storm_fault fault;
};

enum storm_phase {
    STORM_CHAOS,
    STORM_HEALED,
    STORM_LIFTED,
    STORM_ORDERED,
    STORM_SERVED,
    STORM_CLOSING,
    STORM_DONE
};

struct storm_world {
    uint64_t seed, hash;
    fo_us now_us; /* true time */
    struct storm_queue queue;
    struct storm_plan plan; /* what may happen in this seed; from the caller */
    struct storm_break broken;
    bool trace;
    struct fo_policy policy;
    struct storm_network network;
    struct storm_node nodes[FO_VOTERS];
    struct storm_server servers[FO_SERVERS];
    struct storm_daemon daemon;
    struct storm_pair pair;
    struct storm_room room;
    struct storm_people people;
    struct storm_safety safety;
    struct storm_shed shed;
    struct storm_restore restore;
    struct storm_contact contact;
    struct storm_conduct conduct;
    struct storm_words words;
    struct storm_fault faults[STORM_FAULTS_MAX];
    uint32_t strikes; /* drawn so far, left out or not */
    struct storm_struck struck[STORM_STRUCK_MAX];
    unsigned struck_count;
    fo_us strike_gap_us, chaos_us;
    uint32_t late_permille;
    uint8_t phase;        /* enum storm_phase */
    uint8_t heal_without; /* enum fo_voter that stays gone, or FO_VOTER_NONE */
    fo_us phase_us;       /* since */
    fo_us quiet_us;       /* newest keyed command of the engine */
    fo_us served_us, dark_since_us;
    uint8_t last_opened;
    uint64_t boots;
    struct storm_random networking, process, disk, probing, person, site;
    struct storm_counts counts;
};

#endif
