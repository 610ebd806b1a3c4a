/* SPDX-License-Identifier: Apache-2.0 */
/* Room files and drill files: what they come to and what is refused. */
#include "sim/drill/scenario.h"
#include "sim/room_plan.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct cfg_findings findings;
static struct sim_room_plan plan;
static struct sim_scenario scenario;

static const char *file_with(const char *text)
{
    static char path[] = "/tmp/test-room-XXXXXX";
    strcpy(path, "/tmp/test-room-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static bool room_with(const char *text)
{
    static const struct sim_defines defines = {.count = 2,
                                               .entries = {"BIN=/opt/bin", "BINARY=no"}};
    memset(&findings, 0, sizeof(findings));
    const char *path = file_with(text);
    bool good = sim_room_plan_read(path, &defines, &plan, &findings);
    unlink(path);
    return good;
}

static bool drill_with(const char *text)
{
    memset(&findings, 0, sizeof(findings));
    const char *path = file_with(text);
    bool good = sim_scenario_read(path, &scenario, &findings);
    unlink(path);
    return good;
}

static bool found(const char *path, const char *message)
{
    for (int i = 0; i < findings.count; i++) {
        if (strcmp(findings.list[i].path, path) == 0 &&
            strstr(findings.list[i].message, message) != NULL) {
            return true;
        }
    }
    return false;
}

Test(room_plan, reads_the_wiring_by_name)
{
    cr_assert(room_with(
        "speed = 2000; control = \"/tmp/x.sock\"; mains = { voltage = 200; frequency = 60; };\n"
        "generators = ( { name = \"gen-1\"; address = \"127.0.0.1:0\"; fuel = \"50%\"; } );\n"
        "transfer_switches = ( { name = \"ats-1\"; generator = \"gen-1\"; return = \"5s\"; } );\n"
        "ups = ( { name = \"ups-a\"; feed = \"ats-1\"; capacity_wh = 55; health = \"80%\"; },\n"
        "        { name = \"ups-b\"; feed = \"gen-1\"; },\n"
        "        { name = \"ups-c\"; } );\n"
        "hosts = ( { name = \"h\"; netns = \"n\"; power = [\"ups-a\", \"ups-c\"];\n"
        "  interfaces = [\"lan1\"]; addresses = [\"10.0.0.1\", \"fd00::1\"];\n"
        "  run = ( { name = \"agent\"; command = [\"${BIN}/a\", \"-x\", \"${BIN}${BIN}\"];\n"
        "            restart = \"2s\"; } ); } );\n"
        "lines = ( { name = \"line-a\"; netns = \"out\"; interface = \"la\";\n"
        "            reflector = \"192.0.2.1:862\"; },\n"
        "          { name = \"line-b\"; netns = \"out\"; interface = \"lb\"; } );\n"));
    cr_assert_eq(plan.plant.mains.nominal_v, 200);
    cr_assert_eq(plan.plant.generators[0].plate.nominal_hz, 60);
    cr_assert_eq(sim_fuel_permille(&plan.plant.generators[0].fuel), 500);
    cr_assert_eq(plan.plant.transfers[0].return_ms, 5000);
    cr_assert_eq(plan.plant.ups_count, 3);
    cr_assert_eq(plan.plant.ups_feed[0].kind, SIM_FEED_TRANSFER);
    cr_assert_eq(plan.plant.ups_feed[1].kind, SIM_FEED_GENERATOR);
    cr_assert_eq(plan.plant.ups_feed[2].kind, SIM_FEED_MAINS);
    cr_assert_eq(plan.plant.ups[0].battery.health_permille, 800);
    cr_assert_eq(plan.plant.ups[2].speed_permille, 2000);
    cr_assert_eq(plan.hosts[0].power, 5);
    cr_assert_eq(plan.hosts[0].addresses[1].family, AF_INET6);
    cr_assert_str_eq(plan.hosts[0].runs[0].command[0], "/opt/bin/a");
    cr_assert_str_eq(plan.hosts[0].runs[0].command[2], "/opt/bin/opt/bin");
    cr_assert_eq(plan.hosts[0].runs[0].restart_ms, 2000);
    cr_assert_str_eq(plan.lines[0].interface, "la");
    cr_assert_eq(plan.lines[0].reflector.sin_port, htons(862));
    cr_assert_eq(plan.lines[1].reflector.sin_family, 0, "nobody counts there");
    cr_assert_eq(plan.devices[0].address.sin_family, AF_INET);
    cr_assert_eq(plan.devices[1].address.sin_family, 0, "no address: not on the network");
}

Test(room_plan, finds_every_mistake_and_not_only_the_first)
{
    cr_assert_not(room_with(
        "sped = 1;\n"
        "generators = ( { address = \"127.0.0.1\"; } );\n"
        "transfer_switches = ( { name = \"ats-1\"; generator = \"gen-9\"; open = \"5\"; } );\n"
        "ups = ( { name = \"u\"; feed = \"moon\"; load_w = \"much\"; }, { name = \"u\"; } );\n"
        "hosts = ( { name = \"h\"; interfaces = [\"eth0\"];\n"
        "  run = ( { name = \"r\"; command = [\"${NO_SUCH_THING_HERE}\"]; } ); } );\n"
        "lines = ( { name = \"l\"; } );\n"));
    cr_assert(found("sped", "unknown key"));
    cr_assert(found("generators[0]", "has no name"));
    cr_assert(found("generators[0].address", "with a port"));
    cr_assert(found("transfer_switches[0].generator", "must name one"));
    cr_assert(found("transfer_switches[0].open", "unit"));
    cr_assert(found("ups[0].feed", "must be"));
    cr_assert(found("ups[0].load_w", "whole number"));
    cr_assert(found("", "used twice"));
    cr_assert(found("hosts[0].interfaces", "never touches its own links"));
    cr_assert(found("hosts[0].run[0].command", "not defined"));
    cr_assert(found("lines[0]", "needs a netns"));
}

Test(room_plan, a_syntax_error_has_its_line)
{
    cr_assert_not(room_with("speed = 1;\nups = ( { name = ; } );\n"));
    cr_assert_eq(findings.list[0].line, 2);
}

Test(room_plan, the_quickstart_room_is_good)
{
    static const struct sim_defines defines = {
        .count = 3, .entries = {"BIN=/opt/bin", "RUN=/run/x", "CONF=/etc/x"}};
    memset(&findings, 0, sizeof(findings));
    bool good = sim_room_plan_read(NOROSHI_SOURCE_DIR "/config/samples/quickstart/room.conf",
                                   &defines, &plan, &findings);
    cr_assert(good, "%s", findings.list[0].message);
    cr_assert_eq(plan.host_count, 3);
    cr_assert_eq(plan.line_count, 2);
    cr_assert_str_eq(plan.control, "/run/x/sim.sock");
}

Test(scenario, reads_steps_with_their_bounds)
{
    cr_assert(
        drill_with("drill = { name = \"d\"; description = \"e\"; steps = (\n"
                   "{ at = \"0s\"; fault = \"mains state=lost\"; },\n"
                   "{ at = \"1s\"; expect = \"mode normal\"; within = \"2s\"; },\n"
                   "{ at = \"1s\"; expect-not = \"mode drill\"; for = \"1500ms\"; } ); };\n"));
    cr_assert_eq(scenario.count, 3);
    cr_assert_eq(scenario.steps[1].kind, SIM_STEP_EXPECT);
    cr_assert_eq(scenario.steps[1].bound_ms, 2000);
    cr_assert_eq(scenario.steps[2].kind, SIM_STEP_EXPECT_NOT);
    cr_assert_eq(scenario.steps[2].bound_ms, 1500);
}

Test(scenario, refuses_steps_that_could_not_be_carried_out)
{
    cr_assert_not(
        drill_with("drill = { name = \"d\"; steps = (\n"
                   "{ at = \"5s\"; fault = \"mains state=lost\"; expect = \"mode normal\";\n"
                   "  within = \"1s\"; },\n"
                   "{ at = \"4s\"; fault = \"mains state=ok\"; },\n"
                   "{ at = \"5s\"; expect = \"weather x\"; },\n"
                   "{ at = \"5s\"; },\n"
                   "{ fault = \"mains state=ok\"; because = \"fun\"; } ); };\n"));
    cr_assert(found("drill.steps[0]", "exactly one"));
    cr_assert(found("drill.steps[1].at", "before the step above"));
    cr_assert(found("drill.steps[2].expect", "starts with none"));
    cr_assert(found("drill.steps[2].expect", "needs within"));
    cr_assert(found("drill.steps[3]", "exactly one"));
    cr_assert(found("drill.steps[4]", "needs at"));
    cr_assert(found("drill.steps[4].because", "unknown key"));
    cr_assert_not(drill_with("steps = ();\n"));
    cr_assert(found("drill", "no group"));
}

Test(scenario, the_library_is_good_for_a_site_that_has_everything)
{
    static const char *const names[] = {"PRIMARY", "SECONDARY", "LINE_1",  "LINE_2",
                                        "UPS_1",   "UPS_2",     "SERVICE", "GENERATOR"};
    static const char *const files[] = {"power-loss",  "generator-failure", "server-loss",
                                        "line-loss",   "both-lines",        "large-disaster",
                                        "monitor-loss"};
    char path[512];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        setenv(names[i], "a-name", 1);
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/sim/drills/library/%s.conf", NOROSHI_SOURCE_DIR, files[i]);
        memset(&findings, 0, sizeof(findings));
        cr_assert(sim_scenario_read(path, &scenario, &findings), "%s: %s", path,
                  findings.list[0].message);
    }
    unsetenv("GENERATOR"); /* a site without one cannot drill its failure, and is told so */
    snprintf(path, sizeof(path), "%s/sim/drills/library/generator-failure.conf",
             NOROSHI_SOURCE_DIR);
    cr_assert_not(sim_scenario_read(path, &scenario, &findings));
    cr_assert_not_null(strstr(findings.list[0].message, "not defined"));
}

Test(scenario, the_drills_that_are_shipped_are_good)
{
    static const char *const files[] = {"mains-fail-and-return", "generator-no-start",
                                        "primary-dies"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[512];
        snprintf(path, sizeof(path), "%s/sim/drills/%s.conf", NOROSHI_SOURCE_DIR, files[i]);
        memset(&findings, 0, sizeof(findings));
        cr_assert(sim_scenario_read(path, &scenario, &findings), "%s: %s", path,
                  findings.list[0].message);
    }
}
