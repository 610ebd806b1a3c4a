/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the eye: what a reader must see first among incidents, services and devices. Pure;
 * panels, plain lines and the choice of the selected incident use it. */
#ifndef MONITORD_CONSOLE_RANKING_H
#define MONITORD_CONSOLE_RANKING_H

#include <jansson.h>
#include <stdbool.h>

#define MD_RANKED_MAX 64

/* Fills order with the incidents of the status: open and unacknowledged first, then open, then
 * recovered; within each the most severe, then the newest. Returns how many (at most most). */
size_t md_rank_incidents(const json_t *status, const json_t *order[], size_t most);
/* The entries of an array: down, unknown, degraded, ok; as listed within each. */
size_t md_rank_by_state(const json_t *array, const json_t *order[], size_t most);
/* Whether it calls for somebody: open, and nobody has acknowledged it. */
bool md_incident_calls(const json_t *incident);

/* The incident with the id `selected` (NULL: none) while it is listed, else the first; NULL: none.
 */
const json_t *md_rank_selected(const json_t *status, const char *selected);

#endif
