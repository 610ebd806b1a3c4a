/* SPDX-License-Identifier: Apache-2.0 */
/* One site, typed and immutable: the result of reading a site file. config/load.h makes it,
 * everybody above reads it, nobody changes it; cfg_site_free ends it and every string in it.
 * Indices are those of the engine: devices (ups first, then generators, then transfer switches, in
 * file order), servers, lines, services, channels, persons, rungs; `policy` says the same to the
 * engine in plain integers. */
#ifndef CONFIG_SITE_H
#define CONFIG_SITE_H

#include "config/profile.h"
#include "failover/policy.h"

#include <netinet/in.h>
#include <sys/socket.h>

/* A numeric address with port ("192.0.2.1:502", "[2001:db8::1]:161"); no names, because a resolver
 * may be down exactly when it matters. length 0: not given. */
struct cfg_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

struct cfg_profiles; /* config/profile_library.h */

enum cfg_language { CFG_LANGUAGE_JA, CFG_LANGUAGE_EN };
enum cfg_driver { CFG_DRIVER_SNMP, CFG_DRIVER_MODBUS_TCP, CFG_DRIVER_MODBUS_RTU, CFG_DRIVERS };
enum cfg_snmp_version { CFG_SNMP_V1, CFG_SNMP_V2C, CFG_SNMP_V3 };

/* As written in site files; their order is that of cfg_words_auth and cfg_words_priv. */
enum cfg_snmp_auth {
    CFG_AUTH_NONE,
    CFG_AUTH_MD5,
    CFG_AUTH_SHA,
    CFG_AUTH_SHA224,
    CFG_AUTH_SHA256,
    CFG_AUTH_SHA384,
    CFG_AUTH_SHA512
};
enum cfg_snmp_priv { CFG_PRIV_NONE, CFG_PRIV_DES, CFG_PRIV_AES };

struct cfg_snmp {
    uint8_t version;       /* enum cfg_snmp_version */
    const char *community; /* v1, v2c; never logged */
    const char *user;      /* v3 */
    uint8_t auth, priv;    /* v3: enum cfg_snmp_auth, enum cfg_snmp_priv */
    const char *auth_password_file, *priv_password_file; /* v3; NULL none */
    const char *context;                                 /* v3; NULL: the empty one */
};

/* A serial line: "/dev/ttyS0:9600-8-E-1". path[0] 0: not given. */
#define CFG_SERIAL_PATH_MAX 63
struct cfg_serial {
    char path[CFG_SERIAL_PATH_MAX + 1];
    uint32_t baud;
    char parity; /* N, E, O */
    uint8_t stop_bits;
};

/* A device that counts in another unit than its family: what one raw number is worth. */
#define CFG_SCALES_MAX 16
struct cfg_own_scale {
    uint8_t variable;
    struct cfg_scale scale;
};
struct cfg_device {
    const char *name; /* "ups-a" */
    uint8_t kind;     /* enum fo_device_kind */
    uint8_t driver;   /* enum cfg_driver */
    struct cfg_address address;
    const char *address_text;
    const char *profile; /* "auto", "rfc1628", "deepsea-gencomm", "transfer-switch-modbus" … */
    fo_us interval_us;
    fo_us timeout_us; /* of one exchange */
    struct cfg_snmp snmp;
    uint8_t unit; /* modbus unit identifier, 0 … 255 */
    int line;     /* in the site file, for findings */
    /* All there are, for "auto"; NULL: none. They live as long as the site. */
    const struct cfg_profiles *profiles;
    const struct cfg_profile *chosen; /* the one of that name; NULL: "auto" */
    struct cfg_serial serial;         /* CFG_DRIVER_MODBUS_RTU; address is empty then */
    uint8_t scale_count;
    struct cfg_own_scale scales[CFG_SCALES_MAX];
    /* Measurements that all stand still for so long while the card's clock moves are doubted; 0:
     * never. */
    fo_us frozen_after_us;
};

/* A device of another place: watched, alarmed, and no part of any decision (failover/outlying.h).
 */
struct cfg_outlying {
    struct cfg_device device; /* first: its name is found like the others' */
    struct fo_device_policy policy;
    uint8_t place; /* index in the site's places */
};

#define CFG_FENCE_LEVELS_MAX 3 /* each may take its whole timeout before the next is tried */

struct cfg_server {
    const char *name;
    bool preferred;
    struct cfg_address host; /* probed to see whether the host is there: TCP connect */
    struct cfg_address heartbeat[FO_NETS_MAX]; /* agent's heartbeat address on each network */
    /* levels, first to last: names of acts of the executor, and a NULL behind them */
    const char *fence[CFG_FENCE_LEVELS_MAX + 1];
    const char *promote, *demote; /* without an agent: names of acts; else NULL */
    int line;
    fo_us host_interval_us, host_timeout_us; /* of the probe of `host` */
};

