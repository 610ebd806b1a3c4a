/* SPDX-License-Identifier: Apache-2.0 */
/* INFORMs to a real snmptrapd: what it confirms, what it gets of a page (the short form, marked
 * when a drill, and no person), a receiver that is not there or does not know us, and the quiet
 * test. */
#include "tests/lib/free_port.h"
#include "tests/lib/peer.h"

#include <arpa/inet.h>
#include <sys/socket.h>

struct receiver {
    struct notify_stage stage;
    struct peer peer;
    int port;
    char auth[96], priv[96];
};

static void trapd_start(struct receiver *receiver)
{
    const char *place = receiver->stage.place.directory;
    char command[512];

    place_write(&receiver->stage.place, "trapd.conf",
                "authCommunity log noroshi\n"
                "createUser noroshi SHA-256 \"a long password\" AES \"another password\"\n"
                "authUser log noroshi priv\n",
                0600);
    snprintf(command, sizeof(command),
             "env SNMP_PERSISTENT_DIR=%s MIBS= snmptrapd -f -On -Ox -C -c %s/trapd.conf -Lf %s/log "
             "udp:127.0.0.1:%d",
             place, place, place, receiver->port);
    peer_start(&receiver->peer, command);
}

static void receiver_open(struct receiver *receiver, bool there)
{
    struct cfg_channel *channel;
    struct sockaddr_in *address;

    memset(receiver, 0, sizeof(*receiver));
    receiver->port = free_port(SOCK_DGRAM, "127.0.0.1");
    notify_stage_make(&receiver->stage, 0);
    channel = &receiver->stage.place.site->channels[STAGE_SMS];
    channel->kind = FO_CHANNEL_INFORM;
    channel->snmp = (struct cfg_snmp){.version = CFG_SNMP_V2C, .community = "noroshi"};
    address = (struct sockaddr_in *)&channel->address.storage;
    *address = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)receiver->port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    channel->address.length = sizeof(*address);
    receiver->stage.place.site->policy.channels[STAGE_SMS].timeout_us =
        (there ? 40 : 3) * FO_SECOND;
    if (there) {
        trapd_start(receiver);
    }
}

/* Version 3, its passwords as snmptrapd knows them or not. */
static void use_version_3(struct receiver *receiver, const char *password)
{
    const char *place = receiver->stage.place.directory;
    struct cfg_snmp *snmp = &receiver->stage.place.site->channels[STAGE_SMS].snmp;

    place_write(&receiver->stage.place, "auth", password, 0600);
    place_write(&receiver->stage.place, "priv", "another password\n", 0600);
    snprintf(receiver->auth, sizeof(receiver->auth), "%s/auth", place);
    snprintf(receiver->priv, sizeof(receiver->priv), "%s/priv", place);
    *snmp = (struct cfg_snmp){.version = CFG_SNMP_V3,
                              .user = "noroshi",
                              .auth = CFG_AUTH_SHA256,
                              .auth_password_file = receiver->auth,
                              .priv = CFG_PRIV_AES,
                              .priv_password_file = receiver->priv};
}

/* What snmptrapd has written, without its line breaks and blanks. The caller frees it. */
static char *receiver_close(struct receiver *receiver, bool there)
{
    char *text = there ? place_read(&receiver->stage.place, "log") : NULL;
    size_t kept = 0;

    for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
        if (text[i] != '\n' && text[i] != ' ') {
            text[kept++] = text[i];
        }
    }
    if (text != NULL) {
        text[kept] = '\0';
    }
    notify_stage_close(&receiver->stage);
    if (there) {
        peer_stop(&receiver->peer);
    }
    return text;
}

#define OURS ".1.3.6.1.4.1.8072.9999.9999.7320."

Test(channel_inform, a_page_is_accepted_when_the_receiver_has_confirmed_it)
{
    struct receiver receiver;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char *log;

    receiver_open(&receiver, true);
    notify_stage_start(&receiver.stage);
    notify_stage_trouble(&receiver.stage);
    command.notify.drill = true;
    notify_stage_send(&receiver.stage, &command);
    cr_assert_eq(receiver.stage.result.outcome, FO_OUTCOME_ACCEPTED, "reason %u",
                 receiver.stage.result.reason);
    log = receiver_close(&receiver, true);
    cr_assert_not_null(strstr(log, "=OID:" OURS "0.1"), "%s", log);
    cr_assert_not_null(strstr(log, OURS "1.4.0=Hex-STRING:E38090E8A893E7B7B4E38091"),
                       "the short form does not begin with 【訓練】: %s", log);
    cr_assert_not_null(strstr(log, OURS "1.6.0=INTEGER:1"), "%s", log);
    cr_assert_null(strstr(log, "706572736F6E"), "it names a person: %s", log);
    free(log);
}

