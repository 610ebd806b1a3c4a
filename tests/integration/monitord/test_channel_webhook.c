/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks against a web server that follows a script, in a thread of the test: what each status
 * means, what the receiver gets, and answers by the token it was given. */
#include "tests/lib/notify_stage.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <pthread.h>
#include <sys/socket.h>

struct hook {
    int listener, port, status;
    volatile bool silent, answers; /* answers: the reply acknowledges by the token of the page */
    pthread_t thread;
    volatile unsigned requests;
    char request[32768];
    char url[64];
};

static void reply(struct hook *hook, int fd)
{
    char text[1024], body[512] = "";
    const char *token = strstr(hook->request, "\"token\":\"");

    if (hook->answers && token != NULL) {
        snprintf(body, sizeof(body),
                 "{\"answers\":[{\"token\":\"%.*s\",\"answer\":\"acknowledge\"}]}",
                 (int)strcspn(token + 9, "\""), token + 9);
    }
    snprintf(text, sizeof(text), "HTTP/1.1 %d Word\r\nContent-Length: %zu\r\n\r\n%s", hook->status,
             strlen(body), body);
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0) {
        return;
    }
}

static bool is_whole(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n");
    const char *length = strstr(request, "Content-Length: ");

    return end != NULL &&
           (length == NULL || strlen(end + 4) >= (size_t)strtoul(length + 16, NULL, 10));
}

static void *serve(void *context)
{
    struct hook *hook = context;
    int fd;

    while ((fd = accept(hook->listener, NULL, NULL)) >= 0) {
        size_t length = 0;
        ssize_t got;

        hook->request[0] = '\0';
        while (!is_whole(hook->request) && length + 1 < sizeof(hook->request) &&
               (got = recv(fd, hook->request + length, sizeof(hook->request) - 1 - length, 0)) >
                   0) {
            length += (size_t)got;
            hook->request[length] = '\0';
        }
        hook->requests++;
        if (!hook->silent) {
            reply(hook, fd);
        } else {
            char byte;

            while (recv(fd, &byte, 1, 0) > 0) {
            }
        }
        close(fd);
    }
    return NULL;
}

static void hook_open(struct notify_stage *stage, struct hook *hook, int status)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    struct cfg_channel *channel;

    memset(hook, 0, sizeof(*hook));
    hook->status = status;
    hook->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(hook->listener, (struct sockaddr *)&address, length), 0);
    cr_assert_eq(listen(hook->listener, 8), 0);
    cr_assert_eq(getsockname(hook->listener, (struct sockaddr *)&address, &length), 0);
    snprintf(hook->url, sizeof(hook->url), "http://127.0.0.1:%d/hook", ntohs(address.sin_port));
    cr_assert_eq(pthread_create(&hook->thread, NULL, serve, hook), 0);
    notify_stage_make(stage, 0);
    channel = &stage->place.site->channels[STAGE_SMS];
    channel->kind = FO_CHANNEL_WEBHOOK;
    channel->webhook.url = hook->url;
    stage->place.site->policy.channels[STAGE_SMS].timeout_us = 20 * FO_SECOND;
    notify_stage_start(stage);
}

static void hook_close(struct notify_stage *stage, struct hook *hook)
{
    notify_stage_close(stage);
    shutdown(hook->listener, SHUT_RDWR);
    pthread_join(hook->thread, NULL);
    close(hook->listener);
}

static void expect(int status, enum fo_outcome outcome)
{
    struct notify_stage stage;
    struct hook hook;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    hook_open(&stage, &hook, status);
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, outcome, "%d: outcome %u", status, stage.result.outcome);
    cr_assert_eq(stage.result.detail, status);
    hook_close(&stage, &hook);
}

Test(channel_webhook, a_status_says_whether_it_is_worth_another_try)
{
    expect(200, FO_OUTCOME_ACCEPTED);
    expect(204, FO_OUTCOME_ACCEPTED);
    expect(301, FO_OUTCOME_RETRY);
    expect(404, FO_OUTCOME_FAILED);
    expect(429, FO_OUTCOME_RETRY);
    expect(503, FO_OUTCOME_RETRY);
}

Test(channel_webhook, silence_is_tried_again_within_the_time_of_the_channel)
{
    struct notify_stage stage;
    struct hook hook;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    hook_open(&stage, &hook, 200);
    hook.silent = true;
    stage.place.site->policy.channels[STAGE_SMS].timeout_us = 2 * FO_SECOND;
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(stage.result.reason, FO_REASON_NO_ANSWER);
    hook_close(&stage, &hook);
}

Test(channel_webhook, the_receiver_gets_alertmanagers_form_with_the_key_and_no_address)
{
    struct notify_stage stage;
    struct hook hook;
    struct fo_command command = notify_stage_command(STAGE_SMS, 0x2a);
    json_t *payload;
    const char *body;

    hook_open(&stage, &hook, 200);
    command.notify.drill = true;
    notify_stage_send(&stage, &command);
    hook_close(&stage, &hook);
    cr_assert_not_null(strstr(hook.request, "POST /hook HTTP/1.1"));
    cr_assert_not_null(strstr(hook.request, "Idempotency-Key: abc-2a\r\n"), "%s", hook.request);
    cr_assert_null(strstr(hook.request, "0X0"));
    cr_assert_null(strstr(hook.request, "toban@"));
    body = strstr(hook.request, "\r\n\r\n");
    payload = json_loads(body + 4, 0, NULL);
    cr_assert_not_null(payload, "%s", body);
    cr_assert_str_eq(json_string_value(json_object_get(payload, "version")), "4");
    cr_assert_str_eq(json_string_value(json_object_get(payload, "status")), "firing");
    cr_assert_eq(json_array_size(json_object_get(payload, "alerts")), 1u);
    cr_assert_not_null(strstr(body, "【訓練】"));
    cr_assert(json_is_true(json_object_get(json_object_get(payload, "noroshi"), "drill")));
    cr_assert_null(strstr(body, "\"person\""), "who is paged travels in the clear: %s", body);
    cr_assert_null(strstr(body, "機械がしたこと"), "details travel in the clear: %s", body);
    json_decref(payload);
}

static bool has_answer(void *context)
{
    return ((struct notify_stage *)context)->answers > 0;
}

Test(channel_webhook, an_answer_in_the_reply_counts_once)
{
    struct notify_stage stage;
    struct hook hook;
    struct fo_command command = notify_stage_command(STAGE_SMS, 1);

    hook_open(&stage, &hook, 200);
    hook.answers = true;
    notify_stage_send(&stage, &command);
    cr_assert(place_wait(&stage.place, has_answer, &stage, 5000));
    cr_assert_eq(stage.answers, 1);
    cr_assert_eq(stage.answer.verdict, MD_ANSWER_TAKEN);
    cr_assert_eq(stage.answer.person, 0);
    cr_assert_eq(stage.answer.incident, 3);
    cr_assert_eq(stage.answer.order, FO_ORDER_ACKNOWLEDGE);
    hook_close(&stage, &hook);
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

Test(channel_webhook, the_quiet_test_is_a_question_and_no_page)
{
    struct notify_stage stage;
    struct hook hook;
    int tested = 0;

    hook_open(&stage, &hook, 200);
    md_notify_test(stage.notify, STAGE_SMS, on_tested, &tested);
    cr_assert(place_wait(&stage.place, is_tested, &tested, 25000));
    cr_assert_eq(tested, 1);
    hook_close(&stage, &hook);
    cr_assert_not_null(strstr(hook.request, "HEAD /hook"), "%s", hook.request);
}
