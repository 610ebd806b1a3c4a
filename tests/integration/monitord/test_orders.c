/* SPDX-License-Identifier: Apache-2.0 */
/* Orders of people as JSON through orders.c into a real engine: who may, what needs two, what is
 * kept. */
#include "monitord/incident_name.h"
#include "monitord/orders.h"
#include "tests/lib/driver_stage.h"

struct desk {
    struct stage stage;
    struct md_orders orders;
    uint64_t ticket;
};

static void open_desk(struct desk *desk)
{
    open_stage(&desk->stage);
    md_orders_init(&desk->orders, desk->stage.place.site, desk->stage.driver, NULL, 7);
    desk->orders.known[0] = desk->orders.known[1] = true;
    desk->orders.uid[0] = 1001;
    desk->orders.uid[1] = 1002;
}

/* The answer as text; valid until the next. */
static const char *ask(struct desk *desk, uid_t uid, const char *order)
{
    static char text[2048];
    json_t *request = json_loads(order, 0, NULL);
    json_t *answer;
    char *dumped;

    cr_assert_not_null(request, "%s", order);
    answer = md_orders_take(&desk->orders, uid, request, &desk->ticket);
    cr_assert_not_null(answer);
    dumped = json_dumps(answer, JSON_COMPACT | JSON_SORT_KEYS);
    snprintf(text, sizeof(text), "%s", dumped);
    free(dumped);
    json_decref(answer);
    json_decref(request);
    return text;
}

static void expect(struct desk *desk, uid_t uid, const char *order, const char *part)
{
    const char *text = ask(desk, uid, order);

    cr_assert_not_null(strstr(text, part), "%s gives %s", order, text);
}

static void close_desk(struct desk *desk)
{
    stop(&desk->stage);
    cr_assert(verify(&desk->stage).good);
    place_remove(&desk->stage.place);
}

static void id_of(const char *answer, char id[16])
{
    const char *at = strstr(answer, "\"id\":\"");

    cr_assert_not_null(at, "%s", answer);
    snprintf(id, 9, "%s", at + 6);
}

Test(orders, everybody_may_ask_where_and_nobody_may_ask_nonsense)
{
    struct desk desk;

    open_desk(&desk);
    expect(&desk, 5, "{\"order\":\"where\"}", "journal.sqlite");
    expect(&desk, 1001, "{\"order\":\"frobnicate\"}", "unknown-order");
    expect(&desk, 1001, "{}", "bad-request");
    close_desk(&desk);
}

Test(orders, a_user_who_is_nobody_or_two_persons_may_not_act)
{
    struct desk desk;

    open_desk(&desk);
    expect(&desk, 5, "{\"order\":\"hold\"}", "not-a-person");
    desk.orders.uid[1] = 1001;
    expect(&desk, 1001, "{\"order\":\"hold\"}", "not-a-person");
    stop(&desk.stage);
    cr_assert_eq(count_rows(&desk.stage, "order", "\"refused\":\"not-a-person\""), 2);
    place_remove(&desk.stage.place);
}

Test(orders, a_hold_is_taken_and_its_answer_waits_for_the_disk)
{
    struct desk desk;

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"hold\"}", "\"ok\":true");
    cr_assert_neq(desk.ticket, 0);
    expect(&desk, 1001, "{\"order\":\"release\"}", "\"ok\":true");
    close_desk(&desk);
}

Test(orders, an_incident_must_be_named_as_it_is)
{
    struct desk desk;
    char order[128], id[MD_INCIDENT_NAME_SIZE];

    open_desk(&desk);
    make_clock_unwell(&desk.stage);
    expect(&desk, 1001, "{\"order\":\"own\"}", "no-such-incident");
    expect(&desk, 1001, "{\"order\":\"own\",\"incident\":\"INC-19990101-0001\"}",
           "no-such-incident");
    expect(&desk, 1001, "{\"order\":\"own\",\"incident\":\"0001\"}", "no-such-incident");
    expect(&desk, 1001, "{\"order\":\"own\",\"incident\":-1}", "no-such-incident");
    expect(&desk, 1001, "{\"order\":\"own\",\"incident\":77}", "\"ok\":false");
    struct fo_view *view = calloc(1, sizeof(*view));

    md_driver_view(desk.stage.driver, view);
    md_incident_name(desk.stage.place.site, 1, view->incidents[0].opened_wall_ms, id);
    free(view);
    snprintf(order, sizeof(order), "{\"order\":\"own\",\"incident\":\"%s\"}", id);
    expect(&desk, 1001, order, "\"ok\":true");
    close_desk(&desk);
}

