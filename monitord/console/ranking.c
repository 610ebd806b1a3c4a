/* SPDX-License-Identifier: Apache-2.0 */
/* Sorts what the status lists by what a person must see first. It owns the order and nothing else;
 * insertion sorts, because lists are short and equal entries must stay in the site's order. */
#include "monitord/console/ranking.h"

#include "monitord/fact.h"

#include <string.h>

bool md_incident_calls(const json_t *incident)
{
    return strcmp(md_fact_text(incident, "state"), "open") == 0 &&
           md_fact_text(incident, "acked_by")[0] == '\0';
}

static int incident_rank(const json_t *incident)
{
    bool open = strcmp(md_fact_text(incident, "state"), "open") == 0;
    int severity = (int)md_fact_number(incident, "severity", 4);

    return (md_incident_calls(incident) ? 0 : open ? 100 : 200) + severity;
}

static int state_rank(const json_t *entry)
{
    const char *state = md_fact_text(entry, "state");

    return strcmp(state, "down") == 0       ? 0
           : strcmp(state, "unknown") == 0  ? 1
           : strcmp(state, "degraded") == 0 ? 2
                                            : 3;
}

static void insert(const json_t *order[], size_t count, const json_t *entry,
                   int (*rank)(const json_t *))
{
    size_t place = count;

    while (place > 0 && rank(order[place - 1]) > rank(entry)) {
        order[place] = order[place - 1];
        place--;
    }
    order[place] = entry;
}

size_t md_rank_incidents(const json_t *status, const json_t *order[], size_t most)
{
    const json_t *incidents = json_object_get(status, "incidents");
    size_t count = 0;

    for (size_t i = json_array_size(incidents); i > 0 && count < most; i--) { /* newest is last */
        insert(order, count++, json_array_get(incidents, i - 1), incident_rank);
    }
    return count;
}

size_t md_rank_by_state(const json_t *array, const json_t *order[], size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(array) && count < most; i++) {
        insert(order, count++, json_array_get(array, i), state_rank);
    }
    return count;
}

const json_t *md_rank_selected(const json_t *status, const char *selected)
{
    const json_t *order[MD_RANKED_MAX];
    size_t count = md_rank_incidents(status, order, MD_RANKED_MAX);

    for (size_t i = 0; i < count && selected != NULL; i++) {
        if (strcmp(md_fact_text(order[i], "id"), selected) == 0) {
            return order[i];
        }
    }
    return count > 0 ? order[0] : NULL;
}
