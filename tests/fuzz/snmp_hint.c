/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reading of SNMP notifications: whatever comes, an answer is given only to a whole
 * inform, and it is the same message with one byte changed, which is no inform any more. Run by
 * tests/fuzz/run. */
#include "probes/snmp_hint.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (pb_snmp_hint_read(data, size) != PB_HINT_INFORM) {
        return 0;
    }
    uint8_t *copy = malloc(size);
    size_t changed = 0;
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    pb_snmp_hint_confirm(copy, size);
    for (size_t i = 0; i < size; i++) {
        changed += copy[i] != data[i];
    }
    if (changed != 1 || pb_snmp_hint_read(copy, size) != PB_HINT_NONE ||
        pb_snmp_hint_read(data, size - 1) != PB_HINT_NONE) {
        abort();
    }
    free(copy);
    return 0;
}
