/* SPDX-License-Identifier: Apache-2.0 */
/* dispatch-agent as people and other programs meet it: its arguments, exit codes, file, socket and
 * signals. Runs the program itself in a namespace. */
#include "tests/integration/monitord/agent_world.h"
#include "tests/lib/signal_child.h"

static struct world world;

static void stop(void)
{
    if (world.directory[0] != '\0') {
        world_end(&world);
    }
}

static void make(void)
{
    world_make(&world);
}

static void write_config(const char *name, const char *service)
{
    char text[2048];
    snprintf(text, sizeof text,
             "agent = { name = \"dispatch-1\"; voter = \"P\"; language = \"en\";\n"
             "  state_directory = \"%s\"; key_file = \"%s/key\"; };\n"
             "heartbeat = { networks = (\n"
             "  { name = \"lan1\"; bind = \"10.77.1.11:7320\"; interface = \"lan1\";\n"
             "    monitor = \"10.77.1.20:7320\"; peer = \"10.77.1.12:7320\"; },\n"
             "  { name = \"lan2\"; bind = \"10.77.2.11:7320\";\n"
             "    monitor = \"10.77.2.20:7320\"; peer = \"10.77.2.12:7320\"; } ); };\n"
             "service = { %s interface = \"lan1\"; };\n",
             world.config[0].state_directory, world.directory, service);
    world_write(&world, name, text, 0600);
    world_write(&world, "key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
                0600);
}

Test(agent_program, wrong_usage_and_questions_have_their_exit_codes, .init = make, .fini = stop,
     .timeout = 60)
{
    cr_assert_eq(world_run(&world, "--version"), 0);
    cr_assert(world_out_says(&world, "dispatch-agent " NOROSHI_VERSION));
    cr_assert_eq(world_run(&world, "--help"), 0);
    cr_assert(world_out_says(&world, "usage: dispatch-agent --config FILE"));
    const char *const wrong[] = {"",      "--nonsense",    "--config",         "dance",
                                 "force", "gate --remove", "status more less", "gate"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert_eq(world_run(&world, wrong[i]), 64, "%s", wrong[i]);
    }
    cr_assert_eq(world_run(&world, "status --socket /nowhere/agent.sock"), 4);
    cr_assert_eq(world_run(&world, "force --peer-is-off --socket /nowhere/agent.sock"), 4);
}

Test(agent_program, a_file_is_checked_without_being_used, .init = make, .fini = stop, .timeout = 60)
{
    char arguments[256];
    write_config("good.conf", "address = \"10.77.1.100/24\";");
    write_config("bad.conf", "address = \"10.77.1.100/24\"; colour = \"blue\";");
    snprintf(arguments, sizeof arguments, "--config %s/good.conf --check", world.directory);
    cr_assert_eq(world_run(&world, arguments), 0);
    snprintf(arguments, sizeof arguments, "--check --config %s/bad.conf", world.directory);
    cr_assert_eq(world_run(&world, arguments), 2);
    cr_assert(world_out_says(&world, "bad.conf:"));
    cr_assert(world_out_says(&world, "colour"));
    snprintf(arguments, sizeof arguments, "--config %s/none.conf --check", world.directory);
    cr_assert_eq(world_run(&world, arguments), 2);
}

static void start_program(const char *config)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        char path[128], log[128];
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        room_enter(world.space[FO_VOTER_P]);
        snprintf(path, sizeof path, "%s/%s", world.directory, config);
        snprintf(log, sizeof log, "%s/program.log", world.directory);
        if (freopen(log, "a", stderr) != NULL) {
            execl(WORLD_PROGRAM, WORLD_PROGRAM, "--config", path, (char *)NULL);
        }
        _exit(98);
    }
    world.agent[FO_VOTER_P] = child;
}

static bool answers(void *context)
{
    return world_run(&world, context) == 0;
}

Test(agent_program, it_runs_says_its_status_and_leaves_in_order, .init = make, .fini = stop,
     .timeout = 60)
{
    char status[256], json[300], remove[256];
    write_config("agent.conf", "address = \"10.77.1.100/24\";");
    snprintf(status, sizeof status, "status --config %s/agent.conf", world.directory);
    snprintf(json, sizeof json, "%s --json", status);
    snprintf(remove, sizeof remove, "gate --remove --config %s/agent.conf", world.directory);
    start_program("agent.conf");
    cr_assert(room_wait(answers, status, 10000));
    cr_assert(world_out_says(&world, "gate                     shut"));
    cr_assert(world_out_says(&world, "top.holder               null"));
    cr_assert_eq(world_run(&world, json), 0);
    cr_assert(world_out_says(&world, "\"role\":\"standby\"") &&
              world_out_says(&world, "\"lease_left_ms\":0") &&
              world_out_says(&world, "\"grants\":[]") && world_out_says(&world, "\"epoch\":0"));
    snprintf(json, sizeof json, "force --peer-is-off --socket %s/agent.sock",
             world.config[0].state_directory);
    signal_child(world.agent[FO_VOTER_P], SIGHUP); /* is nothing */
    signal_child(world.agent[FO_VOTER_P], SIGTERM);
    cr_assert_eq(world_reap(&world, FO_VOTER_P), 0);
    cr_assert_eq(world_run(&world, status), 4);
    room_shell(world.space[FO_VOTER_P], "tc filter show dev lan1 ingress | grep -q noroshi_gate");
    cr_assert_eq(world_run(&world, remove), 0);
    room_shell(world.space[FO_VOTER_P], "! tc filter show dev lan1 ingress | grep noroshi_gate");
}
