/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the storm's checkers of the contact network: each sees what breaks its law, and the
 * checkers' own reckoning of duty is what people were told. */
#include "failover/reason.h"
#include "sim/storm/check.h"
#include "sim/storm/conduct.h"
#include "sim/storm/contact.h"
#include "sim/storm/duty.h"
#include "sim/storm/overdue.h"
#include "sim/storm/paging.h"
#include "sim/storm/run.h"

#include <criterion/criterion.h>
#include <string.h>

#define BIT(cause) (UINT64_C(1) << (FO_REASON_##cause - 100))

static struct storm_world world;
static struct fo_output out;

/* The world of a seed without faults, stopped in the middle; a plain contact network. */
static void begin(void)
{
    struct storm_plan plan = storm_plan_all(false);
    plan.allowed = 0;
    plan.pairs = STORM_PAIRS_NEVER;
    storm_run(&world, 3, &plan, 20000, false);
    cr_assert_eq(world.broken.law, STORM_LAW_NONE, "%s", world.broken.text);
    world.policy.drill = false;
    for (unsigned i = 0; i < STORM_PERSONS; i++) {
        world.policy.persons[i].roles = UINT32_C(1) << i % STORM_ROLES;
        world.policy.persons[i].human = 0;
        world.policy.persons[i].drill = i < 3;
    }
    memset(world.policy.roles, 0, sizeof world.policy.roles);
    for (unsigned i = 0; i < STORM_RUNGS; i++) {
        world.policy.rungs[i].roles = UINT32_C(1) << i;
        world.policy.rungs[i].branch = 0;
        world.policy.rungs[i].of_owner = false;
    }
}

static void expect(enum storm_law law)
{
    cr_assert_eq(world.broken.law, law, "%s instead of %s: %s", storm_law_name(world.broken.law),
                 storm_law_name(law), world.broken.text);
}

/* An incident that is open in the engine and in the checkers' book. */
static struct storm_case *open_incident(uint32_t number, struct fo_incident **incident)
{
    struct fo_incident *opened = &world.daemon.engine.incidents[FO_INCIDENTS_MAX - 1];
    struct storm_case *known = storm_contact_case(&world, 0);
    *opened = (struct fo_incident){
        .number = number, .state = FO_INCIDENT_OPEN, .severity = 3, .epoch = 2, .active = true};
    for (unsigned i = 0; i < FO_BRANCHES_MAX; i++) {
        opened->branches[i].rung = i == 0 ? 0 : FO_NONE;
        opened->branches[i].acked_by = FO_NONE;
    }
    known->number = number;
    known->epoch = 2;
    known->severity = 3;
    known->paged_us = world.now_us;
    *incident = opened;
    return known;
}

static void later(fo_us by_us)
{
    storm_overdue_look(&world);
    expect(STORM_LAW_NONE);
    world.now_us += by_us;
    storm_overdue_look(&world);
}

static void step(const struct fo_event *event, const struct fo_record *record,
                 const struct fo_command *command)
{
    memset(&out, 0, sizeof out);
    out.durable = true;
    out.record_count = record != NULL ? 1 : 0;
    out.records[0] = record != NULL ? *record : out.records[0];
    out.command_count = command != NULL ? 1 : 0;
    out.commands[0] = command != NULL ? *command : out.commands[0];
    storm_check_step(&world, event, &out);
}

static const struct fo_event tick = {.kind = FO_EVENT_TICK};

static struct fo_event order_of(uint8_t kind, uint8_t person, uint8_t second)
{
    return (struct fo_event){
        .kind = FO_EVENT_ORDER,
        .order = {.kind = kind, .person = person, .second = second, .server = FO_NONE}};
}

static void take_order(struct fo_event event)
{
    struct fo_record taken = {.reason = FO_REASON_OPERATOR_ORDER, .a = event.order.kind};
    step(&event, &taken, NULL);
}

/* ---- what time breaks ------------------------------------------------------------------------ */

Test(storm_people, an_epoch_that_nobody_is_called_for_is_seen)
{
    struct fo_incident *incident;
    begin();
    struct storm_case *known = open_incident(902, &incident);
    known->owed = 1;
    known->owed_due_us = world.now_us + FO_SECOND;
    later(2 * FO_SECOND);
    expect(STORM_LAW_P6);
}

Test(storm_people, who_has_gone_off_duty_is_owed_nothing)
{
    struct fo_incident *incident;
    begin();
    struct storm_case *known = open_incident(902, &incident);
    known->owed = 1;
    known->owed_due_us = world.now_us + FO_SECOND;
    struct fo_event roster = {.kind = FO_EVENT_ROSTER};
    roster.roster.on[0] = 1U << 4; /* of role 0, too */
    step(&roster, NULL, NULL);
    later(2 * FO_SECOND);
    expect(STORM_LAW_NONE);
}

