/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the site's position command and parses its number. It owns the command's place and the
 * newest number; a command that hangs is ended and counts as unknown in time. */
#include "monitord/agent/position.h"

#include "failover/assert.h"
#include "probes/clock.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool md_position_parse(const char *text, uint64_t *position)
{
    char *end = NULL;
    while (isspace((unsigned char)*text)) {
        text++;
    }
    if (!isdigit((unsigned char)*text)) {
        return false; /* strtoull would take a sign */
    }
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    while (isspace((unsigned char)*end)) {
        end++;
    }
    if (errno != 0 || *end != '\0' || value == 0) {
        return false;
    }
    *position = value;
    return true;
}

static void change_to(struct md_position *position, uint64_t value)
{
    if (position->position != value) {
        position->position = value;
        position->callback(position->context, value);
    }
}

static void on_child_end(void *context, const struct md_child_result *result)
{
    struct md_position *position = context;
    uint64_t value = 0;
    if (position->closing) {
        md_child_close(&position->child);
        return;
    }
    if (result->end == MD_CHILD_EXITED && result->status == 0 &&
        md_position_parse(result->output, &value)) {
        position->read_us = pb_clock_us();
        change_to(position, value);
    } else {
        position->failed++;
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct md_position *position = timer->data;
    if (position->position != 0 && pb_clock_us() - position->read_us > MD_POSITION_STALE_US) {
        change_to(position, 0);
    }
    if (!position->child.running &&
        !md_child_start(&position->child, position->command, "", 0, MD_POSITION_TIMEOUT_US, true)) {
        position->failed++;
    }
}

bool md_position_start(struct md_position *position, uv_loop_t *loop, const char *command,
                       md_position_callback callback, void *context)
{
    memset(position, 0, sizeof *position);
    position->command = command;
    position->callback = callback;
    position->context = context;
    int result = uv_timer_init(loop, &position->timer);
    FO_ASSERT(result == 0);
    position->timer.data = position;
    if (!md_child_init(&position->child, loop, on_child_end, position)) {
        uv_close((uv_handle_t *)&position->timer, NULL);
        return false;
    }
    if (command != NULL) {
        uv_timer_start(&position->timer, on_timer, 0, MD_POSITION_INTERVAL_MS);
    }
    return true;
}

void md_position_close(struct md_position *position)
{
    position->closing = true;
    uv_close((uv_handle_t *)&position->timer, NULL);
    if (position->child.running) {
        md_child_stop(&position->child);
    } else {
        md_child_close(&position->child);
    }
}