struct cfg_line {
    const char *name;
    const char *carrier, *building, *route; /* NULL: not stated */
    const char *interface;                  /* probes are bound to it by device */
    struct in_addr gateway; /* next hop when this line is the preferred one; 0 none */
    struct in_addr targets[FO_TARGETS_MAX];
    struct sockaddr_in reflector; /* STAMP Session-Reflector at the far end; port 0: none */
    fo_us interval_us, timeout_us;
    bool preferred;
    int line;
};

enum cfg_check { CFG_CHECK_NONE, CFG_CHECK_TCP, CFG_CHECK_HTTP };
struct cfg_service {
    const char *name;
    uint8_t check;              /* enum cfg_check */
    struct cfg_address address; /* the service address and port */
    const char *http_path;      /* CFG_CHECK_HTTP: "/health"; expects 200 */
    struct in6_addr address6;   /* moves with it, watched and not asked; all zero none */
    fo_us interval_us, timeout_us;
    int line;
};

struct cfg_net { /* one heartbeat network as the monitor sees it */
    const char *name;
    struct cfg_address bind; /* own address and port */
    const char *interface;   /* watched for carrier and address; NULL: not watched */
};

struct cfg_smtp {
    const char *url; /* "smtp://192.0.2.25:25" or "smtps://…" */
    const char *from;
    const char *username, *password_file; /* NULL none */
    const char *ca_file;
    bool tls_required;
};
struct cfg_sms {
    const char *spool;     /* directories of gammu-smsd instead of a modem of our own; NULL */
    const char *pin_file;  /* of the SIM card; NULL none */
    uint32_t baud;         /* of the modem's serial line */
    bool delivery_reports; /* accepted means delivered, by the network's word */
};
struct cfg_webhook {
    const char *url;         /* "https://192.0.2.30/hook" */
    const char *ca_file;     /* NULL: the system's */
    const char *token_file;  /* sent as Authorization: Bearer; NULL none */
    const char *answers_url; /* asked for people's answers; NULL: only in replies */
};
struct cfg_sip {
    const char *from;    /* our account in baresip: "sip:noroshi@192.0.2.50" */
    const char *phrases; /* directory of recorded phrases */
};
struct cfg_channel {
    const char *name;
    uint8_t kind; /* enum fo_channel_kind */
    struct cfg_smtp smtp;
    const char *command; /* FO_CHANNEL_COMMAND: absolute path, JSON on standard input */
    const char
        *interfaces[FO_LINES_MAX]; /* devices to bind to, by policy.needs_lines; NULL entries */
    int line;
    const char *device;         /* terminal: "/dev/tty1" or NULL; sms: the modem or NULL */
    const char *contacts_file;  /* sms, sip: who has which number, mode 0600; never logged */
    struct cfg_address address; /* tower, inform: where it listens; sip: baresip's control */
    struct cfg_sms sms;
    struct cfg_webhook webhook;
    struct cfg_snmp snmp; /* inform */
    struct cfg_sip sip;
};

struct cfg_role {
    const char *id;    /* "toban" */
    const char *title; /* "当直長": data, any word */
};
/* What a person may do beyond looking, which everybody may. */
enum cfg_may { CFG_MAY_OPERATE = 1, CFG_MAY_APPROVE = 2, CFG_MAY_AUDIT = 4 };
struct cfg_person {
    const char *id;              /* "person-1" */
    const char *title;           /* as shown: "第1係 当直長" */
    const char *login;           /* system user by whom this person acts; NULL none */
    const char *mail;            /* NULL none; never logged */
    const char *command_address; /* handed to the command channel; NULL none; never logged */
    uint8_t may;                 /* bits of enum cfg_may; 0: only look */
    int line;
};

