/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of scaling and sentinels, from the tables of the MIBs and GenComm. */
#include "probes/scale.h"

#include <criterion/criterion.h>

#define WHOLE ((struct pb_scale){1000, 1})
#define TENTHS ((struct pb_scale){100, 1})

Test(scale, raw_numbers_become_thousandths_of_their_unit)
{
    static const struct {
        enum fo_variable variable;
        int64_t raw;
        struct pb_scale scale;
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
            pb_value_raw(cases[i].variable, cases[i].raw, cases[i].scale, PB_SENTINELS_NONE);
        cr_assert_eq(value.milli, cases[i].milli, "case %zu", i);
        cr_assert_eq(value.quality, FO_GOOD);
        cr_assert_eq(value.reason, FO_REASON_NONE);
        cr_assert_eq(value.variable, cases[i].variable);
    }
}

Test(scale, a_sentinel_is_absent_and_never_a_number)
{
    static const struct {
        enum pb_sentinels kind;
        int64_t raw;
        bool sentinel;
    } cases[] = {
        {PB_SENTINELS_COUNT, 65535, true},
        {PB_SENTINELS_COUNT, 4294967295, true},
        {PB_SENTINELS_COUNT, -1, true},
        {PB_SENTINELS_COUNT, 655350, true},
        {PB_SENTINELS_COUNT, 0, false},
        {PB_SENTINELS_COUNT, 65533, false},
        {PB_SENTINELS_SIGNED, -1, false},
        {PB_SENTINELS_SIGNED, 32767, true},
        {PB_SENTINELS_SIGNED, -32768, true},
        {PB_SENTINELS_TEMPERATURE, -273, true},
        {PB_SENTINELS_TEMPERATURE, -20, false},
        {PB_SENTINELS_TEMPERATURE, 65535, true},
        {PB_SENTINELS_GENCOMM_U16, 0xffff, true},
        {PB_SENTINELS_GENCOMM_U16, 0xfff8, true},
        {PB_SENTINELS_GENCOMM_U16, 0xfff7, false},
        {PB_SENTINELS_GENCOMM_S16, 0x7fff, true},
        {PB_SENTINELS_GENCOMM_S16, 0x7ff7, false},
        {PB_SENTINELS_GENCOMM_S16, -1, false},
        {PB_SENTINELS_GENCOMM_U32, 0xffffffff, true},
        {PB_SENTINELS_GENCOMM_U32, 0xffff, false},
        {PB_SENTINELS_GENCOMM_S32, 0x7ffffff8, true},
        {PB_SENTINELS_GENCOMM_S32, -1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert_eq(pb_scale_is_sentinel(cases[i].kind, cases[i].raw), cases[i].sentinel,
                     "case %zu", i);
    }
    struct fo_value value = pb_value_raw(FO_VAR_BATTERY_RUNTIME, 65535, (struct pb_scale){60000, 1},
                                         PB_SENTINELS_COUNT);
    cr_assert_eq(value.quality, FO_ABSENT);
    cr_assert_eq(value.reason, FO_REASON_SENTINEL);
}

Test(scale, what_no_device_can_mean_is_suspect)
{
    struct fo_value value = pb_value_raw(FO_VAR_INPUT_VOLTAGE, 2300, WHOLE, PB_SENTINELS_COUNT);
    cr_assert_eq(value.quality, FO_SUSPECT);
    cr_assert_eq(value.reason, FO_REASON_IMPLAUSIBLE);
    cr_assert_eq(value.milli, 2300000);
    value = pb_value_raw(FO_VAR_INPUT_VOLTAGE, INT64_MAX, TENTHS, PB_SENTINELS_NONE);
    cr_assert_eq(value.quality, FO_ABSENT);
    cr_assert_eq(value.reason, FO_REASON_IMPLAUSIBLE);
}