Test(channel_inform, the_end_of_an_incident_is_a_notification_of_its_own)
{
    struct receiver receiver;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char *log;

    receiver_open(&receiver, true);
    notify_stage_start(&receiver.stage);
    command.notify.message = FO_MESSAGE_RECOVERED;
    notify_stage_send(&receiver.stage, &command);
    cr_assert_eq(receiver.stage.result.outcome, FO_OUTCOME_ACCEPTED);
    log = receiver_close(&receiver, true);
    cr_assert_not_null(strstr(log, "=OID:" OURS "0.2"), "%s", log);
    cr_assert_not_null(strstr(log, OURS "1.6.0=INTEGER:2"), "%s", log);
    free(log);
}

Test(channel_inform, version_3_asks_for_the_receivers_engine_and_then_tells_it)
{
    struct receiver receiver;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);
    char *log;

    receiver_open(&receiver, true);
    use_version_3(&receiver, "a long password\n");
    notify_stage_start(&receiver.stage);
    notify_stage_send(&receiver.stage, &command);
    cr_assert_eq(receiver.stage.result.outcome, FO_OUTCOME_ACCEPTED, "reason %u",
                 receiver.stage.result.reason);
    log = receiver_close(&receiver, true);
    cr_assert_not_null(strstr(log, "=OID:" OURS "0.1"), "%s", log);
    free(log);
}

Test(channel_inform, a_receiver_that_does_not_know_the_password_has_confirmed_nothing)
{
    struct receiver receiver;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    receiver_open(&receiver, true);
    use_version_3(&receiver, "a wrong password\n");
    notify_stage_start(&receiver.stage);
    notify_stage_send(&receiver.stage, &command);
    cr_assert_eq(receiver.stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(receiver.stage.result.reason, FO_REASON_ACCESS_DENIED);
    free(receiver_close(&receiver, true));
}

Test(channel_inform, silence_is_tried_again_within_the_time_of_the_channel)
{
    struct receiver receiver;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    receiver_open(&receiver, false);
    notify_stage_start(&receiver.stage);
    fo_us began_us = (fo_us)(uv_hrtime() / 1000);
    notify_stage_send(&receiver.stage, &command);
    cr_assert_eq(receiver.stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(receiver.stage.result.reason, FO_REASON_NO_ANSWER);
    cr_assert_geq((fo_us)(uv_hrtime() / 1000) - began_us, 2 * FO_SECOND, "it gave up early");
    receiver_close(&receiver, false);
}

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    (void)channel;
    (void)detail;
    *(int *)context = works ? 1 : -1;
}

static bool is_tested(void *context)
{
    return *(int *)context != 0;
}

Test(channel_inform, the_quiet_test_is_of_its_own_kind_and_sees_a_receiver_that_is_gone)
{
    struct receiver receiver;
    int tested = 0;
    char *log;

    receiver_open(&receiver, true);
    notify_stage_start(&receiver.stage);
    md_notify_test(receiver.stage.notify, STAGE_SMS, on_tested, &tested);
    cr_assert(place_wait(&receiver.stage.place, is_tested, &tested, 45000));
    cr_assert_eq(tested, 1);
    log = receiver_close(&receiver, true);
    cr_assert_not_null(strstr(log, "=OID:" OURS "0.3"), "%s", log);
    cr_assert_null(strstr(log, "=OID:" OURS "0.1"), "a test was told as an incident: %s", log);
    free(log);
    receiver_open(&receiver, false);
    notify_stage_start(&receiver.stage);
    tested = 0;
    md_notify_test(receiver.stage.notify, STAGE_SMS, on_tested, &tested);
    cr_assert(place_wait(&receiver.stage.place, is_tested, &tested, 10000));
    cr_assert_eq(tested, -1);
    receiver_close(&receiver, false);
}
