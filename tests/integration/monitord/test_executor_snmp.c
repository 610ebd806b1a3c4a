/* SPDX-License-Identifier: Apache-2.0 */
/* A route changed by SNMP: against Debian's snmpd with v2c and v3, and against an agent that lies,
 * is late, refuses or says nothing. What is read back decides, never what was answered. */
#include "tests/integration/probes/snmp_daemon.h"
#include "tests/lib/executor_stage.h"
#include "tests/lib/snmp_agent.h"

#define ACT 5 /* route-line-a of place.conf */
#define CONTACT "1.3.6.1.2.1.1.4.0"
#define LOCATION "1.3.6.1.2.1.1.6.0"
#define DESCRIPTION "1.3.6.1.2.1.1.1.0" /* never writable */
#define STATUS "1.3.6.1.2.1.2.2.1.7.3"
#define METRIC "1.3.6.1.4.1.99999.1.1"
#define SECRET "router-key"
#define USERS              \
    "rwcommunity " SECRET  \
    "\nrocommunity look\n" \
    "createUser alice SHA-256 \"password-a\" AES \"password-p\"\nrwuser alice priv\n"

static struct cfg_act *act_of(struct stage *stage, int port)
{
    struct cfg_act *act = &stage->place.site->acts[ACT];
    struct sockaddr_in router = {.sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr = {htonl(INADDR_LOOPBACK)}};

    cr_assert_str_eq(act->name, "route-line-a");
    act->kind = "snmp-set";
    act->timeout_us = 6 * FO_SECOND;
    act->exchange_us = FO_SECOND;
    act->snmp = (struct cfg_snmp){.version = CFG_SNMP_V2C, .community = SECRET};
    act->value_count = 0;
    memcpy(&act->address.storage, &router, sizeof(router));
    act->address.length = sizeof(router);
    return act;
}

static struct cfg_snmp_value *add(struct cfg_act *act, const char *oid)
{
    struct cfg_snmp_value *value = &act->values[act->value_count++];

    *value = (struct cfg_snmp_value){0};
    for (const char *at = oid; at != NULL; at = strchr(at, '.')) {
        at += *at == '.';
        value->oid.arcs[value->oid.length++] = (uint32_t)strtoul(at, NULL, 10);
    }
    return value;
}

static void add_text(struct cfg_act *act, const char *oid, const char *text)
{
    struct cfg_snmp_value *value = add(act, oid);

    value->type = CFG_SNMP_TEXT;
    value->text = text;
}

static void add_number(struct cfg_act *act, const char *oid, enum cfg_snmp_type type,
                       int64_t number)
{
    struct cfg_snmp_value *value = add(act, oid);

    value->type = (uint8_t)type;
    value->integer = number;
}

/* The act is asked for under a new key; its answer must hold `part`. */
static void expect(struct stage *stage, const char *part)
{
    static unsigned key;
    char line[128];

    snprintf(line, sizeof(line), "{\"key\":\"abc-%x\",\"act\":\"route-line-a\",\"drill\":false}\n",
             ++key);
    if (stage->fd < 0) {
        connect_bare(stage);
    }
    ask(stage, line, part);
}

#define DONE "\"outcome\":\"done\""
#define FAILED(detail, reason) \
    "\"outcome\":\"failed\",\"detail\":" #detail ",\"reason\":\"" reason "\""
#define RETRY(reason) "\"outcome\":\"retry\",\"detail\":0,\"reason\":\"" reason "\""

/* ---- Debian's snmpd ---- */

static bool is_up(struct stage *stage)
{
    static unsigned key;
    char line[128];
    int length = snprintf(line, sizeof(line),
                          "{\"key\":\"ab0-%x\",\"act\":\"route-line-a\",\"drill\":false}\n", ++key);

    cr_assert_eq(send(stage->fd, line, (size_t)length, MSG_NOSIGNAL), (ssize_t)length);
    cr_assert(place_wait(&stage->place, has_line, stage, LIMIT_MS), "no answer");
    return stage->line != NULL && strstr(stage->line, DONE) != NULL;
}

/* Started, and answering: at most 40 tries. */
static void open_router(struct stage *stage, struct snmp_daemon *router)
{
    if (access(SNMPD, X_OK) != 0) {
        cr_skip_test("there is no snmpd here");
    }
    open_stage(stage);
    daemon_start(router, USERS, NULL);
    connect_bare(stage);
    add_text(act_of(stage, router->port), LOCATION, "way-0");
    for (unsigned tries = 0; !is_up(stage); tries++) {
        cr_assert_lt(tries, 40, "it never answered");
        place_turn(&stage->place, 50);
    }
}

static void close_router(struct stage *stage, struct snmp_daemon *router)
{
    close_stage(stage);
    daemon_remove(router);
}

