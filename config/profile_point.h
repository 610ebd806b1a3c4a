/* SPDX-License-Identifier: Apache-2.0 */
/* The points of a profile: each entry of the list `points` as one struct cfg_point, or three of
 * them for a table by lines. What is wrong with one is a finding at its line. profile_file.c calls
 * it. */
#ifndef CONFIG_PROFILE_POINT_H
#define CONFIG_PROFILE_POINT_H

#include "config/profile.h"
#include "config/schema.h"

/* What a profile says once for all its points. */
struct cfg_point_frame {
    uint8_t protocol;     /* enum cfg_protocol */
    struct cfg_oid root;  /* SNMP: of OIDs that do not begin with 1.3.6.1 */
    uint8_t function;     /* Modbus: enum cfg_function */
    bool low_word_first;  /* Modbus */
    uint8_t first_number; /* Modbus: 0 or 1, how its registers are numbered */
};

/* Keys of one point, for the profile file's table and the man page's test. */
extern const struct cfg_table cfg_table_point;
/* Words of the key `function`, NULL-terminated; enum cfg_function is index + 1. */
extern const char *const cfg_words_function[];

/* Appends the points of group.points to `points`, which has room for CFG_POINTS_MAX and holds
 * *count. Everything behind a point lives in the source's arena. */
void cfg_points_read(struct cfg_source *source, config_setting_t *group,
                     const struct cfg_point_frame *frame, struct cfg_point *points,
                     unsigned *count);

#endif
