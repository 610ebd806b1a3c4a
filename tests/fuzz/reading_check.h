/* SPDX-License-Identifier: Apache-2.0 */
/* What must be true of every reading, whatever a device has said; and the shipped profiles, read
 * once, for the targets that walk them. The fuzz targets of both maps include it. */
#ifndef TESTS_FUZZ_READING_CHECK_H
#define TESTS_FUZZ_READING_CHECK_H

#include "failover/event.h"
#include "failover/reason.h"
#include "tests/lib/profiles.h"

static inline void reading_check(const struct fo_reading *reading)
{
    bool had[FO_VARIABLE_COUNT] = {false};

    if (reading->count > FO_VARIABLES_MAX || reading->quality > FO_ABSENT) {
        abort();
    }
    for (unsigned i = 0; i < reading->count; i++) {
        const struct fo_value *value = &reading->values[i];
        if (value->variable >= FO_VARIABLE_COUNT || value->quality > FO_ABSENT ||
            had[value->variable]) {
            abort(); /* one word about a variable */
        }
        had[value->variable] = true;
        if (value->quality == FO_GOOD) {
            if (value->reason != 0 ||
                !fo_variable_plausible((enum fo_variable)value->variable, value->milli)) {
                abort(); /* a number nobody could believe is never good */
            }
        } else if (value->reason == 0) {
            abort(); /* unknown has its reason */
        }
    }
}

/* One of the shipped profiles of a protocol, by any number. */
static inline const struct cfg_profile *profile_by(unsigned number, uint8_t protocol)
{
    const struct cfg_profiles *all = test_profiles();
    const struct cfg_profile *fitting[CFG_PROFILES_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < cfg_profiles_count(all); i++) {
        if (cfg_profiles_at(all, i)->protocol == protocol) {
            fitting[count++] = cfg_profiles_at(all, i);
        }
    }
    return fitting[number % count];
}

/* The fuzzer's bytes, one after the other; zeroes behind the last. */
struct bytes {
    const uint8_t *at, *end;
};
static inline uint8_t take_byte(struct bytes *bytes)
{
    return bytes->at < bytes->end ? *bytes->at++ : 0;
}
static inline uint32_t take_word(struct bytes *bytes)
{
    uint32_t high = take_byte(bytes);
    return high << 8 | take_byte(bytes);
}

#endif
