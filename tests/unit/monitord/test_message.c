/* SPDX-License-Identifier: Apache-2.0 */
/* One page to one person, as that person reads it: marks, length, order, what to do and how to
 * answer; and what must never be in it. */
#include "monitord/message.h"
#include "monitord/text_word.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define OPENED_MS 1795198364000LL /* 2026-11-21T03:12:44+09:00 … as the zone says */
#define NOW_MS (OPENED_MS + 7000)

static struct site site;
static struct fo_view view;
static struct fo_command command;
static struct md_message message;

/* dispatch-1 has died, dispatch-2 serves; two services, both class 2. */
static void set_up(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    memset(&site, 0, sizeof(site));
    memset(&view, 0, sizeof(view));
    memset(&command, 0, sizeof(command));
    site.name = "見本消防本部 通信指令センター";
    site.language = CFG_LANGUAGE_JA;
    site.timezone = "Asia/Tokyo";
    site.service_count = 2;
    site.services[0].name = "119番受付";
    site.services[1].name = "出動指令";
    site.policy.services[0].availability_class = 2;
    site.policy.services[1].availability_class = 2;
    site.servers[0].name = "dispatch-1";
    site.servers[0].preferred = true;
    site.servers[1].name = "dispatch-2";
    site.person_count = 1;
    site.persons[0].id = "person-1";
    site.persons[0].title = "当直長";
    site.persons[0].mail = "secret@example.jp";
    site.persons[0].command_address = "0X0-0000-0000";
    site.channel_count = 1;
    site.channels[0].name = "sms";
    view.services[0] = (struct fo_view_service){.state = FO_STATE_DEGRADED,
                                                .reason = FO_REASON_REDUNDANCY_LOST,
                                                .last_outage_us = 300 * FO_MS,
                                                .recovery_time_us = 60 * FO_SECOND};
    view.services[1] =
        (struct fo_view_service){.state = FO_STATE_OK, .recovery_time_us = 120 * FO_SECOND};
    view.servers[0].state = FO_STATE_DOWN;
    view.servers[1].state = FO_STATE_OK;
    view.servers[1].role = FO_ROLE_ACTIVE;
    view.incident_count = 1;
    view.incidents[0] = (struct fo_view_incident){.number = 3,
                                                  .state = FO_INCIDENT_OPEN,
                                                  .severity = 2,
                                                  .epoch = 1,
                                                  .cause = FO_REASON_SERVER_DEAD,
                                                  .subject = {FO_SUBJECT_SERVER, 0},
                                                  .did = FO_REASON_SWITCHOVER_VERIFIED,
                                                  .opened_wall_ms = OPENED_MS,
                                                  .age_us = 7 * FO_SECOND,
                                                  .acked_by = FO_NONE,
                                                  .owned_by = FO_NONE};
    command.kind = FO_COMMAND_NOTIFY;
    command.reason = FO_REASON_SERVER_DEAD;
    command.key = (struct fo_key){0xa1, 6};
    command.notify = (struct fo_notify){.incident = 3, .epoch = 1, .attempt = 1};
}

