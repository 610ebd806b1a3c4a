/* SPDX-License-Identifier: Apache-2.0 */
/* What the control socket's server asks of the daemon behind it. It owns nothing; the app fills it,
 * control.c and the making of the status's text call by it. */
#ifndef MONITORD_CONTROL_HOOKS_H
#define MONITORD_CONTROL_HOOKS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct md_control_hooks {
    /* The status object; new reference. Its last key is "power", an empty list. */
    json_t *(*status)(void *context);
    /* One device for that list; new reference, NULL behind the last one. */
    json_t *(*device)(void *context, unsigned number);
    /* Any order but "status" and "watch". Returns the answer (new reference); when *ticket is not 0
     * it is held until synced() says that the journal has it, and goes with "journalled":false when
     * that takes too long. */
    json_t *(*order)(void *context, uid_t uid, const json_t *request, uint64_t *ticket);
    bool (*synced)(void *context, uint64_t ticket);
    void *context;
};

#endif
