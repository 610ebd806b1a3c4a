/* SPDX-License-Identifier: Apache-2.0 */
/* Device profiles: what can be asked of one family of power devices and what the answers mean, as
 * data read from config/profiles (one .conf file a family; see noroshi-profile(5)). A new device is
 * a new file. profile_library.h loads them; probes/ walks what is declared here and knows no maker.
 */
#ifndef CONFIG_PROFILE_H
#define CONFIG_PROFILE_H

#include "failover/variable.h"

#define CFG_OID_MAX 24      /* arcs of the longest OID we ask or accept */
#define CFG_POINTS_MAX 64   /* points of one profile, its base and all lines counted */
#define CFG_BLOCKS_MAX 32   /* Modbus requests of one poll */
#define CFG_BLOCK_WORDS 125 /* MODBUS Application Protocol 1.1b3, 6.3 */
#define CFG_LINES 3         /* phases */
#define CFG_ALARM_NAMES_MAX 32
#define CFG_IDENTIFY_MAX 4
#define CFG_NO_VARIABLE UINT8_MAX /* a point that only counts or names a state */

enum cfg_protocol { CFG_PROTOCOL_SNMP, CFG_PROTOCOL_MODBUS };

struct cfg_oid {
    uint32_t arcs[CFG_OID_MAX];
    uint8_t length;
};

/* milli = raw * multiply / divide, rounded towards zero. {1000, 1} for whole units, {100, 1} for
 * tenths, {60000, 1} for minutes to seconds, {1000, 512} for 1/512. */
struct cfg_scale {
    int32_t multiply; /* > 0 */
    int32_t divide;   /* > 0 */
};

/* Which raw numbers mean "not available". */
enum cfg_missing {
    CFG_MISSING_NONE,
    CFG_MISSING_COUNT,  /* never negative: any negative, 65534, 65535, 655350, 2^31-1, 2^32-1 */
    CFG_MISSING_SIGNED, /* may be negative: -32768, 32767, 65535, 655350, 2^31-1, -2^31 */
    CFG_MISSING_TEMPERATURE, /* as SIGNED, and -273 or colder */
    CFG_MISSING_GENCOMM_U16, /* FFF8h … FFFFh */
    CFG_MISSING_GENCOMM_S16, /* 7FF8h … 7FFFh */
    CFG_MISSING_GENCOMM_U32, /* FFFFFFF8h … FFFFFFFFh */
    CFG_MISSING_GENCOMM_S32, /* 7FFFFFF8h … 7FFFFFFFh */
    CFG_MISSING_TOP,         /* all bits of the register set, of whatever width */
    CFG_MISSING_KINDS
};
/* How rows of one table become one value beside their own. */
enum cfg_join { CFG_JOIN_NONE, CFG_JOIN_LOWEST, CFG_JOIN_HIGHEST, CFG_JOIN_SUM };
/* Agents that answer in another power of ten than their MIB says: whether a value outside
 * least … most may be divided by ten or a hundred, or multiplied as well, until it is inside. */
enum cfg_fit { CFG_FIT_NONE, CFG_FIT_DOWN, CFG_FIT_BOTH };

/* Beside the bits of ups.status (FO_UPS), a state may mean: */
#define CFG_STATE_CARD_LOST ((int64_t)1 << 62)     /* the card has lost its UPS: all is stale */
#define CFG_STATE_TEST_IF_MAINS ((int64_t)1 << 61) /* a test, if the mains are there */
#define CFG_STATE_INVERTER ((int64_t)1 << 60)      /* on the inverter, which may be fed by either */
_Static_assert(FO_UPS_TOKEN_COUNT < 60, "room for the bits beside the tokens");
/* Meaning of raw numbers: bits (of a set) or the number (of an enumeration) when
 * (raw & mask) == match. */
struct cfg_state {
    int64_t mask, match, bits;
};

