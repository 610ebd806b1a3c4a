/* SPDX-License-Identifier: Apache-2.0 */
/* How far the data of the service on this host has come: runs the site's own command once a second
 * and keeps the number it prints. It compares nothing; the engine does. agent.c owns it. */
#ifndef MONITORD_AGENT_POSITION_H
#define MONITORD_AGENT_POSITION_H

#include "config/site.h"
#include "monitord/agent/child.h"

#define MD_POSITION_INTERVAL_MS 1000
#define MD_POSITION_TIMEOUT_US (5 * FO_SECOND)
#define MD_POSITION_STALE_US (15 * FO_SECOND) /* an older number is no statement: 0, unknown */

/* On the loop, when the position changes (0: unknown). */
typedef void (*md_position_callback)(void *context, uint64_t position);

struct md_position {
    const char *command; /* NULL: none; then it stays 0 */
    struct md_child child;
    uv_timer_t timer;
    uint64_t position;
    fo_us read_us; /* of the newest number */
    uint64_t failed;
    bool closing;
    md_position_callback callback;
    void *context;
};

/* Reads one unsigned decimal number, blanks around it allowed; false for anything else, for 0 and
 * for what does not fit. Pure. */
bool md_position_parse(const char *text, uint64_t *position);
/* command outlives the object. False when the kernel has no handle left. */
bool md_position_start(struct md_position *position, uv_loop_t *loop, const char *command,
                       md_position_callback callback, void *context);
/* No callback after this; ends a running command. The loop must run until the handles are closed.
 */
void md_position_close(struct md_position *position);

#endif