Test(storm_people, maintenance_is_no_excuse_for_a_first_page_that_is_missing)
{
    struct fo_incident *incident;
    begin();
    struct storm_case *known = open_incident(902, &incident);
    known->first_missing = true;
    known->first_due_us = world.now_us + FO_SECOND;
    world.safety.book.maintenance_us[0] = world.now_us + FO_HOUR;
    later(2 * FO_SECOND);
    expect(STORM_LAW_P20);
}

Test(storm_people, an_alarm_that_went_out_by_lines_only_is_seen)
{
    struct fo_incident *incident;
    begin();
    struct storm_case *known = open_incident(902, &incident);
    known->inside_missing = true;
    known->inside_due_us = world.now_us + FO_SECOND;
    later(2 * FO_SECOND);
    expect(STORM_LAW_P2);
}

Test(storm_people, a_way_without_lines_that_is_broken_is_waited_for)
{
    struct fo_incident *incident;
    begin();
    struct storm_case *known = open_incident(902, &incident);
    known->inside_missing = true;
    known->inside_due_us = world.now_us + FO_MS;
    world.people.channel_dead[STORM_SMS] = 1;
    later(STORM_LOOK_US);
    expect(STORM_LAW_NONE);
}

Test(storm_people, one_who_acted_alone_and_nobody_who_decides_hears_is_seen)
{
    struct fo_incident *incident;
    begin();
    world.policy.roles[2].decides = true;
    struct storm_case *known = open_incident(902, &incident);
    known->glass = 1U << 2;
    known->glass_due_us = world.now_us + FO_SECOND;
    later(2 * FO_SECOND);
    expect(STORM_LAW_P10);
}

Test(storm_people, a_graver_child_is_seen)
{
    struct fo_incident *incident;
    begin();
    open_incident(902, &incident);
    incident->child_count = 1;
    incident->children[0] = (struct fo_child){
        .cause = FO_REASON_UPS_LOW, .subject = {FO_SUBJECT_DEVICE, 0}, .open = true};
    storm_overdue_look(&world);
    expect(STORM_LAW_P14);
}

Test(storm_people, a_child_that_outlives_its_root_unsaid_is_seen)
{
    struct fo_incident *incident;
    begin();
    open_incident(902, &incident);
    incident->child_count = 1;
    incident->children[0] = (struct fo_child){
        .cause = FO_REASON_UPS_BYPASS, .subject = {FO_SUBJECT_DEVICE, 0}, .open = true};
    incident->active = false;
    incident->clear_us = world.daemon.engine.now_us - world.policy.child_grace_us - FO_MINUTE;
    storm_overdue_look(&world);
    expect(STORM_LAW_P14);
}

/* ---- words ----------------------------------------------------------------------------------- */

Test(storm_people, a_word_about_an_earlier_epoch_that_counts_is_seen)
{
    struct fo_incident *incident;
    begin();
    open_incident(902, &incident);
    struct fo_event event = order_of(FO_ORDER_ACKNOWLEDGE, 0, FO_NONE);
    event.order.incident = 902;
    event.order.epoch = 1;
    struct fo_record old = {.reason = FO_REASON_ACKNOWLEDGE_OLD, .incident = 902};
    step(&event, &old, NULL);
    expect(STORM_LAW_NONE);
    struct fo_record taken = {.reason = FO_REASON_ACKNOWLEDGED, .incident = 902};
    step(&event, &taken, NULL);
    expect(STORM_LAW_P6);
}

Test(storm_people, what_needs_two_needs_two_humans)
{
    begin();
    world.policy.persons[5].human = 1; /* another id of person 0 */
    take_order(order_of(FO_ORDER_SWITCH, 0, 1));
    expect(STORM_LAW_NONE);
    take_order(order_of(FO_ORDER_SWITCH, 0, 5));
    expect(STORM_LAW_P10);
}

Test(storm_people, a_substitute_whom_nobody_has_approved_approves_nothing)
{
    begin();
    world.safety.book.duty.extra = 1U << 1;
    take_order(order_of(FO_ORDER_DRILL_BEGIN, 0, 1));
    expect(STORM_LAW_P10);
}

Test(storm_people, one_may_act_alone_only_where_glass_may_be_broken)
{
    begin();
    struct fo_event event = order_of(FO_ORDER_SWITCH, 0, FO_NONE);
    event.order.alone = true;
    take_order(event);
    expect(STORM_LAW_NONE);
    event.order.kind = FO_ORDER_ADOPT_LADDER;
    take_order(event);
    expect(STORM_LAW_P10);
}

