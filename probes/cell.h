/* SPDX-License-Identifier: Apache-2.0 */
/* The newest raw number of one point of a profile, or why there is none. Declarations only; the
 * maps of both protocols fill them, assemble.c reads them. */
#ifndef PROBES_CELL_H
#define PROBES_CELL_H

#include <stdbool.h>
#include <stdint.h>

struct pb_cell {
    int64_t raw;
    uint16_t reason; /* why it is not known: enum fo_reason */
    bool known;      /* raw is an answer of this poll or of the one before */
    bool due;        /* to be asked in this poll */
    bool gone;       /* the device does not have it */
    bool extra_zero; /* SNMP: answered with one more .0 at the end of its OID */
    bool fraction;   /* raw counts thousandths: it came as a text with a point, or as a float */
};

#endif
