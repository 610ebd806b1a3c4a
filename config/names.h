/* SPDX-License-Identifier: Apache-2.0 */
/* Names inside one file: sets of them as written, their resolution to indices, and the nearest name
 * for a hint. */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include "config/source.h"

#include <stdint.h>

#define CFG_TEXTS_MAX 32 /* elements of one array of texts; no list in a site is longer */

struct cfg_texts {
    uint8_t count;
    const char *items[CFG_TEXTS_MAX];
};

/* Names: `first` is an array of `count` structs of `stride` bytes that begin with a const char *
 * (NULL entries never match). Index, or FO_NONE. */
uint8_t cfg_name_find(const void *first, size_t stride, unsigned count, const char *name);
/* A finding at group.key when name is already among the first `count`. */
void cfg_name_unique(struct cfg_source *source, config_setting_t *group, const char *key,
                     const void *first, size_t stride, unsigned count, const char *name);
/* The indices named by the array of texts group.key as bits; a finding with the nearest name for
 * each that does not exist ("no %what of this name"). count <= 64. */
uint64_t cfg_names_resolve(struct cfg_source *source, config_setting_t *group, const char *key,
                           const struct cfg_texts *texts, const void *first, size_t stride,
                           unsigned count, const char *what);
/* The index of one name written at group.key, a text or an array that holds it; FO_NONE with the
 * same finding when it does not exist, without one when name is NULL. */
uint8_t cfg_name_resolve(struct cfg_source *source, config_setting_t *group, const char *key,
                         const char *name, const void *first, size_t stride, unsigned count,
                         const char *what);
/* Letters to change, add, leave out or swap to make b of a; counts at most up to 64. */
unsigned cfg_edit_distance(const char *a, const char *b);

/* Keeps in *best the candidate nearest to name, if it is near enough to be a slip of the hand.
 * Start with *best NULL and *distance 64. */
void cfg_name_offer(const char *name, const char *candidate, const char **best, unsigned *distance);

#endif