Test(orders, a_switchover_needs_two_persons_and_names_its_server)
{
    struct desk desk;
    char order[128], id[16];

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"switch\",\"server\":\"no-such\"}", "no-such-server");
    expect(&desk, 1001, "{\"order\":\"switch\"}", "no-such-server");
    id_of(ask(&desk, 1001, "{\"order\":\"switch\",\"server\":\"dispatch-2\"}"), id);
    cr_assert_neq(desk.ticket, 0);
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\"}", id);
    expect(&desk, 1001, order, "same-person");
    json_t *list = md_orders_approvals(&desk.orders);

    cr_assert_eq(json_array_size(list), 1);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "by")), "person-1");
    json_decref(list);
    /* the engine has its own word: nobody is healthy here */
    expect(&desk, 1002, order, "blocked_");
    expect(&desk, 1002, order, "approval-used");
    stop(&desk.stage);
    cr_assert_eq(count_rows(&desk.stage, "order", "\"text\":\"switch to dispatch-2\""), 1);
    cr_assert_eq(count_rows(&desk.stage, "order", "\"second\":\"person-2\""), 1);
    cr_assert_eq(count_rows(&desk.stage, "record", "order_refused"), 1);
    place_remove(&desk.stage.place);
}

Test(orders, maintenance_needs_an_end_and_two_persons_and_may_be_ended_by_one)
{
    struct desk desk;
    char order[128], id[16];
    struct fo_view *view = calloc(1, sizeof(*view));

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"maintenance_begin\"}", "no-end");
    expect(&desk, 1001, "{\"order\":\"maintenance_begin\",\"for_s\":600}", "no-reason");
    expect(&desk, 1001, "{\"order\":\"maintenance_begin\",\"for_s\":86401}", "no-end");
    id_of(ask(&desk, 1001,
              "{\"order\":\"maintenance_begin\",\"for_s\":600,"
              "\"reason\":\"UPS battery\"}"),
          id);
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\"}", id);
    expect(&desk, 1002, order, "\"ok\":true");
    md_driver_view(desk.stage.driver, view);
    cr_assert_eq(view->mode, FO_MODE_MAINTENANCE);
    expect(&desk, 1002, "{\"order\":\"maintenance_end\"}", "\"ok\":true");
    md_driver_view(desk.stage.driver, view);
    cr_assert_eq(view->mode, FO_MODE_NORMAL);
    free(view);
    close_desk(&desk);
}

Test(orders, a_request_can_be_withdrawn_by_who_made_it)
{
    struct desk desk;
    char order[128], id[16];

    open_desk(&desk);
    id_of(ask(&desk, 1001, "{\"order\":\"switch\",\"server\":\"dispatch-2\"}"), id);
    snprintf(order, sizeof(order), "{\"order\":\"withdraw\",\"id\":\"%s\"}", id);
    expect(&desk, 1002, order, "no-such-request");
    expect(&desk, 1001, order, "\"ok\":true");
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\"}", id);
    expect(&desk, 1002, order, "approval-withdrawn");
    close_desk(&desk);
}

Test(orders, an_approval_for_another_order_than_the_one_shown_is_refused)
{
    struct desk desk;
    char order[256], id[16];

    open_desk(&desk);
    id_of(ask(&desk, 1001, "{\"order\":\"switch\",\"server\":\"dispatch-2\"}"), id);
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\",\"hash\":\"%064d\"}", id,
             0);
    expect(&desk, 1002, order, "approval-changed");
    expect(&desk, 1002, "{\"order\":\"approve\",\"id\":\"00000000\"}", "no-such-request");
    close_desk(&desk);
}