static void compose(void)
{
    md_message_compose(&site, &view, &command, NOW_MS, &message);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

TestSuite(message, .init = set_up);

Test(message, the_short_form_fits_one_sms_and_says_what_did_and_what_now)
{
    compose();
    cr_expect_str_eq(message.brief,
                     "【障害】可用性2 119番受付 03:12 主系サーバ停止→切替済み "
                     "予備なし 了知 INC-20261121-0003");
    cr_expect_leq(md_text_characters(message.brief), 67);
}

Test(message, the_subject_line_names_service_cause_and_incident)
{
    compose();
    cr_expect_str_eq(message.subject,
                     "【障害】可用性2 119番受付 指令サーバ停止（主系 dispatch-1） "
                     "INC-20261121-0003");
    cr_expect_null(strchr(message.subject, '\n'));
}

Test(message, the_mail_says_what_happened_what_was_done_and_what_to_do_in_this_order)
{
    compose();
    const char *what = strstr(message.body, "何が起きたか");
    const char *machine = strstr(message.body, "機械がしたこと");
    const char *you = strstr(message.body, "あなたの対応");
    const char *services = strstr(message.body, "サービスの状態");
    cr_assert(what != NULL && machine != NULL && you != NULL && services != NULL);
    cr_expect(what < machine && machine < you && you < services);
    cr_expect(has(message.body, "monitorctl ack INC-20261121-0003"));
    cr_expect(has(message.body, "monitorctl cannot INC-20261121-0003"));
    cr_expect(has(message.body, "相手系へ切替済み、応答を確認"));
    cr_expect_eq(message.body[strlen(message.body) - 1], '\n');
}

Test(message, the_state_of_a_service_carries_the_clock_of_its_recovery_time)
{
    view.services[0].state = FO_STATE_DOWN;
    view.services[0].down_us = 12 * FO_SECOND;
    compose();
    cr_expect(has(message.body, "× 119番受付（可用性2） 停止  12秒経過 / 目標 60秒（残り 48秒）"),
              "%s", message.body);
    view.services[0].down_us = 75 * FO_SECOND;
    compose();
    cr_expect(has(message.body, "目標 60秒 超過"), "%s", message.body);
}

Test(message, two_answers_for_one_address_are_named_by_their_hardware_addresses)
{
    view.incidents[0].cause = command.reason = FO_REASON_TWO_ANSWERS;
    view.incidents[0].subject = (struct fo_subject){FO_SUBJECT_SITE, 0};
    view.stations[0] = 0x02005e100001;
    compose();
    cr_assert_not(has(message.body, "MAC"), "one alone is no conflict yet");
    view.stations[1] = 0x02005e1000fe;
    compose();
    cr_assert(has(message.body, "02:00:5e:10:00:01 と 02:00:5e:10:00:fe"), "%s", message.body);
}

Test(message, a_degraded_line_says_which_way_it_loses_as_far_as_that_is_known)
{
    static const char said[] = "line-b の損失: 上り 12.0%、下り 0.0%";
    site.line_count = 2;
    site.lines[0].name = "line-a";
    site.lines[1].name = "line-b";
    view.incidents[0].cause = command.reason = FO_REASON_LINE_DEGRADED;
    view.incidents[0].subject = (struct fo_subject){FO_SUBJECT_LINE, 1};
    view.lines[1].loss_out_permille = 120;
    compose();
    cr_expect(has(message.body, said), "%s", message.body);
    view.lines[1].loss_back_permille = UINT32_MAX;
    compose();
    cr_expect_not(has(message.body, "上り"), "one direction alone is not told");
    view.lines[1].loss_back_permille = 0;
    view.lines[1].loss_out_permille = UINT32_MAX;
    compose();
    cr_expect_not(has(message.body, "上り"));
    view.lines[1].loss_out_permille = 120;
    command.notify.message = FO_MESSAGE_RECOVERED;
    compose();
    cr_expect_not(has(message.body, "上り"), "it is over");
}

Test(message, a_degraded_line_that_is_folded_into_another_incident_says_so_while_it_lasts)
{
    site.line_count = 1;
    site.lines[0].name = "line-a";
    site.language = CFG_LANGUAGE_EN;
    view.lines[0].loss_out_permille = 0;
    view.lines[0].loss_back_permille = 1000;
    view.incidents[0].child_count = 2;
    view.incidents[0].children[0] =
        (struct fo_view_child){FO_REASON_LINE_DOWN, {FO_SUBJECT_LINE, 0}, true};
    view.incidents[0].children[1] =
        (struct fo_view_child){FO_REASON_LINE_DEGRADED, {FO_SUBJECT_LINE, 0}, true};
    compose();
    cr_expect(has(message.body, "Loss of line-a: 0.0 % on the way out, 100.0 % on the way back"),
              "%s", message.body);
    view.incidents[0].children[1].open = false;
    compose();
    cr_expect_not(has(message.body, "on the way out"));
}

Test(message, a_drill_is_marked_in_subject_sms_and_at_both_ends_of_the_mail)
{
    command.notify.drill = true;
    compose();
    cr_expect_eq(strncmp(message.subject, "【訓練】", strlen("【訓練】")), 0);
    cr_expect_eq(strncmp(message.brief, "【訓練】", strlen("【訓練】")), 0);
    cr_expect_eq(strncmp(message.body, "【訓練】", strlen("【訓練】")), 0);
    cr_expect(has(message.body + strlen(message.body) - 60, "訓練"), "%s", message.body);
    cr_expect_leq(md_text_characters(message.brief), 67);
}

Test(message, a_real_incident_never_says_drill)
{
    compose();
    cr_expect_not(has(message.subject, "訓練") || has(message.brief, "訓練") ||
                  has(message.body, "訓練"));
}

Test(message, a_repetition_after_a_crash_says_so)
{
    command.notify.resend = true;
    compose();
    cr_expect(has(message.subject, "【再送】"));
    cr_expect(has(message.brief, "【再送】"));
    cr_expect(has(message.body, "再送"));
}

Test(message, recovery_asks_for_no_acknowledgement)
{
    command.notify.message = FO_MESSAGE_RECOVERED;
    view.incidents[0].state = FO_INCIDENT_RECOVERED;
    compose();
    cr_expect(has(message.subject, "【復旧】"));
    cr_expect_not(has(message.subject, "【障害】"));
    cr_expect(has(message.brief, "復旧"));
    cr_expect_not(has(message.brief, "了知"));
    cr_expect_not(has(message.body, "monitorctl ack"));
}

Test(message, a_worsening_and_a_reminder_differ_from_the_first_page)
{
    command.notify.message = FO_MESSAGE_WORSENED;
    compose();
    cr_expect(has(message.brief, "【障害】悪化 "));
    cr_expect(has(message.body, "以前の了知は無効"));
    command.notify.message = FO_MESSAGE_REMINDER;
    compose();
    cr_expect(has(message.brief, "【障害】未了知 "));
}

Test(message, an_incident_that_is_gone_still_has_number_cause_and_where_to_read)
{
    view.incident_count = 0;
    compose();
    cr_expect(has(message.body, "通番 3"));
    cr_expect(has(message.body, "指令サーバ停止"));
    cr_expect(has(message.body, "monitorctl report INC-20261121-0003"));
}

Test(message, english_readers_get_english)
{
    site.language = CFG_LANGUAGE_EN;
    site.name = "Model dispatch centre";
    site.services[0].name = "emergency calls";
    site.services[1].name = "dispatch";
    compose();
    for (const char *byte = message.body; *byte != '\0'; byte++) {
        bool mark = strncmp(byte, "○", 3) == 0 || strncmp(byte, "△", 3) == 0;
        if (mark) {
            byte += 2;
            continue;
        }
        cr_assert_lt((unsigned char)*byte, 0x80, "%s", byte);
    }
    cr_expect_str_eq(message.brief,
                     "[INCIDENT] class 2 emergency calls 03:12 primary server stopped, switched "
                     "over no standby ack INC-20261121-0003");
    cr_expect_leq(strlen(message.brief), 160);
}

Test(message, nobody_is_named_and_nothing_secret_is_told)
{
    view.incidents[0].acked_by = 0;
    view.incidents[0].owned_by = 0;
    compose();
    const char *const texts[] = {message.subject, message.brief, message.body};
    for (int i = 0; i < 3; i++) {
        cr_expect_not(has(texts[i], "secret"));
        cr_expect_not(has(texts[i], "0X0"));
        cr_expect_not(has(texts[i], "person-1"));
        cr_expect_not(has(texts[i], "当直長"));
    }
}

Test(message, a_blocked_action_says_why_and_until_when)
{
    view.block_count = 2;
    view.blocks[0] = (struct fo_view_block){
        .reason = FO_REASON_BLOCKED_PERIOD, .subject = {FO_SUBJECT_SERVER, 1}, .until_us = FO_HOUR};
    view.blocks[1] =
        (struct fo_view_block){.reason = FO_REASON_BLOCKED_OPERATOR_HOLD, .until_us = FO_NEVER};
    compose();
    cr_expect(has(message.body, "再切替の禁止時間中（副系 dispatch-2）（04:12 まで）"), "%s",
              message.body);
    cr_expect(has(message.body, "解除まで"));
}

Test(message, the_advice_of_a_related_fault_comes_before_that_of_the_root)
{
    command.reason = view.incidents[0].cause = FO_REASON_MAINS_LOST;
    view.incidents[0].subject = (struct fo_subject){FO_SUBJECT_SITE, 0};
    view.incidents[0].child_count = 1;
    view.incidents[0].children[0] = (struct fo_view_child){
        .cause = FO_REASON_GENERATOR_NO_START, .subject = {FO_SUBJECT_DEVICE, 0}, .open = true};
    compose();
    const char *child = strstr(message.body, "手動始動");
    const char *root = strstr(message.body, "電力会社");
    cr_assert(child != NULL && root != NULL, "%s", message.body);
    cr_expect_lt(child, root);
}

Test(message, what_presses_besides_the_root_stands_in_the_short_form_and_the_subject)
{
    static const uint16_t causes[] = {FO_REASON_UPS_ON_BATTERY, FO_REASON_GENERATOR_NO_START,
                                      FO_REASON_GENERATOR_FAULT};
    command.reason = view.incidents[0].cause = FO_REASON_MAINS_LOST;
    view.incidents[0].subject = (struct fo_subject){FO_SUBJECT_SITE, 0};
    view.incidents[0].did = FO_REASON_NONE;
    view.incidents[0].child_count = 3;
    for (unsigned i = 0; i < 3; i++) {
        view.incidents[0].children[i] = (struct fo_view_child){
            .cause = causes[i], .subject = {FO_SUBJECT_DEVICE, 0}, .open = true};
    }
    compose();
    cr_expect(has(message.brief, "商用停電・発電機始動渋滞 "), "%s", message.brief);
    cr_expect_leq(md_text_characters(message.brief), 67);
    cr_expect(has(message.subject, "商用停電・発電機始動渋滞 INC-"), "%s", message.subject);
    cr_expect(has(message.body, "手動始動"), "%s", message.body);
    cr_expect_not(has(message.body, "発電機盤の警報を確認し"), "one generator is told once");
    view.incidents[0].children[1].open = false;
    compose();
    cr_expect(has(message.brief, "商用停電・発電機故障 "), "%s", message.brief);
    view.incidents[0].children[2].open = false;
    compose();
    cr_expect(has(message.brief, "商用停電 "), "%s", message.brief);
}

Test(message, the_worst_service_of_the_higher_class_is_named_first)
{
    site.policy.services[0].availability_class = 1;
    view.services[0].state = FO_STATE_DOWN;
    view.services[1].state = FO_STATE_DEGRADED;
    compose();
    cr_expect(has(message.subject, "可用性2 出動指令ほか1"), "%s", message.subject);
}

Test(message, the_longest_site_still_gives_whole_texts)
{
    char name[160];
    memset(name, 0, sizeof(name));
    for (int i = 0; i < 48; i++) {
        strcat(name, "長");
    }
    site.service_count = FO_SERVICES_MAX;
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        site.services[i].name = name;
        site.policy.services[i].availability_class = 2;
        view.services[i].state = FO_STATE_DOWN;
        view.services[i].down_us = FO_MINUTE;
        view.services[i].recovery_time_us = FO_HOUR;
    }
    view.incidents[0].child_count = FO_CHILDREN_MAX;
    for (unsigned i = 0; i < FO_CHILDREN_MAX; i++) {
        view.incidents[0].children[i] = (struct fo_view_child){
            .cause = FO_REASON_SERVICE_DOWN, .subject = {FO_SUBJECT_SERVICE, i % 16}, .open = true};
    }
    view.block_count = FO_BLOCKS_MAX;
    for (unsigned i = 0; i < FO_BLOCKS_MAX; i++) {
        view.blocks[i] = (struct fo_view_block){.reason = FO_REASON_BLOCKED_PERIOD,
                                                .subject = {FO_SUBJECT_SERVICE, (uint8_t)i}};
    }
    command.notify.drill = true;
    command.notify.resend = true;
    compose();
    cr_expect_leq(md_text_characters(message.brief), 67);
    cr_expect_neq(mbstowcs(NULL, message.brief, 0), (size_t)-1);
    cr_expect_neq(mbstowcs(NULL, message.subject, 0), (size_t)-1);
    cr_expect_neq(mbstowcs(NULL, message.body, 0), (size_t)-1);
    cr_expect(has(message.brief, "INC-20261121-0003"));
    cr_expect(has(message.body, "monitorctl ack INC-20261121-0003"));
    cr_expect(has(message.body + strlen(message.body) - 60, "以上、訓練"), "%s", message.body);
}
