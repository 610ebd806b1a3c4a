/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages through a modem on a pseudo terminal: what goes out, what the network's word makes
 * of it, a modem that refuses, stalls, loses its network or its card, and answers by SMS. */
#include "tests/lib/fake_modem.h"
#include "tests/lib/notify_stage.h"

#include "monitord/sms_pdu.h"
#include "probes/clock.h"

struct sms {
    struct notify_stage stage;
    struct fake_modem modem;
    char contacts[96];
    int tested; /* 1 works, -1 does not */
};

/* Long enough for a loaded machine; a test of silence shortens it. */
#define TIMEOUT_US (20 * FO_SECOND)

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    (void)detail;
    cr_assert_eq(channel, STAGE_SMS);
    ((struct sms *)context)->tested = works ? 1 : -1;
}

static bool is_tested(void *context)
{
    return ((struct sms *)context)->tested != 0;
}

static int test_now(struct sms *sms)
{
    sms->tested = 0;
    md_notify_test(sms->stage.notify, STAGE_SMS, on_tested, sms);
    cr_assert(place_wait(&sms->stage.place, is_tested, sms, 20000));
    return sms->tested;
}

/* The modem is up when the quiet test succeeds, or (locked, without network) has stopped asking. */
static void sms_start(struct sms *sms, bool comes_up)
{
    struct cfg_channel *channel;

    notify_stage_make(&sms->stage, 0);
    channel = &sms->stage.place.site->channels[STAGE_SMS];
    place_write(&sms->stage.place, "contacts",
                "# who has which number\nperson-1 09000000001 # at night too\n"
                "person-2 +819000000002\n",
                0600);
    snprintf(sms->contacts, sizeof(sms->contacts), "%s/contacts", sms->stage.place.directory);
    channel->kind = FO_CHANNEL_SMS;
    channel->device = sms->modem.device;
    channel->contacts_file = sms->contacts;
    channel->sms.baud = 115200;
    channel->sms.delivery_reports = true;
    sms->stage.place.site->policy.channels[STAGE_SMS].timeout_us = TIMEOUT_US;
    notify_stage_start(&sms->stage);
    for (unsigned i = 0; comes_up && i < 200 && test_now(sms) < 0; i++) {
        cr_assert_lt(i, 199u, "the modem does not come up");
        place_turn(&sms->stage.place, 50);
    }
}

static void sms_open(struct sms *sms)
{
    modem_start(&sms->modem);
    sms_start(sms, true);
}

static void sms_close(struct sms *sms)
{
    notify_stage_close(&sms->stage);
    modem_stop(&sms->modem);
}

static struct fo_result send_page(struct sms *sms, uint64_t sequence, bool drill)
{
    struct fo_command command = notify_stage_command(STAGE_SMS, sequence);

    command.notify.drill = drill;
    sms->stage.wanted = sms->stage.results + 1;
    md_notify_send(sms->stage.notify, &command);
    cr_assert(place_wait(&sms->stage.place, stage_has_results, &sms->stage, 40000), "no result");
    return sms->stage.result;
}

/* Four digits after a corner bracket in UCS-2 digits; false when there are none. */
static bool find_code(const char *message, char code[5])
{
    for (const char *at = strstr(message, "300C"); at != NULL; at = strstr(at + 1, "300C")) {
        unsigned digits = 0;

        for (unsigned unit; digits < 4 && sscanf(at + 4 + digits * 4, "%4X", &unit) == 1 &&
                            unit >= '0' && unit <= '9';
             digits++) {
            code[digits] = (char)unit;
        }
        code[4] = '\0';
        if (digits == 4) {
            return true;
        }
    }
    return false;
}

/* The code of the page, from the modem's own copy of its parts. */
static void code_of(const struct sms *sms, char code[5])
{
    for (unsigned i = 0; i < sms->modem.taken; i++) {
        if (find_code(sms->modem.messages[i], code)) {
            return;
        }
    }
    cr_assert(false, "no code in the message");
}

/* A short message of UCS-2 from a number of eleven digits. */
static void answer(struct sms *sms, const char *number, const char *text)
{
    char hex[512];
    unsigned before = sms->modem.deleted;

    snprintf(hex, sizeof(hex), "00040B81%c%c%c%c%c%c%c%c%c%cF%c000862117212000063%02X", number[1],
             number[0], number[3], number[2], number[5], number[4], number[7], number[6], number[9],
             number[8], number[10], (unsigned)strlen(text) * 2);
    for (const char *at = text; *at != '\0'; at++) {
        snprintf(hex + strlen(hex), sizeof(hex) - strlen(hex), "%04X", (unsigned char)*at);
    }
    modem_receive(&sms->modem, 2, hex);
    for (unsigned i = 0; i < 400 && sms->modem.deleted == before; i++) {
        cr_assert_lt(i, 399u, "the answer is not taken from the store");
        place_turn(&sms->stage.place, 25);
    }
}

