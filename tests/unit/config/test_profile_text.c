/* SPDX-License-Identifier: Apache-2.0 */
/* The small languages inside a profile. */
#include "config/profile_text.h"

#include <criterion/criterion.h>

Test(profile_text, an_oid_is_dotted_numbers_and_a_mark_for_the_line)
{
    struct cfg_oid oid;
    cr_assert(cfg_oid_parse("1.3.6.1.4294967295.0", 0, &oid));
    cr_assert_eq(oid.length, 6);
    cr_assert_eq(oid.arcs[4], 4294967295u);
    cr_assert(cfg_oid_parse("2.2.1.3.#.#", 3, &oid));
    cr_assert_eq(oid.arcs[4], 3);
    cr_assert_eq(oid.arcs[5], 3);
    static const char *const bad[] = {"",     ".1", "1.",         "1..2",        "1.a",  "1.3.#",
                                      "1 .2", "-1", "4294967296", "99999999999", "1.3.", "#"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(cfg_oid_parse(bad[i], 0, &oid), "%s", bad[i]);
    }
    cr_assert(cfg_oid_parse("1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", 0, &oid));
    cr_assert_not(cfg_oid_parse("1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", 0, &oid));
}

Test(profile_text, a_scale_is_an_exact_fraction)
{
    static const struct {
        const char *text;
        int32_t multiply, divide;
    } cases[] = {
        {"1", 1000, 1},     {"0.1", 100, 1}, {"0.01", 10, 1},    {"60", 60000, 1},
        {"1/512", 125, 64}, {"0.001", 1, 1}, {"6.895", 6895, 1}, {"1/3", 1000, 3},
    };
    struct cfg_scale scale;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert(cfg_scale_parse(cases[i].text, &scale), "%s", cases[i].text);
        cr_assert_eq(scale.multiply, cases[i].multiply, "%s", cases[i].text);
        cr_assert_eq(scale.divide, cases[i].divide, "%s", cases[i].text);
    }
    static const char *const bad[] = {"",   "0",  "-1",  "0.0001",     "1/0",
                                      "1/", "/2", "1e3", "9999999999", "."};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(cfg_scale_parse(bad[i], &scale), "%s", bad[i]);
    }
}

Test(profile_text, thousandths_are_exact)
{
    int64_t milli;
    cr_assert(cfg_milli_parse("-40", &milli));
    cr_assert_eq(milli, -40000);
    cr_assert(cfg_milli_parse("0.125", &milli));
    cr_assert_eq(milli, 125);
    cr_assert_not(cfg_milli_parse("0.1255", &milli));
    cr_assert_not(cfg_milli_parse("12V", &milli));
    cr_assert_not(cfg_milli_parse("", &milli));
}

Test(profile_text, a_state_matches_a_number_a_bit_or_a_field_of_bits)
{
    struct cfg_state state;
    char wrong[120];
    cr_assert_null(cfg_state_parse(FO_VAR_UPS_STATUS, "5=OB DISCHRG", &state, wrong));
    cr_assert_eq(state.mask, -1);
    cr_assert_eq(state.match, 5);
    cr_assert_eq(state.bits, FO_UPS(OB) | FO_UPS(DISCHRG));
    cr_assert_null(cfg_state_parse(FO_VAR_UPS_STATUS, "bit 3=BYPASS", &state, wrong));
    cr_assert_eq(state.mask, 8);
    cr_assert_eq(state.match, 8);
    cr_assert_null(cfg_state_parse(FO_VAR_GENERATOR_MODE, "mask 0x0c 0x04=auto", &state, wrong));
    cr_assert_eq(state.mask, 12);
    cr_assert_eq(state.match, 4);
    cr_assert_eq(state.bits, FO_GEN_MODE_AUTO);
    cr_assert_null(cfg_state_parse(FO_VAR_UPS_STATUS, "1=", &state, wrong));
    cr_assert_eq(state.bits, 0);
    cr_assert_null(cfg_state_parse(FO_VAR_UPS_STATUS, "2=card_lost", &state, wrong));
    cr_assert_eq(state.bits, CFG_STATE_CARD_LOST);
    cr_assert_null(cfg_state_parse(FO_VAR_TRANSFER_SOURCE, "-1=none", &state, wrong));
    cr_assert_eq(state.match, -1);
}

Test(profile_text, a_word_that_is_no_state_is_named)
{
    struct cfg_state state;
    char wrong[120];
    cr_assert_str_eq(cfg_state_parse(FO_VAR_UPS_STATUS, "5=OB ONBAT", &state, wrong),
                     "\"ONBAT\" is not a state of ups.status");
    cr_assert_not_null(cfg_state_parse(FO_VAR_GENERATOR_MODE, "5=auto manual", &state, wrong));
    cr_assert_not_null(cfg_state_parse(FO_VAR_GENERATOR_MODE, "5=", &state, wrong));
    static const char *const bad[] = {"OL",     "=OL",       "x=OL",  "bit 63=OL",
                                      "bit=OL", "mask 3=OL", "5 =OL", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not_null(cfg_state_parse(FO_VAR_UPS_STATUS, bad[i], &state, wrong), "%s", bad[i]);
    }
}
