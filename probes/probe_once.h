/* SPDX-License-Identifier: Apache-2.0 */
/* One poll of one power device, told in full: for `monitord --probe NAME` and whoever compares a
 * device with its manual. It starts no other probe and keeps nothing afterwards. */
#ifndef PROBES_PROBE_ONCE_H
#define PROBES_PROBE_ONCE_H

#include "config/site.h"
#include "probes/driver.h"

#include <uv.h>

struct pb_probe_row {
    struct fo_value value; /* value.variable; quality and reason say what did not answer */
    struct pb_trace trace; /* empty source: put together from several, or never asked */
};
struct pb_probe_report {
    struct fo_reading
        reading;         /* device index 0; FO_ABSENT: the device could not be read, and why */
    const char *profile; /* NULL: none was found. Lives as long as the site's profiles */
    const char *profile_title;
    bool profile_seen;  /* false: written from documents, never read from a device */
    bool profile_found; /* true: found by asking ("auto"); false: named by the site file */
    char found_by[112]; /* the object that proves the profile, when profile_found */
    fo_us took_us;
    unsigned count; /* rows, in the order of enum fo_variable */
    struct pb_probe_row rows[FO_VARIABLES_MAX];
};
/* The report lives only during the call. */
typedef void (*pb_probe_callback)(void *context, const struct pb_probe_report *report);

struct pb_probe;
/* The callback comes exactly once, later than this call, and all handles are closed by then: a loop
 * with nothing else in it ends. NULL when out of memory. device must live until then. */
struct pb_probe *pb_probe_once(uv_loop_t *loop, const struct cfg_device *device,
                               pb_probe_callback callback, void *context);

#endif