Test(executor_snmp, what_a_router_is_told_is_done_when_it_reads_back)
{
    struct stage stage;
    struct snmp_daemon router;

    open_router(&stage, &router);
    struct cfg_act *act = act_of(&stage, router.port);

    add_text(act, LOCATION, "way-b");
    add_text(act, CONTACT, "\346\214\207\344\273\244");
    expect(&stage, DONE);
    expect(&stage, DONE); /* and twice is well */
    act->values[0].text = "way-a";
    expect(&stage, DONE);
    close_router(&stage, &router);
}

Test(executor_snmp, a_router_that_speaks_version_3_is_asked_with_user_and_passwords)
{
    struct stage stage;
    struct snmp_daemon router;
    char auth[128], priv[128];

    open_router(&stage, &router);
    struct cfg_act *act = act_of(&stage, router.port);

    snprintf(auth, sizeof(auth), "%s/auth", router.folder);
    snprintf(priv, sizeof(priv), "%s/priv", router.folder);
    daemon_write(&router, "auth", "password-a\n");
    daemon_write(&router, "priv", "password-p\n");
    act->snmp = (struct cfg_snmp){.version = CFG_SNMP_V3,
                                  .user = "alice",
                                  .auth = CFG_AUTH_SHA256,
                                  .priv = CFG_PRIV_AES,
                                  .auth_password_file = auth,
                                  .priv_password_file = priv};
    add_text(act, LOCATION, "way-b");
    expect(&stage, DONE);
    daemon_write(&router, "auth", "password-x\n");
    expect(&stage, FAILED(0, "access-denied"));
    cr_assert_eq(unlink(auth), 0);
    expect(&stage, FAILED(0, "secret-unreadable"));
    close_router(&stage, &router);
}

Test(executor_snmp, what_a_router_does_not_let_be_written_fails_and_leaves_all_as_it_was)
{
    struct stage stage;
    struct snmp_daemon router;

    open_router(&stage, &router);
    struct cfg_act *act = act_of(&stage, router.port);

    add_text(act, LOCATION, "way-a");
    expect(&stage, DONE);
    act->values[0].text = "way-b";
    add_text(act, DESCRIPTION, "no");
    expect(&stage, FAILED(17, "router-refused"));
    act->value_count = 1;
    act->values[0].text = "way-a";
    act->snmp.community = "look"; /* may read, not write: the value stands as it is wanted */
    expect(&stage, DONE);
    act->values[0].text = "way-b";
    expect(&stage, "\"reason\":\"router-refused\"");
    act->value_count = 0;
    add_number(act, METRIC, CFG_SNMP_INTEGER, 1); /* there is no such object */
    act->snmp.community = SECRET;
    expect(&stage, "\"outcome\":\"failed\"");
    close_router(&stage, &router);
}

Test(executor_snmp, a_wrong_community_and_a_router_that_is_off_are_tried_again)
{
    struct stage stage;
    struct snmp_daemon router;

    open_router(&stage, &router);
    struct cfg_act *act = act_of(&stage, router.port);

    add_text(act, LOCATION, "way-b");
    act->snmp.community = "wrong";
    expect(&stage, RETRY("no-answer"));
    daemon_stop(&router);
    act->snmp.community = SECRET;
    expect(&stage, "\"outcome\":\"retry\"");
    close_router(&stage, &router);
}

/* ---- an agent with faults ---- */

static struct snmp_agent agent;

static struct cfg_act *open_agent(struct stage *stage, enum agent_set set)
{
    open_stage(stage);
    cr_assert(agent_start(&agent, SECRET));
    agent_set_number(&agent, STATUS, ASN_INTEGER, 2);
    agent_set_number(&agent, METRIC, ASN_UNSIGNED, 4000000000);
    atomic_store(&agent.set, set);
    struct cfg_act *act = act_of(stage, agent.port);

    add_number(act, STATUS, CFG_SNMP_INTEGER, 1);
    add_number(act, METRIC, CFG_SNMP_UNSIGNED, 4000000001);
    return act;
}

static void close_agent(struct stage *stage)
{
    close_stage(stage);
    agent_stop(&agent);
}

Test(executor_snmp, all_objects_go_in_one_request_and_signed_and_unsigned_keep_their_types)
{
    struct stage stage;

    (void)open_agent(&stage, AGENT_SET_TAKE);
    expect(&stage, DONE);
    cr_assert_eq(atomic_load(&agent.sets), 1);
    cr_assert_eq(agent_object_at(&agent, STATUS)->type, ASN_INTEGER);
    cr_assert_eq(agent_object_at(&agent, STATUS)->number, 1);
    cr_assert_eq(agent_object_at(&agent, METRIC)->type, ASN_UNSIGNED);
    close_agent(&stage);
}

