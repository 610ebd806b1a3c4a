/* SPDX-License-Identifier: Apache-2.0 */
/* Telephone calls by a real baresip, with the configuration that is shipped, to sipp as the called
 * telephone: keys, an answering machine, busy, nobody there, an exchange that refuses or says
 * nothing, hanging up early; and the quiet test. Each test has a network of its own. */
#include "tests/lib/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <sys/socket.h>

#include "monitord/phone_talk.h"

#define KEY(digit)                                                                \
    "<nop><action><exec play_pcap_audio=\"/usr/share/sip-tester/dtmf_2833_" digit \
    ".pcap\"/>"                                                                   \
    "</action></nop><pause milliseconds=\"600\"/>"
#define HEARS_OUT                                                                         \
    "<recv request=\"BYE\"/><send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n" \
    "[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n]]></send>"
#define TIMEOUT_US (25 * FO_SECOND)

struct calls {
    struct notify_stage stage;
    struct peer baresip, phone;
    bool has_phone;
    unsigned takes; /* calls that sipp takes before it ends */
    char contacts[96], phrases[96];
    int tested; /* 1 works, -1 does not */
};

static void shell(const char *command)
{
    cr_assert_eq(system(command), 0, "%s", command);
}

static void copy_with(struct calls *calls, const char *template, const char *does)
{
    char path[512], *text = calloc(1, 16384), *filled = calloc(1, 16384), *at;
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/lib/peers/phone/%s.xml", NOROSHI_SOURCE_DIR, template);
    file = fopen(path, "re");
    cr_assert_not_null(file);
    cr_assert_gt(fread(text, 1, 16383, file), 0u);
    fclose(file);
    at = strstr(text, "@DOES@");
    if (at != NULL) {
        snprintf(filled, 16384, "%.*s%s%s", (int)(at - text), text, does, at + 6);
    } else {
        strcpy(filled, text);
    }
    place_write(&calls->stage.place, "phone.xml", filled, 0600);
    free(text);
    free(filled);
}

/* sipp as the called telephone (or the exchange); it ends with 0 when all went as its scenario
 * says. */
static void phone_start(struct calls *calls, const char *template, const char *does)
{
    char command[512];

    copy_with(calls, template, does);
    snprintf(command, sizeof(command),
             "setpriv --pdeathsig KILL sipp -sf %s/phone.xml -i 192.0.2.50 -mi 192.0.2.50 "
             "-p 5060 -m %u -nostdin -timeout 30 >%s/sipp.log 2>&1",
             calls->stage.place.directory, calls->takes, calls->stage.place.directory);
    peer_start(&calls->phone, command);
    calls->has_phone = true;
    shell(
        "for i in $(seq 200); do ss -Hlun | grep -q 192.0.2.50:5060 && exit 0; sleep 0.05; done; "
        "exit 1");
}

/* The telephone has seen its scenario to the end. */
static void phone_went_well(struct calls *calls)
{
    int status = -1;

    for (unsigned i = 0; i < 2000 && waitpid(calls->phone.pid, &status, WNOHANG) == 0; i++) {
        place_turn(&calls->stage.place, 10);
    }
    close(calls->phone.input);
    close(calls->phone.output);
    calls->has_phone = false;
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "sipp: status %d: %s", status,
              place_read(&calls->stage.place, "sipp.log"));
}

static void phrases_make(struct calls *calls)
{
    char command[1024];
    int length = snprintf(command, sizeof(command),
                          "mkdir %s && /usr/bin/python3 %s/tests/lib/peers/phrases.py %s",
                          calls->phrases, NOROSHI_SOURCE_DIR, calls->phrases);

    for (unsigned i = 0; md_phone_phrases[i] != NULL; i++) {
        length += snprintf(command + length, sizeof(command) - (size_t)length, " %s",
                           md_phone_phrases[i]);
    }
    shell(command);
}