Test(orders, each_person_may_do_what_his_part_is_and_no_more)
{
    struct desk desk;
    char order[128], id[16];

    open_desk(&desk);
    struct cfg_person *persons = (struct cfg_person *)desk.stage.place.site->persons;
    persons[0].may = CFG_MAY_OPERATE;
    persons[1].may = CFG_MAY_APPROVE;
    expect(&desk, 1002, "{\"order\":\"hold\"}", "not-allowed");
    id_of(ask(&desk, 1001, "{\"order\":\"switch\",\"server\":\"dispatch-2\"}"), id);
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\"}", id);
    expect(&desk, 1001, order, "not-allowed");
    expect(&desk, 1002, order, "blocked_"); /* heard, and judged by the engine */
    persons[1].may = CFG_MAY_AUDIT;
    expect(&desk, 1002, order, "not-allowed");
    expect(&desk, 1002, "{\"order\":\"where\"}", "\"ok\":true");
    close_desk(&desk);
}

Test(orders, a_session_that_is_none_is_locked_and_journalled)
{
    struct desk desk;

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"hold\",\"session\":\"00112233445566778899aabbccddeeff\"}",
           "locked");
    expect(&desk, 5, "{\"order\":\"login\",\"person\":\"person-1\",\"passphrase\":\"x\"}",
           "no-passphrases");
    expect(&desk, 5, "{\"order\":\"login\",\"person\":\"nobody\",\"passphrase\":\"x\"}",
           "no-such-person");
    expect(&desk, 5, "{\"order\":\"session\",\"session\":\"00\"}", "locked");
    stop(&desk.stage);
    cr_assert_eq(count_rows(&desk.stage, "order", "\"refused\":\"locked\""), 1);
    place_remove(&desk.stage.place);
}

Test(orders, the_glass_is_broken_only_for_a_reason_and_the_reason_is_kept)
{
    struct desk desk;

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"switch\",\"server\":\"dispatch-2\",\"alone\":true}",
           "no-reason");
    ask(&desk, 1001,
        "{\"order\":\"switch\",\"server\":\"dispatch-2\",\"alone\":true,"
        "\"reason\":\"smoke in room 1\"}");
    json_t *waiting = md_orders_approvals(&desk.orders);
    cr_assert_eq(json_array_size(waiting), 0u, "nobody waits");
    json_decref(waiting);
    stop(&desk.stage);
    cr_assert_eq(count_rows(&desk.stage, "order", "smoke in room 1"), 1);
    place_remove(&desk.stage.place);
}

Test(orders, people_say_who_is_there_and_enter_by_hand_what_they_see)
{
    struct desk desk;

    open_desk(&desk);
    const char *id = desk.stage.place.site->persons[1].id;
    char order[160];
    snprintf(order, sizeof(order), "{\"order\":\"away\",\"person\":\"%s\"}", id);
    expect(&desk, 1001, order, "\"ok\":true");
    struct fo_view *view = calloc(1, sizeof(*view));
    md_driver_view(desk.stage.driver, view);
    cr_assert_eq(view->away, 2u, "the other one");
    expect(&desk, 1002, "{\"order\":\"back\"}", "\"ok\":true");
    md_driver_view(desk.stage.driver, view);
    cr_assert_eq(view->away, 0u);
    expect(&desk, 1001, "{\"order\":\"away\",\"person\":\"nobody\"}", "no-such-person");
    expect(&desk, 1001, "{\"order\":\"raise\",\"subject\":\"nothing\",\"reason\":\"x\"}",
           "no-such-object");
    expect(&desk, 1001, "{\"order\":\"raise\"}", "no-reason");
    expect(&desk, 1001, "{\"order\":\"raise\",\"reason\":\"smoke\"}", "\"ok\":true");
    md_driver_view(desk.stage.driver, view);
    cr_assert_eq(view->incidents[0].cause, FO_REASON_REPORTED);
    unsigned number = view->incidents[0].number;
    free(view);
    snprintf(order, sizeof(order),
             "{\"order\":\"called\",\"incident\":%u,\"person\":\"%s\",\"outcome\":\"taken\"}",
             number, id);
    expect(&desk, 1001, order, "\"ok\":true");
    snprintf(order, sizeof(order),
             "{\"order\":\"called\",\"incident\":%u,\"person\":\"%s\",\"outcome\":\"gone\"}",
             number, id);
    expect(&desk, 1001, order, "bad-request");
    snprintf(order, sizeof(order),
             "{\"order\":\"outside\",\"incident\":%u,\"contact\":\"carrier\"}", number);
    expect(&desk, 1001, order, "no-such-contact");
    snprintf(order, sizeof(order), "{\"order\":\"merge\",\"incident\":%u,\"into\":77}", number);
    expect(&desk, 1001, order, "\"ok\":false");
    stop(&desk.stage);
    cr_assert_eq(count_rows(&desk.stage, "record", "called_by_hand"), 1);
    cr_assert_eq(count_rows(&desk.stage, "order", "\"text\":\"smoke\""), 1);
    place_remove(&desk.stage.place);
}

