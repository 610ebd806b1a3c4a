/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated UPS of the power benchmark, as an SNMP agent without a socket. */
#ifndef TESTS_BENCH_POWER_FARM_UPS_H
#define TESTS_BENCH_POWER_FARM_UPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FARM_FRAME_MAX 1500

struct farm_ups {
    bool battery, low;
    bool storm;           /* six or eight alarms, others every second */
    double since;         /* on battery, unix time */
    unsigned long alarms; /* rows of the alarm table it has told so far */
};
/* An answer is written backwards from the end of the buffer: lengths are known then. It is
 * bytes[at] up to the end. */
struct farm_pen {
    uint8_t bytes[FARM_FRAME_MAX];
    size_t at;
};
/* The answer of UPS `index` to an SNMP v1 or v2c request; false when the frame is none. */
bool farm_ups_answer(struct farm_ups *ups, unsigned index, double now, uint8_t *frame,
                     size_t length, struct farm_pen *pen);

#endif