static void calls_make(struct calls *calls)
{
    struct cfg_channel *channel;
    struct sockaddr_in *address;

    memset(calls, 0, sizeof(*calls));
    calls->takes = 1;
    if (unshare(CLONE_NEWNET) != 0) {
        cr_skip_test("no right to make a network namespace: %s", strerror(errno));
    }
    shell(
        "ip link set lo up && ip address add 192.0.2.5/32 dev lo && "
        "ip address add 192.0.2.50/32 dev lo");
    notify_stage_make(&calls->stage, 0);
    snprintf(calls->contacts, sizeof(calls->contacts), "%s/contacts", calls->stage.place.directory);
    snprintf(calls->phrases, sizeof(calls->phrases), "%s/phrases", calls->stage.place.directory);
    place_write(&calls->stage.place, "contacts",
                "person-1 sip:toban@192.0.2.50:5060\nperson-2 sip:system@192.0.2.50:5060\n", 0600);
    phrases_make(calls);
    channel = &calls->stage.place.site->channels[STAGE_SMS];
    channel->kind = FO_CHANNEL_SIP;
    channel->contacts_file = calls->contacts;
    channel->sip = (struct cfg_sip){"sip:noroshi@192.0.2.5:5070", calls->phrases};
    address = (struct sockaddr_in *)&channel->address.storage;
    *address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(4444), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    channel->address.length = sizeof(*address);
    calls->stage.place.site->policy.channels[STAGE_SMS].timeout_us = TIMEOUT_US;
}

static void baresip_start(struct calls *calls, const char *account)
{
    char command[512];

    snprintf(command, sizeof(command), "mkdir %s/phone && cp %s/deploy/phone/config %s/phone/",
             calls->stage.place.directory, NOROSHI_SOURCE_DIR, calls->stage.place.directory);
    shell(command);
    place_write(&calls->stage.place, "phone/accounts", account, 0600);
    snprintf(command, sizeof(command),
             "setpriv --pdeathsig KILL baresip -f %s/phone >%s/baresip.log 2>&1",
             calls->stage.place.directory, calls->stage.place.directory);
    peer_start(&calls->baresip, command);
    shell(
        "for i in $(seq 200); do ss -Hltn | grep -q 127.0.0.1:4444 && exit 0; sleep 0.05; done; "
        "exit 1");
}

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    (void)detail;
    cr_assert_eq(channel, STAGE_SMS);
    ((struct calls *)context)->tested = works ? 1 : -1;
}

static bool is_tested(void *context)
{
    return ((struct calls *)context)->tested != 0;
}

static int test_now(struct calls *calls)
{
    calls->tested = 0;
    md_notify_test(calls->stage.notify, STAGE_SMS, on_tested, calls);
    cr_assert(place_wait(&calls->stage.place, is_tested, calls, 20000));
    return calls->tested;
}

/* Registered nowhere: calls go straight to the telephone. */
static void calls_open(struct calls *calls)
{
    calls_make(calls);
    baresip_start(calls, "<sip:noroshi@192.0.2.5:5070>;regint=0;audio_codecs=pcmu\n");
    notify_stage_start(&calls->stage);
}

static void calls_close(struct calls *calls)
{
    if (calls->has_phone) {
        peer_stop(&calls->phone);
    }
    notify_stage_close(&calls->stage);
    if (calls->baresip.pid != 0) {
        peer_stop(&calls->baresip);
    }
}

static void page(struct calls *calls, enum fo_outcome outcome, enum fo_reason reason, int detail)
{
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    notify_stage_send(&calls->stage, &command);
    cr_assert_eq(calls->stage.result.outcome, outcome, "outcome %u reason %u detail %d",
                 calls->stage.result.outcome, calls->stage.result.reason,
                 calls->stage.result.detail);
    cr_assert_eq(calls->stage.result.reason, reason, "reason %u", calls->stage.result.reason);
    cr_assert_eq(calls->stage.result.detail, detail, "detail %d", calls->stage.result.detail);
}

/* ---- people answer ------------------------------------------------------------------------------
 */

