/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks to a receiver that speaks TLS only: one whose authority we were told gets the page and
 * the token, one that nobody vouches for, or that stands under another name, gets nothing at all.
 */
#include "tests/lib/peer.h"

#include <unistd.h>

struct hook {
    struct notify_stage stage;
    struct peer peer;
    char url[64], ca[128], token[128], other[128];
};

static void hook_open(struct hook *hook)
{
    struct cfg_channel *channel;
    const char *place;
    char command[512];

    notify_stage_make(&hook->stage, 0);
    place = hook->stage.place.directory;
    peer_certificate(&hook->stage.place, "");
    peer_certificate(&hook->stage.place, "other-");
    snprintf(command, sizeof(command), "/usr/bin/python3 %s/tests/lib/peers/https_peer.py %s",
             NOROSHI_SOURCE_DIR, place);
    peer_start(&hook->peer, command);
    peer_ready(&hook->peer);
    place_write(&hook->stage.place, "token", "a-secret-of-the-receiver\n", 0600);
    snprintf(hook->url, sizeof(hook->url), "https://127.0.0.1:%d/hook", hook->peer.port);
    snprintf(hook->ca, sizeof(hook->ca), "%s/cert.pem", place);
    snprintf(hook->other, sizeof(hook->other), "%s/other-cert.pem", place);
    snprintf(hook->token, sizeof(hook->token), "%s/token", place);
    channel = &hook->stage.place.site->channels[STAGE_SMS];
    channel->kind = FO_CHANNEL_WEBHOOK;
    channel->webhook.url = hook->url;
    channel->webhook.ca_file = hook->ca;
    channel->webhook.token_file = hook->token;
    hook->stage.place.site->policy.channels[STAGE_SMS].timeout_us = 20 * FO_SECOND;
}

static struct fo_result hook_page(struct hook *hook)
{
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    notify_stage_start(&hook->stage);
    notify_stage_send(&hook->stage, &command);
    return hook->stage.result;
}

/* What the receiver has got; "" when nothing. The caller frees it. */
static char *hook_close(struct hook *hook)
{
    char *text = place_read(&hook->stage.place, "post-1");

    notify_stage_close(&hook->stage);
    peer_stop(&hook->peer);
    return text;
}

Test(channel_webhook_tls, a_receiver_whose_authority_we_know_gets_the_page)
{
    struct hook hook;
    struct fo_result result;
    char *text;

    hook_open(&hook);
    result = hook_page(&hook);
    cr_assert_eq(result.outcome, FO_OUTCOME_ACCEPTED, "%d", result.detail);
    text = hook_close(&hook);
    cr_assert_eq(strncmp(text, "TLSv1.", 6), 0, "%.100s", text);
    cr_assert_not_null(strstr(text, "Authorization: Bearer a-secret-of-the-receiver"), "%s", text);
    cr_assert_not_null(strstr(text, "\"version\":\"4\""), "%s", text);
    cr_assert_not_null(strstr(text, "機械がしたこと"), "the details are missing: %s", text);
    free(text);
}

/* CURLE_PEER_FAILED_VERIFICATION is 60 */
static void refused(struct hook *hook)
{
    struct fo_result result = hook_page(hook);
    char *text;

    cr_assert_eq(result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(result.detail, 60);
    text = hook_close(hook);
    cr_assert_str_eq(text, "", "it got the page, and with it the secret");
    free(text);
}

Test(channel_webhook_tls, a_receiver_with_a_certificate_nobody_vouches_for_gets_nothing)
{
    struct hook hook;

    hook_open(&hook);
    hook.stage.place.site->channels[STAGE_SMS].webhook.ca_file = hook.other;
    refused(&hook);
}

Test(channel_webhook_tls, a_receiver_under_another_name_than_its_certificate_gets_nothing)
{
    struct hook hook;

    hook_open(&hook);
    snprintf(hook.url, sizeof(hook.url), "https://localhost:%d/hook", hook.peer.port);
    refused(&hook);
}
