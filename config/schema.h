/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as tables: name, type, range, default, and where the value goes. cfg_table_read checks one
 * group against its table and fills a struct; everything that can be said about one key alone is
 * said here, relations between keys are said by the rooms that read the struct. */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "config/names.h"
#include "config/site.h"
#include "config/source.h"

struct cfg_endpoint { /* an address and the text it was written as */
    struct cfg_address address;
    const char *text;
};

enum cfg_type {
    CFG_TYPE_TEXT,     /* const char *; highest = bytes */
    CFG_TYPE_NAME,     /* const char *; a text without blanks, to be referred to */
    CFG_TYPE_PATH,     /* const char *; absolute */
    CFG_TYPE_DURATION, /* int64_t us */
    CFG_TYPE_SHARE,    /* int64_t thousandths of a percent */
    CFG_TYPE_VOLTS,    /* int64_t millivolts */
    CFG_TYPE_PPM,      /* int64_t */
    CFG_TYPE_BYTES,    /* int64_t */
    CFG_TYPE_INTEGER,  /* int64_t */
    CFG_TYPE_BOOL,     /* bool */
    CFG_TYPE_CHOICE,   /* uint8_t: index in `choices` */
    CFG_TYPE_ADDRESS,  /* struct cfg_endpoint */
    CFG_TYPE_TEXTS,    /* struct cfg_texts; highest = elements */
    CFG_TYPE_GROUP,    /* the struct of `table`, in place */
    CFG_TYPE_SECTION,  /* a group that is not stored: its owner reads it with `table` */
    CFG_TYPE_LIST      /* not stored: the owner of the list reads its groups with `table` */
};

struct cfg_table;
struct cfg_key {
    const char *name;
    enum cfg_type type;
    bool required;
    size_t offset;                 /* in the struct of the table */
    const char *standard;          /* default as it would be written; NULL: none, the field is 0 */
    int64_t lowest, highest;       /* inclusive; types with a number, see also TEXT and TEXTS */
    const char *const *choices;    /* CHOICE: NULL-terminated */
    const struct cfg_table *table; /* GROUP, SECTION, LIST */
};
struct cfg_table {
    const char *name; /* of the section, for people: "a UPS" */
    const struct cfg_key *keys;
    unsigned count;
};
#define CFG_TABLE(title, list)                                             \
    {                                                                      \
        .name = title, .keys = list, .count = sizeof list / sizeof list[0] \
    }

/* Fills *out (zeroed by the caller) from a group. Every key of the group must be in the table and
 * every required key in the group; a finding for each that is not, for a wrong type, a missing
 * unit, a value out of range. A key with a finding keeps its default, so later checks stay quiet.
 * group NULL: only the defaults, no findings. Texts live in the source's arena. */
void cfg_table_read(struct cfg_source *source, config_setting_t *group,
                    const struct cfg_table *table, void *out);
/* The elements of a list that may be read: at most `most`; a finding when there are more. The list
 * and its elements have already been checked to be groups; an element that is none is skipped by
 * cfg_list_item returning NULL. */
unsigned cfg_list_count(struct cfg_source *source, config_setting_t *parent, const char *key,
                        unsigned most);
config_setting_t *cfg_list_item(config_setting_t *parent, const char *key, unsigned index);
/* The member when it is a group, else NULL. */
config_setting_t *cfg_section(config_setting_t *parent, const char *key);

#endif