Test(executor_snmp, a_router_that_says_yes_and_changes_nothing_has_failed)
{
    struct stage stage;

    (void)open_agent(&stage, AGENT_SET_LIE);
    expect(&stage, FAILED(0, "not-changed"));
    agent_set_number(&agent, STATUS, ASN_INTEGER, 1); /* half of it */
    expect(&stage, FAILED(0, "not-changed"));
    close_agent(&stage);
}

Test(executor_snmp, the_log_names_the_object_and_neither_community_nor_value)
{
    struct stage stage;
    char path[128];

    (void)open_agent(&stage, AGENT_SET_LIE);
    snprintf(path, sizeof(path), "%s/log", stage.place.directory);
    int before = dup(STDERR_FILENO), log = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    cr_assert_geq(dup2(log, STDERR_FILENO), 0);
    expect(&stage, FAILED(0, "not-changed"));
    cr_assert_geq(dup2(before, STDERR_FILENO), 0);
    close(log);
    close(before);
    char *text = place_read(&stage.place, "log");

    cr_assert_not_null(strstr(text, STATUS), "%s", text);
    cr_assert_not_null(strstr(text, "not-changed"), "%s", text);
    cr_assert_null(strstr(text, SECRET), "%s", text);
    cr_assert_null(strstr(text, "400000000"), "%s", text);
    free(text);
    close_agent(&stage);
}

Test(executor_snmp, a_longer_text_with_the_same_beginning_is_not_what_was_wanted)
{
    struct stage stage;
    struct cfg_act *act = open_agent(&stage, AGENT_SET_LIE);

    act->value_count = 0;
    add_text(act, LOCATION, "way");
    agent_set_text(&agent, LOCATION, "way-b");
    expect(&stage, FAILED(0, "not-changed"));
    agent_set_text(&agent, LOCATION, "way");
    expect(&stage, DONE);
    close_agent(&stage);
}

/* The object changes once it has been read back as before. */
static bool follows_late(void *context)
{
    if (atomic_load(&agent.requests) >= 2) {
        agent_set_number(&agent, STATUS, ASN_INTEGER, 1);
        agent_set_number(&agent, METRIC, ASN_UNSIGNED, 4000000001);
    }
    return has_line(context);
}

Test(executor_snmp, a_router_that_follows_a_moment_later_is_waited_for)
{
    struct stage stage;
    static const char line[] = "{\"key\":\"abd-1\",\"act\":\"route-line-a\",\"drill\":false}\n";

    (void)open_agent(&stage, AGENT_SET_LIE);
    connect_bare(&stage);
    cr_assert_eq(send(stage.fd, line, sizeof(line) - 1, MSG_NOSIGNAL), (ssize_t)sizeof(line) - 1);
    cr_assert(place_wait(&stage.place, follows_late, &stage, LIMIT_MS));
    cr_assert_not_null(strstr(stage.line, DONE), "%s", stage.line);
    close_agent(&stage);
}

Test(executor_snmp, an_order_whose_answer_is_lost_is_judged_by_what_is_read_back)
{
    struct stage stage;

    (void)open_agent(&stage, AGENT_SET_SILENT);
    expect(&stage, DONE);
    agent_set_number(&agent, STATUS, ASN_INTEGER, 2);
    atomic_store(&agent.set, AGENT_SET_DROP);
    expect(&stage, RETRY("no-answer"));
    atomic_store(&agent.set, AGENT_SET_REFUSE);
    expect(&stage, FAILED(17, "router-refused"));
    close_agent(&stage);
}

Test(executor_snmp, a_silent_router_is_tried_again_and_never_counts_as_changed)
{
    struct stage stage;
    struct cfg_act *act = open_agent(&stage, AGENT_SET_TAKE);

    atomic_store(&agent.mute, true);
    expect(&stage, RETRY("no-answer"));
    act->timeout_us = FO_SECOND / 2; /* the act's own bound ends it before any exchange does */
    expect(&stage, RETRY("timed-out"));
    cr_assert_eq(atomic_load(&agent.sets), 0);
    close_agent(&stage);
}

Test(executor_snmp, an_object_that_is_not_there_cannot_be_read_back)
{
    struct stage stage;
    struct cfg_act *act = open_agent(&stage, AGENT_SET_LIE);

    act->value_count = 0;
    add_number(act, METRIC ".7", CFG_SNMP_INTEGER, 1);
    expect(&stage, FAILED(0, "cannot-be-read"));
    close_agent(&stage);
}

Test(executor_snmp, a_drill_asks_no_router)
{
    struct stage stage;

    (void)open_agent(&stage, AGENT_SET_TAKE);
    connect_bare(&stage);
    ask(&stage, "{\"key\":\"abe-1\",\"act\":\"route-line-a\",\"drill\":true}\n", "not-in-a-drill");
    cr_assert_eq(atomic_load(&agent.requests), 0);
    close_agent(&stage);
}