Test(channel_sms, a_page_right_after_the_start_waits_until_the_modem_is_up)
{
    struct sms sms = {.tested = 0};

    modem_start(&sms.modem);
    sms_start(&sms, false);
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_ACCEPTED);
    cr_assert_geq(sms.modem.taken, 1);
    sms_close(&sms);
}

Test(channel_sms, a_page_right_after_the_start_does_not_wait_for_a_modem_that_is_not_there)
{
    struct sms sms = {.tested = 0};

    modem_start(&sms.modem);
    strcpy(sms.modem.device, "/nowhere/modem");
    sms_start(&sms, false);
    fo_us began_us = pb_clock_us();
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_RETRY);
    cr_assert_lt(pb_clock_us() - began_us, TIMEOUT_US / 2, "it waited for its whole time");
    sms_close(&sms);
}

Test(channel_sms, a_page_is_accepted_when_the_network_has_delivered_it)
{
    struct sms sms = {.tested = 0};
    struct fo_result result;

    sms_open(&sms);
    result = send_page(&sms, 1, false);
    cr_assert_eq(result.outcome, FO_OUTCOME_ACCEPTED, "outcome %u", result.outcome);
    cr_assert_geq(sms.modem.taken, 1);
    cr_assert_not_null(strstr(sms.modem.messages[0], "0B819000000000F1"), "%s",
                       sms.modem.messages[0]);
    cr_assert_null(strstr(sms.modem.messages[0], "30108A137DF43011"), "a real page is marked");
    sms_close(&sms);
}

Test(channel_sms, every_part_of_a_drill_is_marked)
{
    struct sms sms = {.tested = 0};

    sms_open(&sms);
    notify_stage_trouble(&sms.stage);
    cr_assert_eq(send_page(&sms, 1, true).outcome, FO_OUTCOME_ACCEPTED);
    cr_assert_geq(sms.modem.taken, 2, "it needs two parts with the code");
    for (unsigned i = 0; i < sms.modem.taken; i++) {
        cr_assert_not_null(strstr(sms.modem.messages[i], "30108A137DF43011"), "part %u: %s", i,
                           sms.modem.messages[i]);
    }
    sms_close(&sms);
}

Test(channel_sms, taken_but_not_delivered_within_the_time_is_not_accepted)
{
    struct sms sms = {.tested = 0};
    struct fo_result result;

    sms_open(&sms);
    sms.modem.no_reports = true;
    sms.stage.place.site->policy.channels[STAGE_SMS].timeout_us = 3 * FO_SECOND;
    result = send_page(&sms, 1, false);
    cr_assert_eq(result.outcome, FO_OUTCOME_RETRY);
    cr_assert(result.reason == FO_REASON_NO_ANSWER || result.reason == FO_REASON_TOO_LATE);
    sms.stage.place.site->channels[STAGE_SMS].sms.delivery_reports = false;
    sms.stage.place.site->policy.channels[STAGE_SMS].timeout_us = TIMEOUT_US;
    cr_assert_eq(send_page(&sms, 2, false).outcome, FO_OUTCOME_ACCEPTED);
    sms_close(&sms);
}

Test(channel_sms, a_report_that_gives_up_is_heard_at_once)
{
    struct sms sms = {.tested = 0};

    sms_open(&sms);
    sms.modem.gives_up = true;
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(sms.stage.result.reason, FO_REASON_BAD_STATUS);
    sms_close(&sms);
}

Test(channel_sms, a_barred_number_is_for_good_and_a_busy_network_is_tried_again)
{
    struct sms sms = {.tested = 0};

    sms_open(&sms);
    sms.modem.refuses = 8;
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_FAILED);
    cr_assert_eq(sms.stage.result.detail, 8);
    sms.modem.refuses = 332;
    cr_assert_eq(send_page(&sms, 2, false).outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(sms.stage.result.detail, 332);
    sms_close(&sms);
}

Test(channel_sms, a_lost_network_is_seen_by_the_quiet_test_and_by_the_page)
{
    struct sms sms = {.tested = 0};

    sms_open(&sms);
    sms.modem.no_network = true;
    cr_assert_eq(test_now(&sms), -1);
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_RETRY);
    sms.modem.no_network = false;
    cr_assert_eq(test_now(&sms), 1);
    sms_close(&sms);
}