enum cfg_point_flag {
    CFG_POINT_OFTEN = 1,    /* asked with every poll, the others with every second one */
    CFG_POINT_ROW = 2,      /* some agents answer it with one more .0 at the end */
    CFG_POINT_FALLBACK = 4, /* only used when an earlier point of the same variable is not there */
    CFG_POINT_SOURCE = 8,   /* its state says where the load is fed from: status needs it */
    CFG_POINT_ALARM_COUNT = 16, /* number of rows of the alarm table */
    CFG_POINT_LINES = 32,       /* number of lines of the table that joins `joined` */
    CFG_POINT_TEXT_BITS = 64,   /* a text of 0 and 1: its first character is bit 1 */
    CFG_POINT_AGAIN = 128       /* SNMP: the OID of an earlier point, which is asked for both */
};
enum cfg_format { CFG_FORMAT_U16, CFG_FORMAT_S16, CFG_FORMAT_U32, CFG_FORMAT_S32, CFG_FORMAT_BIT };
enum cfg_function { /* MODBUS Application Protocol 1.1b3, 6.1 … 6.4 */
                    CFG_FUNCTION_COILS = 1,
                    CFG_FUNCTION_DISCRETE = 2,
                    CFG_FUNCTION_HOLDING = 3,
                    CFG_FUNCTION_INPUT = 4
};

/* One thing to ask and what its raw number means. */
struct cfg_point {
    struct cfg_oid oid;  /* SNMP */
    uint16_t address;    /* Modbus: as on the wire, from 0 */
    uint8_t format;      /* Modbus: enum cfg_format */
    uint8_t function;    /* Modbus: enum cfg_function */
    bool low_word_first; /* Modbus: of 32 bits */
    uint8_t variable;    /* enum fo_variable, or CFG_NO_VARIABLE */
    uint8_t joined;      /* the variable its row contributes to, or CFG_NO_VARIABLE */
    uint8_t join;        /* enum cfg_join */
    uint8_t line;        /* 1 … 3 of a table by lines; 0 not one */
    uint8_t flags;       /* set of enum cfg_point_flag */
    uint8_t missing;     /* enum cfg_missing */
    uint8_t fit;         /* enum cfg_fit */
    uint8_t state_count, also_count;
    struct cfg_scale scale;
    int64_t least, most;            /* thousandths; believed range, both 0: the variable's own */
    const struct cfg_state *states; /* NULL, or the meaning of its raw numbers */
    const int64_t *also;            /* more raw numbers that mean "not available" */
};

/* Points of one Modbus request: points[first_point … +points). */
struct cfg_block {
    uint16_t first, count;
    uint8_t function;
    uint8_t point, points;
};

/* A table of alarms by the OIDs of their descriptions (RFC 1628 section 4, upsAlarmTable). */
struct cfg_alarms {
    struct cfg_oid column; /* length 0: there is no such table */
    struct cfg_oid parent; /* of the alarms' own OIDs: the next arc is the number */
    uint8_t count;
    struct {
        uint32_t number;
        uint8_t alarm; /* enum fo_ups_alarm */
    } names[CFG_ALARM_NAMES_MAX];
};

struct cfg_profile {
    const char *name;
    const char *title; /* half a line for hints, man page and --probe */
    const char *file;
    uint8_t kind;      /* enum fo_device_kind */
    uint8_t protocol;  /* enum cfg_protocol */
    bool seen;         /* false: written from documents, never read from a device */
    bool any_function; /* some devices serve holding as input registers: both are tried */
    uint16_t rank;     /* "auto" prefers lower ones: makers' own, because they say more */
    uint8_t count, block_count;
    struct cfg_oid root; /* SNMP */
    const struct cfg_point *points;
    const struct cfg_block *blocks;
    struct cfg_alarms alarms;
    uint8_t identify_count; /* SNMP: objects that must all answer before "auto" takes this one */
    struct cfg_oid identify[CFG_IDENTIFY_MAX];
};

/* The index of the point that says where the load is fed from; profile->count when none does. */
unsigned cfg_profile_source(const struct cfg_profile *profile);

#endif
