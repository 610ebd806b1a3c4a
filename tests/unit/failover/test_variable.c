/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the catalogue of variables. */
#include "failover/variable.h"

#include <criterion/criterion.h>

Test(variable, each_name_is_found_again_as_its_own_variable)
{
    for (int i = 0; i < FO_VARIABLE_COUNT; i++) {
        cr_assert_eq(fo_variable_find(fo_variable_name((enum fo_variable)i)), i);
        cr_assert_not_null(fo_variable_unit((enum fo_variable)i));
    }
    cr_assert_eq(fo_variable_find("battery.charg"), FO_VARIABLE_COUNT);
    cr_assert_eq(fo_variable_find("battery.charges"), FO_VARIABLE_COUNT);
    cr_assert_eq(fo_variable_find(""), FO_VARIABLE_COUNT);
}

Test(variable, names_and_units_are_those_of_rfc_9271)
{
    cr_assert_str_eq(fo_variable_name(FO_VAR_BATTERY_CHARGE), "battery.charge");
    cr_assert_str_eq(fo_variable_unit(FO_VAR_BATTERY_CHARGE), "%");
    cr_assert_str_eq(fo_variable_unit(FO_VAR_UPS_STATUS), "");
}

Test(variable, a_value_outside_its_range_is_not_plausible)
{
    cr_assert(fo_variable_plausible(FO_VAR_BATTERY_CHARGE, 0));
    cr_assert(fo_variable_plausible(FO_VAR_BATTERY_CHARGE, 100000));
    cr_assert_not(fo_variable_plausible(FO_VAR_BATTERY_CHARGE, 100001));
    cr_assert_not(fo_variable_plausible(FO_VAR_BATTERY_CHARGE, -1));
    cr_assert(fo_variable_plausible(FO_VAR_UPS_STATUS, INT64_MAX));
}

Test(variable, flags_and_states_have_the_words_of_nut)
{
    cr_assert_str_eq(fo_ups_token_name(FO_UPS_BIT_OL), "OL");
    cr_assert_str_eq(fo_ups_token_name(FO_UPS_BIT_ALARM), "ALARM");
    cr_assert_eq(FO_UPS(OB), 2);
    cr_assert_str_eq(fo_generator_status_name(FO_GEN_LOADED), "loaded");
    cr_assert_str_eq(fo_generator_mode_name(FO_GEN_MODE_AUTO), "auto");
    cr_assert_str_eq(fo_transfer_source_name(FO_SOURCE_MAINS), "mains");
}

Test(variable, every_alarm_has_a_name_and_the_bits_are_those_of_rfc_1628)
{
    cr_assert_eq(FO_UPS_ALARM_COUNT, 24);
    cr_assert_eq(FO_UPS_ALARM_COMMUNICATIONS_LOST, 20 - 1);
    for (int i = 0; i < FO_UPS_ALARM_COUNT; i++) {
        cr_assert_not_null(fo_ups_alarm_name((enum fo_ups_alarm)i));
    }
    for (int i = 0; i < FO_GENERATOR_ALARM_COUNT; i++) {
        cr_assert_not_null(fo_generator_alarm_name((enum fo_generator_alarm)i));
    }
    for (int i = 0; i < FO_ROOM_CONTACT_COUNT; i++) {
        cr_assert_not_null(fo_room_contact_name((enum fo_room_contact)i));
    }
    cr_assert_str_eq(fo_room_contact_name(FO_ROOM_CONTACT_WATER), "water");
    cr_assert_str_eq(fo_ups_alarm_name(FO_UPS_ALARM_ON_BATTERY), "on_battery");
    cr_assert_str_eq(fo_generator_alarm_name(FO_GENERATOR_ALARM_FAIL_TO_START), "fail_to_start");
}

Test(variable, what_may_be_below_zero_has_its_own_lowest)
{
    cr_assert(fo_variable_plausible(FO_VAR_AMBIENT_TEMPERATURE, -5000));
    cr_assert_not(fo_variable_plausible(FO_VAR_AMBIENT_TEMPERATURE, -273000));
}
