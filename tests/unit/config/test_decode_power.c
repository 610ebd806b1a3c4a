/* SPDX-License-Identifier: Apache-2.0 */
/* Power devices as typed from their rating plates: what is wrong with one is said at its line. */
#include "tests/unit/config/site_text.h"

Test(decode_power, the_good_text_has_no_error)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    cr_assert(text_accepted(SITE_TEXT, false, findings));
    cr_assert_eq(findings->count, 1); /* the risk of when_alone, and no other */
    cr_assert_str_eq(findings->list[0].path, "site.when_alone");
    free(findings);
}

Test(decode_power, a_defect_of_a_device_is_found_at_its_line)
{
    static const struct defect defects[] = {
        {"driver = \"snmp\"; address = \"192.0.2.11:161\";",
         "driver = \"snmpp\"; address = \"192.0.2.11:161\";", "ups-a", "ups[0].driver",
         "do you mean \"snmp\"?", false},
        {"driver = \"modbus-tcp\"", "driver = \"modbus-rtu\"", "gen-1", "generators[0].driver",
         "not supported by this version", false},
        {"version = \"2c\"", "version = \"3\"", "version", "ups[0].snmp.version",
         "not supported by this version", false},
        {"version = \"2c\"", "version = \"4\"", "version", "ups[0].snmp.version",
         "must be one of \"1\", \"2c\", \"3\"", false},
        {"snmp = { community = \"public\"; };", "", "ups-b", "ups[1].snmp", "is missing", false},
        {"snmp = { community", "snmp = { version = \"2\"; community", "\"2\"",
         "ups[1].snmp.version", "do you mean", false},
        {"unit = 1;", "unit = 1; intreval = \"1s\";", "gen-1", "generators[0].intreval",
         "do you mean \"interval\"?", false},
        {"unit = 1", "unit = 256", "gen-1", "generators[0].unit", "must be 0 … 255", false},
        {"unit = 1", "snmp = { community = \"x\"; }", "gen-1", "generators[0].snmp",
         "means nothing", false},
        {"address = \"192.0.2.11:161\";", "address = \"192.0.2.11:161\"; unit = 3;", "ups-a",
         "ups[0].unit", "means nothing", false},
        {"profile = \"deepsea-gencomm\";", "", "gen-1", "generators[0].profile",
         "there is \"deepsea-gencomm\"", false},
        {"profile = \"deepsea-gencomm\";", "profile = \"auto\";", "profile",
         "generators[0].profile", "does not suit a generator by modbus-tcp", false},
        {"profile = \"transfer-switch-contacts\"", "profile = \"rfc1628\"", "rfc1628",
         "transfer_switches[0].profile", "there is \"transfer-switch-contacts\"", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; profile = \"deepsea-gencomm\";", "ups-a",
         "ups[0].profile", "does not suit a UPS by snmp", false},
        {"192.0.2.11:161", "192.0.2.11", "ups-a", "ups[0].address", "has no port", false},
        {"192.0.2.11:161", "ups.example.jp:161", "ups-a", "ups[0].address",
         "is not a numeric address", false},
        {"\"ats-1\"", "\"ats 1\"", "ats 1", "transfer_switches[0].name", "is not a name", false},
        {"192.0.2.12:161", "192.0.2.11:161", "ups-b", "ups[1].address",
         "is already the address of \"ups-a\"", false},
        {"192.0.2.22:502", "192.0.2.21:502", "ats-1", "transfer_switches[0].address",
         "differ in their unit", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; interval = 1;", "ups-a", "ups[0].interval",
         "1 has no unit; units here: us ms s min h d", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; interval = \"1\";", "ups-a", "ups[0].interval",
         "has no unit", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; interval = \"1V\";", "ups-a", "ups[0].interval",
         "a unit that does not fit here", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; interval = \"50ms\";", "ups-a", "ups[0].interval",
         "must be 100ms … 1h", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; timeout = \"3s\";", "ups-a", "ups[0].timeout",
         "longer than the interval", true},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; low_charge = 20;", "ups-a", "ups[0].low_charge",
         "20 has no unit; units here: %", false},
        {"192.0.2.11:161\";", "192.0.2.11:161\"; low_charge = \"120%\";", "ups-a",
         "ups[0].low_charge", "must be 0% … 100%", false},
        {"unit = 1;", "unit = 1; start_warn = \"50s\";", "gen-1", "generators[0].start_warn",
         "must not come after start_alarm", false},
        {"unit = 1;", "unit = 1; start_alarm = \"1min\";", "gen-1", "generators[0].start_alarm",
         "is longer than the 40s", true},
        {"unit = 1;", "unit = 1; low_runtime = \"5min\";", "gen-1", "generators[0].low_runtime",
         "unknown key in a generator", false},
        {"unit = 1;", "unit = 1; battery_low = \"23.5\";", "gen-1", "generators[0].battery_low",
         "units here: mV V", false},
        {"unit = 1;", "unit = 1; communication = { bad = 4; of = 3; };", "gen-1",
         "generators[0].communication.bad", "can never happen", false},
        {"unit = 1;", "unit = 1; communication = { stale = \"500ms\"; };", "gen-1",
         "generators[0].communication.stale", "stale before the next one", false},
        {"unit = 1;", "unit = 1; communication = 3;", "gen-1", "generators[0].communication",
         "must be a group", false},
    };
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}
