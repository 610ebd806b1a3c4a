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

static const struct defect defects[] = {
    {"driver = \"snmp\"; address = \"192.0.2.11:161\";",
     "driver = \"snmpp\"; address = \"192.0.2.11:161\";", "ups-a", "ups[0].driver",
     "did you mean \"snmp\"?", false},
    {"profile = \"transfer-switch-contacts\";",
     "profile = \"transfer-switch-contacts\"; source_a = [\"ups-z\"];", "ups-z",
     "transfer_switches[0].source_a[0]", "ups-z", false},
    {"profile = \"transfer-switch-contacts\";",
     "profile = \"transfer-switch-contacts\"; source_a = [\"ats-1\"];", "transfer-switch-contacts",
     "transfer_switches[0].source_a", "is a transfer switch", false},
    {"profile = \"transfer-switch-contacts\";",
     "profile = \"transfer-switch-contacts\"; source_a = [\"ups-a\"]; source_b = [\"ups-a\"];",
     "transfer-switch-contacts", "transfer_switches[0].source_b", "if it fails, both are lost",
     true},
    {"profile = \"transfer-switch-contacts\";",
     "profile = \"transfer-switch-contacts\"; place = \"x\"; source_a = [\"ups-a\"];",
     "transfer-switch-contacts", "transfer_switches[0].place", "known of the room only", false},
    {"driver = \"modbus-tcp\"", "driver = \"modbus-rtu\"", "gen-1", "generators[0].address",
     "is not a serial line", false},
    {"driver = \"modbus-tcp\"; address = \"192.0.2.21:502\"; unit = 1",
     "driver = \"modbus-rtu\"; address = \"/dev/ttyS0:9601-8-E-1\"; unit = 1", "gen-1",
     "generators[0].address", "a speed that serial lines do not have", false},
    {"driver = \"modbus-tcp\"; address = \"192.0.2.21:502\"; unit = 1",
     "driver = \"modbus-rtu\"; address = \"/dev/ttyS0:9600-8-E-1\"; unit = 0", "gen-1",
     "generators[0].unit", "1 … 247", false},
    {"version = \"2c\"; community = \"public\"", "version = \"3\"", "version", "ups[0].snmp.user",
     "is missing", false},
    {"version = \"2c\"; community = \"public\"",
     "version = \"3\"; user = \"u\"; auth = \"SHA-256\"", "version",
     "ups[0].snmp.auth_password_file", "is missing", false},
    {"version = \"2c\"; community = \"public\"",
     "version = \"3\"; user = \"u\"; priv = \"AES\"; priv_password_file = \"/x\"", "version",
     "ups[0].snmp.priv", "needs auth as well", false},
    {"version = \"2c\"; community = \"public\"",
     "version = \"3\"; user = \"u\"; auth_password_file = \"/x\"", "version",
     "ups[0].snmp.auth_password_file", "is not used without auth", false},
    {"version = \"2c\"; community = \"public\"", "version = \"3\"; user = \"u\"", "version",
     "ups[0].snmp.auth", "anybody on the network", true},
    {"version = \"2c\"; community = \"public\"", "version = \"3\"; user = \"u\"; community = \"x\"",
     "version", "ups[0].snmp.community", "is not used with version 3", false},
    {"version = \"2c\";", "version = \"2c\"; user = \"u\";", "version", "ups[0].snmp.user",
     "is not used before version 3", false},
    {"unit = 1;", "unit = 1; scale = [\"battery.runtimes=60\"];", "gen-1", "generators[0].scale",
     "no number is called", false},
    {"unit = 1;", "unit = 1; scale = [\"fuel.level\"];", "gen-1", "generators[0].scale",
     "is not a scale", false},
    {"unit = 1;", "unit = 1; scale = [\"generator.mode=1\"];", "gen-1", "generators[0].scale",
     "no number is called", false},
    {"version = \"2c\"", "version = \"4\"", "version", "ups[0].snmp.version",
     "must be one of \"1\", \"2c\", \"3\"", false},
    {"snmp = { community = \"public\"; };", "", "ups-b", "ups[1].snmp", "is missing", false},
    {"snmp = { community", "snmp = { version = \"2\"; community", "\"2\"", "ups[1].snmp.version",
     "did you mean", false},
    {"unit = 1;", "unit = 1; intreval = \"1s\";", "gen-1", "generators[0].intreval",
     "did you mean \"interval\"?", false},
    {"unit = 1", "unit = 256", "gen-1", "generators[0].unit", "must be 0 … 255", false},
    {"unit = 1", "snmp = { community = \"x\"; }", "gen-1", "generators[0].snmp", "is not used",
     false},
    {"address = \"192.0.2.11:161\";", "address = \"192.0.2.11:161\"; unit = 3;", "ups-a",
     "ups[0].unit", "is not used", false},
    {"profile = \"deepsea-gencomm\";", "", "gen-1", "generators[0].profile",
     "\"deepsea-gencomm\", ", false},
    {"profile = \"deepsea-gencomm\";", "profile = \"auto\";", "profile", "generators[0].profile",
     "does not suit a generator by modbus-tcp", false},
    {"profile = \"transfer-switch-contacts\"", "profile = \"rfc1628\"", "rfc1628",
     "transfer_switches[0].profile", "there is \"transfer-switch-contacts\"", false},
    {"192.0.2.11:161\";", "192.0.2.11:161\"; profile = \"deepsea-gencomm\";", "ups-a",
     "ups[0].profile", "does not suit a UPS by snmp", false},
    {"192.0.2.11:161\";", "192.0.2.11:161\"; profile = \"rfc1682\";", "ups-a", "ups[0].profile",
     "did you mean \"rfc1628\"? there is ", false},
    {"192.0.2.11:161", "192.0.2.11", "ups-a", "ups[0].address", "has no port", false},
    {"192.0.2.11:161", "ups.example.jp:161", "ups-a", "ups[0].address", "is not a numeric address",
     false},
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
    {"192.0.2.11:161\";", "192.0.2.11:161\"; low_charge = \"120%\";", "ups-a", "ups[0].low_charge",
     "must be 0% … 100%", false},
    {"unit = 1;", "unit = 1; start_warn = \"50s\";", "gen-1", "generators[0].start_warn",
     "must not come after start_alarm", false},
    {"unit = 1;", "unit = 1; start_alarm = \"1min\";", "gen-1", "generators[0].start_alarm",
     "is longer than the 40s", true},
    {"unit = 1;", "unit = 1; full_load_lasts = \"40h\";", "gen-1", "generators[0].half_load_lasts",
     "only from both figures", false},
    {"unit = 1;", "unit = 1; half_load_lasts = \"40h\";", "gen-1", "generators[0].full_load_lasts",
     "only from both figures", false},
    {"unit = 1;", "unit = 1; full_load_lasts = \"40h\"; half_load_lasts = \"39h\";", "gen-1",
     "generators[0].half_load_lasts", "less load burns less", false},
    {"unit = 1;", "unit = 1; test_every = \"1h\";", "gen-1", "generators[0].test_every",
     "must be 1d", false},
    {"192.0.2.11:161\";", "192.0.2.11:161\"; runtime_needed = \"0s\";", "ups-a",
     "ups[0].runtime_needed", "must be 1s", false},
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

Test(decode_power, a_defect_of_a_device_is_found_at_its_line)
{
    DEFECTS_CHECK(SITE_TEXT, false, defects);
}

/* ---- other places -----------------------------------------------------------------------------
 */

/* `count` UPSes with the place that `place_of` names by their number; the caller frees it. */
static char *many_text(unsigned count, const char *(*place_of)(unsigned))
{
    size_t size = 256 * (size_t)count + 64, at = 0;
    char *text = calloc(1, size);
    at += (size_t)snprintf(text + at, size - at, "ups = (\n");
    for (unsigned i = 0; i < count; i++) {
        const char *place = place_of(i);
        at += (size_t)snprintf(text + at, size - at,
                               "%s{ name = \"u%u\"; driver = \"snmp\"; address = "
                               "\"10.0.%u.%u:161\"; snmp = { community = \"x\"; };%s%s%s }\n",
                               i > 0 ? "," : "", i, i / 200, i % 200 + 1,
                               place != NULL ? " place = \"" : "", place != NULL ? place : "",
                               place != NULL ? "\";" : "");
    }
    (void)snprintf(text + at, size - at, ");\n");
    return text;
}

static const char *room_then_stations(unsigned i)
{
    static const char *const stations[] = {"第1消防署", "第2消防署", "中継所"};
    return i % 5 == 0 ? NULL : stations[i % 3];
}

Test(decode_power, devices_of_other_places_stand_apart_and_follow_in_number)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = many_text(300, room_then_stations);
    struct site *site = cfg_site_read("many.conf", text, strlen(text), NULL, findings);
    cr_assert_not_null(site, "%s", findings->count > 0 ? findings->list[0].message : "");
    cr_assert_eq(site->device_count, 60);
    cr_assert_eq(site->policy.device_count, 60, "only those of the room are in the engine");
    cr_assert_eq(site->outlying_count, 240);
    cr_assert_eq(site->place_count, 3);
    cr_assert_eq(site->policy.place_count, 3);
    cr_assert_eq(cfg_site_watched(site), 300);
    cr_assert_str_eq(cfg_site_device(site, 1)->name, "u5");
    cr_assert_str_eq(cfg_site_device(site, 60)->name, "u1");
    cr_assert_str_eq(site->places[site->outlying[0].place], "第2消防署");
    cr_assert_eq(site->outlying[0].policy.interval_us, FO_SECOND);
    cfg_site_free(site);
    free(text);
    free(findings);
}

