/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the kinds of faults (see fault.h), for reports only. */
#include "sim/storm/fault.h"

static const char *const names[] = {
#define X(id, name) name,
    STORM_FAULT_KINDS(X)
#undef X
};

const char *storm_fault_name(unsigned kind)
{
    return kind < STORM_FAULT_COUNT ? names[kind] : "?";
}
