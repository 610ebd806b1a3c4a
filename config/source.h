/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration file while it is being read: its parsed settings, where findings about it go,
 * and the memory of the result. It knows no key; schema.c and the decode rooms read from it. */
#ifndef CONFIG_SOURCE_H
#define CONFIG_SOURCE_H

#include "config/arena.h"
#include "config/diagnostic.h"

#include <libconfig.h>

#define CFG_FILE_MAX (1024 * 1024) /* bytes of one file: thousands of devices */
#define CFG_DEPTH_MAX 12           /* braces, brackets and parentheses inside each other */

struct cfg_source {
    const char *file; /* as given by the caller; must outlive the source */
    config_t config;
    struct cfg_findings *findings;
    struct cfg_arena *arena; /* room for `reserve` bytes and every text of the file */
};

/* Reads and parses. False when nothing can be decoded (not readable, too large, not text, syntax):
 * the finding is added, nothing is left to close and arena is NULL. On success the caller closes
 * the source and owns the arena. */
bool cfg_source_open(struct cfg_source *source, const char *file, size_t reserve,
                     struct cfg_findings *findings);
/* The same from a text in memory, which is called `file` in findings. */
bool cfg_source_read(struct cfg_source *source, const char *file, const char *text, size_t length,
                     size_t reserve, struct cfg_findings *findings);
void cfg_source_close(struct cfg_source *source);

/* A finding about a setting, at its line and under its path ("ups[0].interval"). `key` names a
 * member that may be missing: its line when it is there, else the line of the setting; NULL for the
 * setting itself. setting NULL means the file as a whole. */
void cfg_error_at(struct cfg_source *source, config_setting_t *setting, const char *key,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));
void cfg_warning_at(struct cfg_source *source, config_setting_t *setting, const char *key,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A member of a group or NULL; group may be NULL. */
config_setting_t *cfg_member(config_setting_t *group, const char *key);
/* Line of a member when it is there, else of the group; 0 for NULL. */
int cfg_line_at(config_setting_t *group, const char *key);

#endif