/* ---- conduct --------------------------------------------------------------------------------- */

Test(storm_people, a_page_of_a_drill_to_somebody_who_is_not_on_its_list_is_seen)
{
    struct fo_incident *incident;
    begin();
    open_incident(902, &incident)->drill = true;
    struct fo_command command = {.kind = FO_COMMAND_NOTIFY,
                                 .key = {1, 1},
                                 .notify = {.incident = 902, .person = 4, .drill = true}};
    storm_paging_act(&world, &command, false);
    expect(STORM_LAW_P9);
}

Test(storm_people, a_call_outside_that_nobody_has_recorded_is_seen)
{
    struct fo_record record = {.reason = FO_REASON_OUTSIDE_CALLED, .incident = 902, .person = 1};
    begin();
    struct fo_event event = order_of(FO_ORDER_OUTSIDE, 1, FO_NONE);
    step(&event, &record, NULL);
    expect(STORM_LAW_NONE);
    step(&tick, &record, NULL);
    expect(STORM_LAW_P9);
}

Test(storm_people, a_key_for_two_acts_is_seen)
{
    struct fo_command command = {
        .kind = FO_COMMAND_ROUTE, .server = FO_NONE, .line = 0, .key = {77, 5}};
    begin();
    step(&tick, NULL, &command);
    step(&tick, NULL, &command);
    expect(STORM_LAW_NONE);
    command.line = 1;
    step(&tick, NULL, &command);
    expect(STORM_LAW_P11);
}

Test(storm_people, a_move_away_from_a_server_that_serves_is_seen)
{
    begin();
    world.daemon.engine.servers[0].claim = FO_CLAIM_HOLD;
    world.daemon.engine.servers[0].hearing = FO_HEARING_WELL;
    struct fo_record record = {
        .reason = FO_REASON_SWITCHOVER_STARTED, .why = FO_REASON_SERVICE_FAILED, .a = 1};
    step(&tick, &record, NULL);
    expect(STORM_LAW_P12);
}

Test(storm_people, a_move_after_a_failed_assertion_is_seen)
{
    begin();
    world.safety.frozen = true;
    struct fo_record record = {
        .reason = FO_REASON_SWITCHOVER_STARTED, .why = FO_REASON_UPS_LOW, .a = 1};
    step(&tick, &record, NULL);
    expect(STORM_LAW_S3);
}

Test(storm_people, a_return_to_a_line_that_has_just_come_back_is_seen)
{
    struct fo_command command = {
        .kind = FO_COMMAND_ROUTE, .server = FO_NONE, .line = 0, .key = {77, 6}};
    begin();
    world.policy.lines[0].return_us = 5 * FO_MINUTE;
    world.conduct.line_down_us[0] = world.now_us - 5 * FO_MINUTE;
    step(&tick, NULL, &command);
    expect(STORM_LAW_NONE);
    world.conduct.line_down_us[0] = world.now_us - FO_MINUTE;
    command.key.sequence++;
    step(&tick, NULL, &command);
    expect(STORM_LAW_P12);
}

/* A change from one line to the other, when the newest 100 samples of each lost so many. */
static enum storm_law judged(uint8_t to, unsigned left_lost, unsigned to_lost)
{
    struct fo_command command = {
        .kind = FO_COMMAND_ROUTE, .server = FO_NONE, .line = to, .key = {77, 7}};
    begin();
    world.policy.lines[0].loss_degraded_permille = 100;
    world.policy.lines[1].loss_degraded_permille = 100;
    memset(world.conduct.line_down_us, 0, sizeof world.conduct.line_down_us);
    memset(world.conduct.losses, 0, sizeof world.conduct.losses);
    fo_loss_add(&world.conduct.losses[1 - to], 100, left_lost);
    fo_loss_add(&world.conduct.losses[to], 100, to_lost);
    step(&tick, NULL, &command);
    return world.broken.law;
}

Test(storm_people, a_line_left_for_a_worse_one_is_seen)
{
    cr_assert_eq(judged(0, 0, 9), STORM_LAW_NONE, "back to a preferred line that is OK");
    cr_assert_eq(judged(0, 0, 10), STORM_LAW_P12, "back to one that is not");
    cr_assert_eq(judged(1, 5, 0), STORM_LAW_NONE);
    cr_assert_eq(judged(1, 4, 0), STORM_LAW_P12, "nothing calls for it");
    cr_assert_eq(judged(1, 40, 20), STORM_LAW_NONE);
    cr_assert_eq(judged(1, 40, 21), STORM_LAW_P12, "both are bad: it stays");
}

