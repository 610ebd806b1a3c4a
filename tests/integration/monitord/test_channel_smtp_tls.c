/* SPDX-License-Identifier: Apache-2.0 */
/* Mail against aiosmtpd, which takes nothing before STARTTLS: whom we trust, what its 4xx and 5xx
 * mean, and which of two lines a message leaves by when one of them is silent. */
#include "tests/lib/peer.h"

struct mail {
    struct notify_stage stage;
    struct peer peer;
};

static void change(struct mail *mail, bool trusted, char *ca)
{
    struct cfg_smtp *smtp = &mail->stage.place.site->channels[STAGE_MAIL].smtp;

    smtp->tls_required = true;
    smtp->ca_file = trusted ? ca : smtp->ca_file;
    mail->stage.place.site->policy.channels[STAGE_MAIL].timeout_us = 20 * FO_SECOND;
}

/* The peer first, then the channels, which are told its port. */
static void mail_open(struct mail *mail, bool trusted, const char *recipient)
{
    static char ca[128], folder[64], command[512];
    struct place scratch = {0};

    strcpy(folder, "/tmp/noroshi-peer-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    strcpy(scratch.directory, folder);
    peer_certificate(&scratch, "");
    snprintf(ca, sizeof(ca), "%s/cert.pem", folder);
    snprintf(command, sizeof(command), "/usr/bin/python3 %s/tests/lib/peers/mail_peer.py %s",
             NOROSHI_SOURCE_DIR, folder);
    peer_start(&mail->peer, command);
    peer_ready(&mail->peer);
    notify_stage_open(&mail->stage, mail->peer.port);
    change(mail, trusted, ca);
    mail->stage.place.site->persons[0].mail = recipient;
}

static char *mail_close(struct mail *mail)
{
    const char *ca = mail->stage.place.site->channels[STAGE_MAIL].smtp.ca_file;
    struct place scratch = {0};
    char command[160];
    char *text;

    snprintf(scratch.directory, sizeof(scratch.directory), "%.24s", ca != NULL ? ca : "/nowhere");
    text = place_read(&scratch, "mail-1");
    notify_stage_close(&mail->stage);
    peer_stop(&mail->peer);
    if (ca != NULL) {
        snprintf(command, sizeof(command), "rm -rf %s", scratch.directory);
        cr_assert_eq(system(command), 0);
    }
    return text;
}

static void expect(bool trusted, const char *recipient, enum fo_outcome outcome, int detail)
{
    struct mail mail;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);

    mail_open(&mail, trusted, recipient);
    notify_stage_send(&mail.stage, &command);
    cr_assert_eq(mail.stage.result.outcome, outcome, "%s: outcome %u", recipient,
                 mail.stage.result.outcome);
    cr_assert_eq(mail.stage.result.detail, detail, "%s: detail %d", recipient,
                 mail.stage.result.detail);
    free(mail_close(&mail));
}

Test(channel_smtp_tls, a_real_server_takes_the_message_under_tls)
{
    struct mail mail;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);
    char *text;

    mail_open(&mail, true, "toban@example.jp");
    notify_stage_send(&mail.stage, &command);
    cr_assert_eq(mail.stage.result.outcome, FO_OUTCOME_ACCEPTED, "%d", mail.stage.result.detail);
    text = mail_close(&mail);
    cr_assert_not_null(strstr(text, "X-Tls: yes\r\n"), "%.200s", text);
    cr_assert_not_null(strstr(text, "X-To: toban@example.jp\r\n"));
    cr_assert_not_null(strstr(text, "Message-ID: <abc-1@example.jp>"));
    cr_assert_gt(strlen(text), 1000u, "the details are missing");
    free(text);
}

Test(channel_smtp_tls, its_451_is_tried_again_and_its_550_is_a_dead_address)
{
    expect(true, "later@example.jp", FO_OUTCOME_RETRY, 451);
    expect(true, "nobody@example.jp", FO_OUTCOME_FAILED, 550);
}

/* CURLE_PEER_FAILED_VERIFICATION is 60 */
Test(channel_smtp_tls, a_server_with_a_certificate_nobody_vouches_for_gets_nothing)
{
    expect(false, "toban@example.jp", FO_OUTCOME_RETRY, 60);
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

Test(channel_smtp_tls, the_quiet_test_goes_through_tls_and_leaves_no_message)
{
    struct mail mail;
    int tested = 0;
    char *text;

    mail_open(&mail, true, "toban@example.jp");
    md_notify_test(mail.stage.notify, STAGE_MAIL, on_tested, &tested);
    cr_assert(place_wait(&mail.stage.place, is_tested, &tested, 30000));
    cr_assert_eq(tested, 1);
    text = mail_close(&mail);
    cr_assert_str_eq(text, "");
    free(text);
}