/* A unit (課, 署) that owns systems and has persons. */
struct cfg_unit {
    const char *id, *title;
};
/* When persons have their roles: the shifts of platoons in a cycle, or office hours. */
#define CFG_UNITS_MAX 32 /* a set of units is a uint32_t */
#define CFG_ROSTERS_MAX 8
#define CFG_PLATOONS_MAX 8
#define CFG_CYCLE_MAX 32
#define CFG_CLOSED_MAX 16
enum cfg_roster_kind { CFG_ROSTER_SHIFTS, CFG_ROSTER_OFFICE };
struct cfg_platoon {
    const char *name;
    uint64_t persons;
};
struct cfg_roster {
    const char *name;
    uint8_t kind;        /* enum cfg_roster_kind */
    uint32_t roles;      /* only these; others of its persons are not bound by it */
    uint64_t persons;    /* everybody in it */
    uint16_t begins_min; /* minute of the day at which a shift begins, or office hours do */
    /* shifts */
    int32_t start_day;  /* its number (calendar.h): the first shift of the cycle begins on it */
    uint16_t shift_min; /* length of a shift, divides a day */
    uint16_t overlap_min;
    uint8_t platoon_count, cycle_count;
    struct cfg_platoon platoons[CFG_PLATOONS_MAX];
    uint8_t cycle[CFG_CYCLE_MAX]; /* index of the platoon of each shift */
    /* office hours */
    uint16_t ends_min;
    uint8_t weekdays; /* bit 0 Sunday … bit 6 Saturday */
    bool holidays;    /* also on public holidays and from 29 December to 3 January */
    uint8_t closed_count;
    int32_t closed[CFG_CLOSED_MAX]; /* other days off, by number */
    int line;
};
/* Somebody outside: shown to people with what they need to say, called by people and never by the
 * program. A table of its own, so that neither a page nor a drill can reach them. */
#define CFG_OUTSIDE_MAX 32
enum cfg_outside_kind { CFG_OUTSIDE_CARRIER, CFG_OUTSIDE_VENDOR, CFG_OUTSIDE_AGENCY };
struct cfg_outside {
    const char *id;
    const char *title;                      /* "A社 故障受付" */
    uint8_t kind;                           /* enum cfg_outside_kind */
    const char *phone;                      /* never in the journal nor in the log */
    const char *mail;                       /* NULL none */
    const char *contract, *circuit, *hours; /* NULL none */
    uint64_t lines, servers, power;         /* what they are called about, bits */
    int line;
};
struct cfg_branch {
    const char *name;
};

/* One object that an act sets in a router, and what it has to be read back as. */
enum cfg_snmp_type {
    CFG_SNMP_INTEGER,
    CFG_SNMP_UNSIGNED, /* Gauge32, Unsigned32 */
    CFG_SNMP_TEXT,     /* OCTET STRING */
    CFG_SNMP_IP_ADDRESS,
    CFG_SNMP_TYPES
};
struct cfg_snmp_value {
    struct cfg_oid oid;
    uint8_t type;     /* enum cfg_snmp_type */
    int64_t integer;  /* a number, or an address in the order of the host */
    const char *text; /* CFG_SNMP_TEXT: 1 … CFG_SNMP_TEXT_MAX bytes; else NULL */
};
#define CFG_SNMP_VALUES_MAX 8
#define CFG_SNMP_TEXT_MAX 71 /* as much as is read back of a text */

struct cfg_act {         /* what the executor may run, and nothing else */
    const char *name;    /* "fence-dispatch-1", "route-line-b" */
    const char *kind;    /* "fence-agent", "route", "script", "outlet", "snmp-set" */
    const char *program; /* absolute path; route, snmp-set: NULL */
    const char *restore; /* script of a stage: the program that undoes it; NULL: people do */
    const char *options; /* fence-agent, outlet: key=value lines for standard input */
    fo_us timeout_us;
    int line, program_line, options_line; /* in the site file */
    /* snmp-set only: whom it asks, how long one exchange may take, what is set in one request */
    struct cfg_address address;
    struct cfg_snmp snmp;
    fo_us exchange_us;
    uint8_t value_count;
    struct cfg_snmp_value values[CFG_SNMP_VALUES_MAX];
};
#define CFG_ACTS_MAX 32
#define CFG_ACT_OPTIONS_MAX 4096 /* bytes */

struct cfg_stage { /* of the shutdown plan; what the engine knows of it is in policy.stages */
    const char *name;
    uint8_t act_count;
    const char *acts[FO_STAGE_ACTS_MAX]; /* names of acts, in order */
};

struct cfg_recorder { /* what the flight recorder may take of the disk, in bytes */
    int64_t size;     /* the newest hours; 0: nothing is recorded */
    int64_t kept;     /* stretches of incidents */
};