static const char *a_place_each(unsigned i)
{
    static char names[FO_PLACES_MAX + 1][16];
    (void)snprintf(names[i], sizeof names[i], "place-%u", i);
    return names[i];
}

Test(decode_power, one_place_too_many_is_said_at_its_line)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = many_text(FO_PLACES_MAX + 1, a_place_each);
    cr_assert_null(cfg_site_read("many.conf", text, strlen(text), NULL, findings));
    cr_assert_eq(findings->errors, 1);
    cr_assert_eq(findings->list[0].line, 2 + FO_PLACES_MAX);
    cr_assert_not_null(strstr(findings->list[0].message, "at most 64 are possible"));
    free(text);
    free(findings);
}

static const char *elsewhere(unsigned i)
{
    (void)i;
    return "elsewhere";
}

Test(decode_power, more_outlying_devices_than_fit_are_refused)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = many_text(FO_OUTLYING_MAX + 1, elsewhere);
    cr_assert_null(cfg_site_read("many.conf", text, strlen(text), NULL, findings));
    bool said = false;
    for (int i = 0; i < findings->count; i++) {
        said = said || strstr(findings->list[i].message, "at most 4032 are possible") != NULL;
    }
    cr_assert(said, "%s", findings->count > 0 ? findings->list[0].message : "nothing");
    free(text);
    free(findings);
}

Test(decode_power, a_server_cannot_hang_on_a_device_of_another_place)
{
    struct cfg_findings *findings = calloc(1, sizeof *findings);
    char *text = text_spoil(SITE_TEXT, "name = \"ups-b\";", "name = \"ups-b\"; place = \"p\";");
    cr_assert_not(text_accepted(text, false, findings));
    cr_assert_eq(findings->errors, 2, "the server and the line that name it");
    bool server = false;
    for (int i = 0; i < findings->count; i++) {
        server = server || strcmp(findings->list[i].path, "servers[1].power[0]") == 0;
    }
    cr_assert(server);
    free(text);
    free(findings);
}
