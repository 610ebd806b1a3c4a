/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of scaling and sentinels, from the tables of the MIBs and GenComm. */
#include "probes/scale.h"

#include <criterion/criterion.h>

#define WHOLE ((struct cfg_scale){1000, 1})
#define TENTHS ((struct cfg_scale){100, 1})

Test(scale, raw_numbers_become_thousandths_of_their_unit)
{
    static const struct {
        enum fo_variable variable;
        int64_t raw;
        struct cfg_scale scale;
        int64_t milli;
    } cases[] = {
        {FO_VAR_BATTERY_RUNTIME, 31, {60000, 1}, 1860000},      /* minutes */
        {FO_VAR_BATTERY_RUNTIME, 10976200, {10, 1}, 109762000}, /* TimeTicks */
        {FO_VAR_BATTERY_VOLTAGE, 2746, {100, 1}, 274600},       /* 0.1 V */
        {FO_VAR_BATTERY_CURRENT, -214, {100, 1}, -21400},       /* signed */
        {FO_VAR_BATTERY_CHARGE, 51200, {1000, 512}, 100000},    /* binary fractions */
        {FO_VAR_INPUT_FREQUENCY, 499, {100, 1}, 49900},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fo_value value =
            pb_value_raw(cases[i].variable, cases[i].raw, cases[i].scale, CFG_MISSING_NONE);
        cr_assert_eq(value.milli, cases[i].milli, "case %zu", i);
        cr_assert_eq(value.quality, FO_GOOD);
        cr_assert_eq(value.reason, FO_REASON_NONE);
        cr_assert_eq(value.variable, cases[i].variable);
    }
}

Test(scale, a_sentinel_is_absent_and_never_a_number)
{
    static const struct {
        enum cfg_missing kind;
        int64_t raw;
        bool sentinel;
    } cases[] = {
        {CFG_MISSING_COUNT, 65535, true},
        {CFG_MISSING_COUNT, 4294967295, true},
        {CFG_MISSING_COUNT, -1, true},
        {CFG_MISSING_COUNT, 655350, true},
        {CFG_MISSING_COUNT, 0, false},
        {CFG_MISSING_COUNT, 65533, false},
        {CFG_MISSING_SIGNED, -1, false},
        {CFG_MISSING_SIGNED, 32767, true},
        {CFG_MISSING_SIGNED, -32768, true},
        {CFG_MISSING_TEMPERATURE, -273, true},
        {CFG_MISSING_TEMPERATURE, -20, false},
        {CFG_MISSING_TEMPERATURE, 65535, true},
        {CFG_MISSING_GENCOMM_U16, 0xffff, true},
        {CFG_MISSING_GENCOMM_U16, 0xfff8, true},
        {CFG_MISSING_GENCOMM_U16, 0xfff7, false},
        {CFG_MISSING_GENCOMM_S16, 0x7fff, true},
        {CFG_MISSING_GENCOMM_S16, 0x7ff7, false},
        {CFG_MISSING_GENCOMM_S16, -1, false},
        {CFG_MISSING_GENCOMM_U32, 0xffffffff, true},
        {CFG_MISSING_GENCOMM_U32, 0xffff, false},
        {CFG_MISSING_GENCOMM_S32, 0x7ffffff8, true},
        {CFG_MISSING_GENCOMM_S32, -1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert_eq(pb_scale_is_sentinel(cases[i].kind, cases[i].raw), cases[i].sentinel,
                     "case %zu", i);
    }
    struct fo_value value = pb_value_raw(FO_VAR_BATTERY_RUNTIME, 65535,
                                         (struct cfg_scale){60000, 1}, CFG_MISSING_COUNT);
    cr_assert_eq(value.quality, FO_ABSENT);
    cr_assert_eq(value.reason, FO_REASON_SENTINEL);
}

Test(scale, what_no_device_can_mean_is_suspect)
{
    struct fo_value value = pb_value_raw(FO_VAR_INPUT_VOLTAGE, 2300, WHOLE, CFG_MISSING_COUNT);
    cr_assert_eq(value.quality, FO_SUSPECT);
    cr_assert_eq(value.reason, FO_REASON_IMPLAUSIBLE);
    cr_assert_eq(value.milli, 2300000);
    value = pb_value_raw(FO_VAR_INPUT_VOLTAGE, INT64_MAX, TENTHS, CFG_MISSING_NONE);
    cr_assert_eq(value.quality, FO_ABSENT);
    cr_assert_eq(value.reason, FO_REASON_IMPLAUSIBLE);
}