static void key_means(const char *does, uint8_t order)
{
    struct calls calls;

    calls_open(&calls);
    phone_start(&calls, "answers", does);
    page(&calls, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    phone_went_well(&calls);
    cr_assert_eq(calls.stage.answers, 1u);
    cr_assert_eq(calls.stage.answer.order, order);
    cr_assert_eq(calls.stage.answer.verdict, MD_ANSWER_TAKEN);
    cr_assert_eq(calls.stage.answer.incident, 3u);
    cr_assert_eq(calls.stage.answer.person, 0u);
    cr_assert_eq(calls.stage.answer.channel, STAGE_SMS);
    calls_close(&calls);
}

Test(channel_sip, key_1_acknowledges_and_the_call_ends_with_a_word_of_thanks)
{
    key_means(KEY("1") HEARS_OUT, FO_ORDER_ACKNOWLEDGE);
}

Test(channel_sip, key_9_says_that_the_person_cannot)
{
    key_means(KEY("9") HEARS_OUT, FO_ORDER_CANNOT);
}

Test(channel_sip, wrong_keys_are_recorded_and_change_nothing)
{
    struct calls calls;

    calls_open(&calls);
    phone_start(&calls, "answers", KEY("5") KEY("star") HEARS_OUT);
    page(&calls, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0); /* heard through */
    phone_went_well(&calls);
    cr_assert_eq(calls.stage.answers, 2u);
    cr_assert_eq(calls.stage.answer.verdict, MD_ANSWER_UNKNOWN);
    cr_assert_eq(calls.stage.answer.incident, 0u);
    cr_assert_eq(calls.stage.answer.person, 0u);
    calls_close(&calls);
}

Test(channel_sip, a_wrong_key_is_mended_by_the_right_one)
{
    struct calls calls;

    calls_open(&calls);
    phone_start(&calls, "answers", KEY("5") KEY("1") HEARS_OUT);
    page(&calls, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    phone_went_well(&calls);
    cr_assert_eq(calls.stage.answers, 2u);
    cr_assert_eq(calls.stage.answer.verdict, MD_ANSWER_TAKEN);
    calls_close(&calls);
}

Test(channel_sip, an_answering_machine_hears_the_page_and_acknowledges_nothing)
{
    struct calls calls;

    calls_open(&calls);
    phone_start(&calls, "answers", HEARS_OUT);
    page(&calls, FO_OUTCOME_ACCEPTED, FO_REASON_NONE, 0);
    phone_went_well(&calls);
    cr_assert_eq(calls.stage.answers, 0u);
    calls_close(&calls);
}

/* ---- nobody answers -----------------------------------------------------------------------------
 */

static void refusal_means(const char *status, enum fo_outcome outcome, int code)
{
    struct calls calls;

    calls_open(&calls);
    phone_start(&calls, "refuses", status);
    page(&calls, outcome, FO_REASON_BAD_STATUS, code);
    phone_went_well(&calls);
    calls_close(&calls);
}

Test(channel_sip, who_is_busy_is_tried_again)
{
    refusal_means("486 Busy Here", FO_OUTCOME_RETRY, 486);
}

Test(channel_sip, an_exchange_in_trouble_is_tried_again)
{
    refusal_means("503 Service Unavailable", FO_OUTCOME_RETRY, 503);
}

Test(channel_sip, a_number_that_does_not_exist_is_not_dialled_again)
{
    refusal_means("404 Not Found", FO_OUTCOME_FAILED, 404);
}

Test(channel_sip, where_nobody_is_there_the_call_is_taken_back_in_time)
{
    struct calls calls;

    calls_make(&calls);
    calls.stage.place.site->policy.channels[STAGE_SMS].timeout_us = 4 * FO_SECOND;
    baresip_start(&calls, "<sip:noroshi@192.0.2.5:5070>;regint=0;audio_codecs=pcmu\n");
    notify_stage_start(&calls.stage);
    phone_start(&calls, "rings", "");
    page(&calls, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
    phone_went_well(&calls);
    calls_close(&calls);
}

Test(channel_sip, an_exchange_that_says_nothing_keeps_nobody_waiting)
{
    struct calls calls;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(5060)};
    int silent;

    calls_make(&calls);
    calls.stage.place.site->policy.channels[STAGE_SMS].timeout_us = 4 * FO_SECOND;
    baresip_start(&calls, "<sip:noroshi@192.0.2.5:5070>;regint=0;audio_codecs=pcmu\n");
    silent = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "192.0.2.50", &address.sin_addr);
    cr_assert_eq(bind(silent, (struct sockaddr *)&address, sizeof(address)), 0);
    notify_stage_start(&calls.stage);
    page(&calls, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
    /* the telephone is free again for the next page */
    close(silent);
    calls.takes =
        2; /* the call that was given up may be asked for once more (RFC 3261, 17.1.1.2) */
    calls.stage.place.site->policy.channels[STAGE_SMS].timeout_us = TIMEOUT_US;
    phone_start(&calls, "refuses", "486 Busy Here");
    struct fo_command command = notify_stage_command(STAGE_SMS, 2);
    notify_stage_send(&calls.stage, &command);
    cr_assert_eq(calls.stage.result.detail, 486);
    calls_close(&calls);
}

Test(channel_sip, who_hangs_up_before_it_was_said_is_called_again)
{
    struct calls calls;

    calls_open(&calls);
    phone_start(&calls, "hangs_up", "");
    page(&calls, FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
    phone_went_well(&calls);
    cr_assert_eq(calls.stage.answers, 0u);
    calls_close(&calls);
}

Test(channel_sip, the_second_page_waits_until_the_telephone_is_free)
{
    struct calls calls;
    struct fo_command first = notify_stage_command(STAGE_SMS, 1),
                      second = notify_stage_command(STAGE_SMS, 2);

    calls_open(&calls);
    phone_start(&calls, "answers", HEARS_OUT);
    calls.stage.wanted = 1;
    md_notify_send(calls.stage.notify, &first);
    md_notify_send(calls.stage.notify, &second);
    cr_assert(place_wait(&calls.stage.place, stage_has_results, &calls.stage, 30000));
    cr_assert_eq(calls.stage.result.key.sequence, 1u);
    cr_assert_eq(calls.stage.result.outcome, FO_OUTCOME_ACCEPTED);
    phone_went_well(&calls);
    phone_start(&calls, "refuses", "486 Busy Here");
    calls.stage.wanted = 2;
    cr_assert(place_wait(&calls.stage.place, stage_has_results, &calls.stage, 40000));
    cr_assert_eq(calls.stage.result.key.sequence, 2u);
    calls_close(&calls);
}

/* ---- without anybody ----------------------------------------------------------------------------
 */

Test(channel_sip, without_baresip_a_page_goes_back_at_once_and_the_quiet_test_fails)
{
    struct calls calls;

    calls_make(&calls);
    notify_stage_start(&calls.stage);
    page(&calls, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
    cr_assert_eq(test_now(&calls), -1);
    calls_close(&calls);
}

static bool works_at_last(struct calls *calls)
{
    for (unsigned i = 0; i < 100; i++) {
        if (test_now(calls) > 0) {
            return true;
        }
        place_turn(&calls->stage.place, 100);
    }
    return false;
}

Test(channel_sip, the_quiet_test_calls_nobody_and_misses_a_phrase_or_a_number)
{
    struct calls calls;
    char path[160];

    calls_open(&calls);
    cr_assert(works_at_last(&calls));
    snprintf(path, sizeof(path), "%s/ask.wav", calls.phrases);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(test_now(&calls), -1);
    page(&calls, FO_OUTCOME_RETRY, FO_REASON_UNREACHABLE, 0);
    calls_close(&calls);
}

Test(channel_sip, the_quiet_test_fails_while_the_exchange_does_not_know_us)
{
    struct calls calls;

    calls_make(&calls);
    phone_start(&calls, "registers", "403 Forbidden");
    baresip_start(&calls,
                  "<sip:noroshi@192.0.2.5:5070>;outbound=\"sip:192.0.2.50:5060\";"
                  "regint=60;audio_codecs=pcmu\n");
    phone_went_well(&calls);
    notify_stage_start(&calls.stage);
    place_turn(&calls.stage.place, 500);
    cr_assert_eq(test_now(&calls), -1);
    calls_close(&calls);
}

Test(channel_sip, the_quiet_test_works_once_the_exchange_knows_us)
{
    struct calls calls;

    calls_make(&calls);
    phone_start(&calls, "registers", "200 OK");
    baresip_start(&calls,
                  "<sip:noroshi@192.0.2.5:5070>;outbound=\"sip:192.0.2.50:5060\";"
                  "regint=60;audio_codecs=pcmu\n");
    phone_went_well(&calls);
    notify_stage_start(&calls.stage);
    cr_assert(works_at_last(&calls));
    calls_close(&calls);
}