struct site {
    const char *path;            /* of the file it came from */
    const char *name;            /* "見本消防本部 通信指令センター" */
    uint8_t language;            /* enum cfg_language */
    const char *timezone;        /* "Asia/Tokyo" */
    const char *state_directory; /* journal and sockets live here */
    const char *control_socket;  /* default <state_directory>/control.sock */
    const char *executor_socket; /* default <state_directory>/executor.sock */
    const char *control_group;   /* group that may connect; NULL: owner only */
    const char *key_file;        /* heartbeat key (monitorctl keygen), mode 0600 */
    const char *passphrase_file; /* personal passphrases for shared terminals; NULL: none */
    fo_us idle_lock_us;          /* a session on a shared terminal ends when unused so long */
    const char *duty_file;       /* absences, substitutes, swaps (duty_file.h); NULL: none */
    bool shadow;     /* before go-live: everything is decided and journalled, nothing done, nobody
                        called */
    bool probe_only; /* a file with nothing but devices: enough for --probe */
    uint8_t device_count, line_count, service_count, net_count, channel_count, person_count;
    uint8_t role_count, rung_count, act_count;
    uint8_t unit_count, roster_count, outside_count, branch_count;
    struct cfg_device devices[FO_DEVICES_MAX];
    /* Other places; their devices follow those of the room in the numbering of probes and status.
     */
    uint8_t place_count;
    uint16_t outlying_count;
    const char *places[FO_PLACES_MAX]; /* "第3消防署" */
    struct cfg_outlying *outlying;     /* owned; NULL: none */
    struct cfg_server servers[FO_SERVERS];
    struct cfg_line lines[FO_LINES_MAX];
    struct cfg_service services[FO_SERVICES_MAX];
    struct cfg_net nets[FO_NETS_MAX];
    struct cfg_channel channels[FO_CHANNELS_MAX];
    struct cfg_role roles[FO_ROLES_MAX];
    struct cfg_person persons[FO_PERSONS_MAX];
    struct cfg_unit units[CFG_UNITS_MAX];
    struct cfg_roster rosters[CFG_ROSTERS_MAX];
    struct cfg_outside outside[CFG_OUTSIDE_MAX];
    struct cfg_branch branches[FO_BRANCHES_MAX];
    struct cfg_act acts[CFG_ACTS_MAX];
    struct cfg_stage stages[FO_STAGES_MAX]; /* policy.stage_count of them */
    struct cfg_recorder recorder;
    fo_us drill_every_us;         /* a drill must not be longer ago; 0: none is demanded */
    fo_us drill_notice_us;        /* so long before that people are told; below drill_every_us */
    struct cfg_address trap_port; /* devices may send SNMP traps here; length 0: nobody listens */
    struct fo_policy policy;
    struct cfg_arena *arena;       /* owns every string above */
    struct cfg_arena *drill_arena; /* and those of a drill (drill.h); NULL: none */
    const char *profile_directory; /* the site's own device profiles; NULL: only shipped ones */
    struct cfg_profiles *profiles; /* owned, unless lent */
    bool profiles_lent;
};

/* All devices there are, of the room and of other places. */
static inline unsigned cfg_site_watched(const struct site *site)
{
    return (unsigned)site->device_count + site->outlying_count;
}
/* Device `index` of all of them. */
static inline const struct cfg_device *cfg_site_device(const struct site *site, unsigned index)
{
    return index < site->device_count ? &site->devices[index]
                                      : &site->outlying[index - site->device_count].device;
}

/* The agent's own file (dispatch-agent --config). */
struct cfg_agent {
    const char *path;
    const char *name; /* server name, for records */
    uint8_t self;     /* FO_VOTER_P or FO_VOTER_S */
    uint8_t language;
    struct fo_lease_params lease;
    const char *key_file, *state_directory;
    const char
        *control_socket; /* for dispatch-agent status; default <state_directory>/agent.sock */
    uint8_t net_count;
    struct cfg_net nets[FO_NETS_MAX];                           /* own address on each network */
    struct cfg_address monitor[FO_NETS_MAX], peer[FO_NETS_MAX]; /* length 0: not on that network */
    struct in_addr service_address4;                            /* 0 none */
    uint8_t service_prefix4;
    struct in6_addr service_address6; /* all zero none */
    uint8_t service_prefix6;
    const char *service_interface;
    bool gate_by_agent; /* no gate in the kernel: the agent itself takes the address away */
    uint8_t check;      /* enum cfg_check: of the local service */
    struct cfg_address check_address;
    const char *check_http_path;
    fo_us check_interval_us, check_timeout_us;
    struct fo_health_policy check_health;
    const char *pid_file;                 /* of the service process, watched by pidfd; NULL none */
    const char *position_command;         /* prints one number; NULL none */
    const char *promote, *demote, *drain; /* absolute paths; NULL none */
    fo_us step_timeout_us;                /* of each of them */
    bool drill;                           /* in the twin of a room (drill.h): alarms are marked */
    const char *alarm_command; /* dead man: own channel, JSON on standard input; NULL none */
    fo_us monitor_missed_us;   /* 60 s */
    const char
        *watchdog; /* device that resets the host when the agent does not feed it; NULL none */
    fo_us watchdog_timeout_us;
    bool watchdog_keeps; /* an ordered stop leaves it armed */
    struct cfg_arena *arena;
    struct cfg_arena *drill_arena; /* strings of a drill (drill.h); NULL: none */
};

#endif