Test(orders, a_drill_of_the_contact_network_needs_two_and_is_refused_while_something_is_real)
{
    struct desk desk;
    char id[16], order[128];

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"contacts_drill\",\"for_s\":90000}", "no-end");
    id_of(ask(&desk, 1001, "{\"order\":\"contacts_drill\",\"for_s\":600}"), id);
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\"}", id);
    expect(&desk, 1001, order, "same-person");
    expect(&desk, 1002, order, "\"ok\":true");
    struct fo_view *view = calloc(1, sizeof(*view));
    md_driver_view(desk.stage.driver, view);
    cr_assert(view->incident_count == 1 && view->incidents[0].drill &&
              view->incidents[0].roll_call);
    snprintf(order, sizeof(order), "{\"order\":\"drill_end\",\"incident\":%u}",
             view->incidents[0].number);
    free(view);
    expect(&desk, 1001, order, "\"ok\":true");
    make_clock_unwell(&desk.stage);
    id_of(ask(&desk, 1001, "{\"order\":\"contacts_drill\"}"), id);
    snprintf(order, sizeof(order), "{\"order\":\"approve\",\"id\":\"%s\"}", id);
    expect(&desk, 1002, order, "\"ok\":false");
    close_desk(&desk);
}

Test(orders, switching_loads_on_again_names_its_stage_and_is_refused_at_once_when_it_would_be)
{
    struct desk desk;

    open_desk(&desk);
    expect(&desk, 1001, "{\"order\":\"restore_loads\",\"stage\":\"no-such\"}", "no-such-stage");
    expect(&desk, 1001, "{\"order\":\"restore_loads\",\"stage\":7}", "no-such-stage");
    expect(&desk, 1001, "{\"order\":\"restore_loads\"}", "blocked_not_off");
    /* no UPS has said anything yet */
    expect(&desk, 1001, "{\"order\":\"restore_loads\",\"stage\":\"stage-1\"}", "blocked_supply");
    expect(&desk, 1001, "{\"order\":\"restore_loads\",\"alone\":true,\"reason\":\"it is dark\"}",
           "same-person");
    json_t *waiting = md_orders_approvals(&desk.orders);
    cr_assert_eq(json_array_size(waiting), 0u, "nobody waits for what cannot be");
    json_decref(waiting);
    stop(&desk.stage);
    cr_assert_eq(count_rows(&desk.stage, "order", "\"refused\":\"blocked_supply\""), 1);
    place_remove(&desk.stage.place);
}

Test(orders, in_shadow_mode_nothing_is_switched_on)
{
    struct desk desk;

    open_desk(&desk);
    struct site shadow = *desk.orders.site;
    shadow.shadow = true;
    desk.orders.site = &shadow;
    expect(&desk, 1001, "{\"order\":\"restore_loads\"}", "\"error\":\"shadow\"");
    close_desk(&desk);
}
