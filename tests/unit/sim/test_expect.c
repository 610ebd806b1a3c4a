/* SPDX-License-Identifier: Apache-2.0 */
/* The small language of expectations. */
#include "sim/drill/expect.h"

#include <criterion/criterion.h>

static const char status_text[] =
    "{\"mode\":\"normal\",\"state\":\"ok\","
    "\"services\":[{\"name\":\"119 desk\",\"state\":\"ok\",\"down_s\":0}],"
    "\"servers\":[{\"name\":\"dispatch-1\",\"role\":\"active\",\"service_ok\":true},"
    "{\"name\":\"dispatch-2\",\"role\":\"standby\",\"service_ok\":true}],"
    "\"lines\":[{\"name\":\"line-a\",\"loss_permille\":12,\"rtt_ms\":null}],"
    "\"power\":[{\"name\":\"ups-a\",\"variables\":{\"battery.charge\":87.5,"
    "\"ups.status\":\"OB DISCHRG\"},\"alarms\":[\"on_battery\"],\"on_battery\":true}],"
    "\"incidents\":[{\"root\":\"mains_lost\",\"state\":\"recovered\",\"children\":[]},"
    "{\"root\":\"mains_lost\",\"state\":\"open\",\"subject\":{\"kind\":\"site\",\"name\":\"x\"},"
    "\"children\":[{\"cause\":\"generator_no_start\"}]}],"
    "\"contacts\":[{\"person\":\"person-1\",\"state\":\"accepted\"}],\"blocked\":[]}";

static bool holds(const char *text)
{
    struct sim_expect expect;
    char seen[128];
    const char *wrong = sim_expect_parse(text, &expect);
    cr_assert_null(wrong, "%s %s", text, wrong);
    json_t *status = json_loads(status_text, 0, NULL);
    cr_assert_not_null(status);
    bool result = sim_expect_holds(&expect, status, seen, sizeof(seen));
    json_decref(status);
    return result;
}

Test(expect, what_is_so_holds)
{
    static const char *const good[] = {
        "server dispatch-1 role=active",
        "server dispatch-1 role=active service_ok=true",
        "server dispatch-1 role!=standby",
        "server * role=standby",
        "service 119 desk state=ok down_s=0",
        "line line-a loss_permille<20",
        "line line-a loss_permille>11.5 rtt_ms=null",
        "power ups-a battery.charge=87.5",
        "power ups-a battery.charge<90 on_battery=true",
        "power ups-a ups.status=OB",
        "power ups-a ups.status!=LB",
        "power ups-a alarms=on_battery",
        "incident mains_lost",
        "incident mains_lost state=open subject=x",
        "incident * child=generator_no_start",
        "contact person-1 state=accepted",
        "mode normal",
        "mode normal state=ok",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        cr_assert(holds(good[i]), "%s", good[i]);
    }
}

Test(expect, what_is_not_so_does_not_hold)
{
    static const char *const bad[] = {
        "server dispatch-1 role=standby",
        "server dispatch-1 role=active service_ok=false",
        "server dispatch-3 role!=active",
        "server dispatch-1 flavour!=sweet",
        "power ups-a ups.status=O",
        "power ups-a battery.charge>90",
        "power ups-a ups.status<5",
        "line line-a rtt_ms<5",
        "incident mains_lost state=recovered child=generator_no_start",
        "incident server_dead",
        "blocked blocked_grant",
        "mode drill",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_assert_not(holds(bad[i]), "%s", bad[i]);
    }
}

Test(expect, says_what_is_there_instead)
{
    struct sim_expect expect;
    char seen[128];
    json_t *status = json_loads(status_text, 0, NULL);
    sim_expect_parse("server dispatch-2 role=active service_ok=true", &expect);
    cr_assert_not(sim_expect_holds(&expect, status, seen, sizeof(seen)));
    cr_assert_str_eq(seen, "role=standby service_ok=true");
    sim_expect_parse("server dispatch-9 role=active", &expect);
    cr_assert_not(sim_expect_holds(&expect, status, seen, sizeof(seen)));
    cr_assert_str_eq(seen, "no such server");
    json_decref(status);
}

Test(expect, refuses_what_it_cannot_understand)
{
    static const char *const bad[] = {"",
                                      "server",
                                      "server ",
                                      "weather tokyo state=fine",
                                      "server role=active",
                                      "server a role=",
                                      "server a b=1 c=1 d=1 e=1 f=1 g=1 h=1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct sim_expect expect;
        cr_assert_not_null(sim_expect_parse(bad[i], &expect), "%s", bad[i]);
    }
}