Test(storm_people, a_lossy_line_left_for_one_that_has_just_come_back_is_seen)
{
    struct fo_command command = {
        .kind = FO_COMMAND_ROUTE, .server = FO_NONE, .line = 1, .key = {77, 8}};
    begin();
    world.policy.lines[0].leave_us = FO_MINUTE;
    fo_loss_add(&world.conduct.losses[0], 100, 40);
    memset(&world.conduct.losses[1], 0, sizeof world.conduct.losses[1]);
    world.conduct.line_down_us[1] = world.now_us - FO_MINUTE;
    step(&tick, NULL, &command);
    expect(STORM_LAW_NONE);
    world.conduct.line_down_us[1] = world.now_us - FO_MINUTE / 2;
    command.key.sequence++;
    step(&tick, NULL, &command);
    expect(STORM_LAW_P12);
}

Test(storm_people, a_device_that_is_silent_unsaid_is_seen)
{
    begin();
    storm_conduct_look(&world);
    expect(STORM_LAW_NONE);
    world.conduct.device_us[STORM_UPS_A] = world.now_us - FO_HOUR;
    world.daemon.engine.raised[FO_SUBJECT_DEVICE][STORM_UPS_A] = BIT(UPS_SILENT);
    storm_conduct_look(&world);
    expect(STORM_LAW_NONE);
    world.daemon.engine.raised[FO_SUBJECT_DEVICE][STORM_UPS_A] = 0;
    storm_conduct_look(&world);
    expect(STORM_LAW_P13);
}

Test(storm_people, pages_without_an_occasion_are_seen)
{
    struct fo_incident *incident;
    begin();
    struct storm_case *known = open_incident(902, &incident);
    known->calls = 1;
    struct fo_command command = {
        .kind = FO_COMMAND_NOTIFY,
        .notify = {.incident = 902, .epoch = 2, .message = FO_MESSAGE_REMINDER, .attempt = 1}};
    for (unsigned i = 0; i < 2 * STORM_CHANNELS; i++) {
        storm_paging_act(&world, &command, false);
    }
    expect(STORM_LAW_NONE);
    storm_paging_act(&world, &command, false);
    expect(STORM_LAW_P15);
}

Test(storm_people, a_duty_that_nobody_has_and_nobody_says_is_seen)
{
    struct fo_event event = {.kind = FO_EVENT_ROSTER};
    begin();
    event.roster.gaps = 1U << 1;
    world.daemon.engine.raised[FO_SUBJECT_ROLE][1] = BIT(ROSTER_GAP);
    step(&event, NULL, NULL);
    expect(STORM_LAW_NONE);
    world.daemon.engine.raised[FO_SUBJECT_ROLE][1] = 0;
    step(&event, NULL, NULL);
    expect(STORM_LAW_P16);
}

/* ---- duty ------------------------------------------------------------------------------------ */

Test(storm_people, duty_is_what_was_said)
{
    struct fo_record left = {.reason = FO_REASON_PRESENCE_CHANGED};
    struct fo_record handed = {.reason = FO_REASON_HANDED_OVER};
    begin();
    world.safety.book.duty = (struct storm_duty){0};
    cr_assert_eq(storm_duty_role(&world, 0), 1U << 0 | 1U << 4, "all, until a roster is said");
    struct fo_event event = {.kind = FO_EVENT_ROSTER};
    event.roster.on[0] = 1U << 4;
    event.roster.outgoing[0] = 1U << 0;
    event.roster.on[1] = 1U << 1;
    step(&event, NULL, NULL);
    cr_assert_eq(storm_duty_role(&world, 0), 1U << 0 | 1U << 4, "both, while they overlap");
    struct fo_event order = order_of(FO_ORDER_HANDOVER, 4, FO_NONE);
    step(&order, &handed, NULL);
    cr_assert_eq(storm_duty_role(&world, 0), 1U << 4);
    world.policy.roles[0].deputies = 1U << 1;
    order = order_of(FO_ORDER_AWAY, 4, FO_NONE);
    step(&order, &left, NULL);
    cr_assert_eq(storm_duty_role(&world, 0), 1U << 4 | 1U << 1, "and the deputy beside him");
    event.roster.on[0] = 0;
    event.roster.outgoing[0] = 0;
    event.roster.gaps = 1;
    world.daemon.engine.raised[FO_SUBJECT_ROLE][0] = BIT(ROSTER_GAP);
    step(&event, NULL, NULL);
    cr_assert_neq(storm_duty_role(&world, 0) & 1U << 4, 0, "who was there stays");
}