Test(channel_sms, a_modem_that_stalls_is_not_waited_for_and_comes_up_again, .timeout = 120)
{
    struct sms sms = {.tested = 0};

    sms_open(&sms);
    sms.modem.silent = true;
    cr_assert_eq(test_now(&sms), -1); /* the command's own limit has closed the line */
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_RETRY);
    sms.modem.silent = false;
    for (unsigned i = 0; i < 400 && test_now(&sms) < 0; i++) {
        cr_assert_lt(i, 399u, "it does not come up again");
        place_turn(&sms.stage.place, 50);
    }
    cr_assert_eq(send_page(&sms, 2, false).outcome, FO_OUTCOME_ACCEPTED);
    sms_close(&sms);
}

Test(channel_sms, a_wrong_pin_is_tried_once_and_never_again)
{
    struct sms sms = {.tested = 0};
    char path[96];

    modem_start(&sms.modem);
    sms.modem.wants_pin = true;
    notify_stage_make(&sms.stage, 0); /* for a place of its own to hold the PIN */
    place_write(&sms.stage.place, "pin", "9999\n", 0600);
    snprintf(path, sizeof(path), "%s/pin", sms.stage.place.directory);
    sms.stage.place.site->channels[STAGE_SMS].sms.pin_file = path;
    sms.stage.place.site->channels[STAGE_SMS].kind = FO_CHANNEL_SMS;
    sms.stage.place.site->channels[STAGE_SMS].device = sms.modem.device;
    sms.stage.place.site->channels[STAGE_SMS].contacts_file = path;
    sms.stage.place.site->channels[STAGE_SMS].sms.baud = 9600;
    notify_stage_start(&sms.stage);
    for (unsigned i = 0; i < 400 && sms.modem.pins == 0; i++) {
        place_turn(&sms.stage.place, 25);
    }
    for (unsigned i = 0; i < 5; i++) {
        cr_assert_eq(test_now(&sms), -1);
        place_turn(&sms.stage.place, 100);
    }
    cr_assert_eq(sms.modem.pins, 1, "a second wrong PIN: %u", sms.modem.pins);
    sms_close(&sms);
}

Test(channel_sms, the_code_of_the_page_acknowledges_once_and_only_from_the_persons_own_number)
{
    struct sms sms = {.tested = 0};
    char code[5], wrong[8];

    sms_open(&sms);
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_ACCEPTED);
    code_of(&sms, code);
    answer(&sms, "09000000009", code); /* nobody's number */
    cr_assert_eq(sms.stage.answers, 1);
    cr_assert_eq(sms.stage.answer.verdict, MD_ANSWER_UNKNOWN);
    cr_assert_eq(sms.stage.answer.person, FO_NONE);
    answer(&sms, "09000000002", code); /* another person's */
    cr_assert_eq(sms.stage.answer.verdict, MD_ANSWER_UNKNOWN);
    cr_assert_eq(sms.stage.answer.person, 1);
    snprintf(wrong, sizeof(wrong), "%04d", (atoi(code) + 1) % 10000);
    answer(&sms, "09000000001", wrong);
    cr_assert_eq(sms.stage.answer.verdict, MD_ANSWER_UNKNOWN);
    answer(&sms, "09000000001", code);
    cr_assert_eq(sms.stage.answer.verdict, MD_ANSWER_TAKEN);
    cr_assert_eq(sms.stage.answer.person, 0);
    cr_assert_eq(sms.stage.answer.incident, 3);
    cr_assert_eq(sms.stage.answer.order, FO_ORDER_ACKNOWLEDGE);
    answer(&sms, "09000000001", code);
    cr_assert_eq(sms.stage.answer.verdict, MD_ANSWER_REPLAYED);
    cr_assert_eq(sms.stage.answers, 5);
    sms_close(&sms);
}

Test(channel_sms, a_file_of_numbers_that_others_may_read_sends_nothing)
{
    struct sms sms = {.tested = 0};

    sms_open(&sms);
    cr_assert_eq(chmod(sms.contacts, 0644), 0);
    cr_assert_eq(send_page(&sms, 1, false).outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(test_now(&sms), -1);
    cr_assert_eq(sms.modem.taken, 0);
    place_write(&sms.stage.place, "contacts", "person-2 09000000002\n", 0600);
    cr_assert_eq(send_page(&sms, 2, false).outcome, FO_OUTCOME_FAILED);
    sms_close(&sms);
}
