/* SPDX-License-Identifier: Apache-2.0 */
/* Mail against a mail server that follows a script: each answer of RFC 5321 that matters, silence,
 * a refused connection, a lost line; and the message as it arrives. */
#include "tests/lib/notify_stage.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

enum script {
    SCRIPT_TAKES,
    SCRIPT_BUSY_GREETING,   /* 421 */
    SCRIPT_LATER_RECIPIENT, /* 451 */
    SCRIPT_NO_RECIPIENT,    /* 550 */
    SCRIPT_REFUSED_DATA,    /* 554 after the message */
    SCRIPT_SILENT,          /* accepts the connection and says nothing */
    SCRIPT_SILENT_AT_END,   /* takes the message and says nothing */
    SCRIPT_HANGS_UP         /* closes after the greeting */
};

struct server {
    enum script script;
    int listener, port;
    pthread_t thread;
    unsigned connections;
    char recipient[256], sender[256], message[32768];
};

static void answer(int fd, const char *line)
{
    if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0 || send(fd, "\r\n", 2, MSG_NOSIGNAL) < 0) {
        return;
    }
}

static void talk(struct server *server, FILE *stream, int fd)
{
    static const char end[] = ".\r\n";
    char line[2048];
    bool data = false;

    answer(fd, server->script == SCRIPT_BUSY_GREETING ? "421 busy" : "220 test");
    while (server->script != SCRIPT_HANGS_UP && fgets(line, sizeof(line), stream) != NULL) {
        if (data && strcmp(line, end) != 0) {
            strncat(server->message, line, sizeof(server->message) - strlen(server->message) - 1);
        } else if (data) {
            data = false;
            if (server->script == SCRIPT_SILENT_AT_END) {
                continue;
            }
            answer(fd, server->script == SCRIPT_REFUSED_DATA ? "554 no" : "250 taken");
        } else if (strncmp(line, "MAIL", 4) == 0) {
            snprintf(server->sender, sizeof(server->sender), "%.200s", line);
            answer(fd, "250 well");
        } else if (strncmp(line, "RCPT", 4) == 0) {
            snprintf(server->recipient, sizeof(server->recipient), "%.200s", line);
            answer(fd, server->script == SCRIPT_LATER_RECIPIENT ? "451 later"
                       : server->script == SCRIPT_NO_RECIPIENT  ? "550 nobody"
                                                                : "250 well");
        } else if (strncmp(line, "DATA", 4) == 0) {
            data = true;
            answer(fd, "354 go on");
        } else if (strncmp(line, "QUIT", 4) == 0) {
            answer(fd, "221 bye");
            break;
        } else {
            answer(fd, "250 well");
        }
    }
}

static void *serve(void *context)
{
    struct server *server = context;
    int fd;

    while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
        FILE *stream = fdopen(fd, "r+");

        server->connections++;
        if (server->script == SCRIPT_SILENT) {
            char byte;

            while (read(fd, &byte, 1) > 0) {
            }
        } else {
            talk(server, stream, fd);
        }
        fclose(stream);
    }
    return NULL;
}

static void start_server(struct server *server, enum script script)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);

    memset(server, 0, sizeof(*server));
    server->script = script;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(listen(server->listener, 8), 0);
    cr_assert_eq(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    server->port = ntohs(address.sin_port);
    cr_assert_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop_server(struct server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static void expect(enum script script, enum fo_outcome outcome, int detail)
{
    struct notify_stage stage;
    struct server server;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);

    start_server(&server, script);
    notify_stage_open(&stage, server.port);
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, outcome, "outcome %u", stage.result.outcome);
    if (detail >= 0) {
        cr_assert_eq(stage.result.detail, detail, "detail %d", stage.result.detail);
    }
    notify_stage_close(&stage);
    stop_server(&server);
}

Test(channel_smtp, a_250_is_accepted)
{
    expect(SCRIPT_TAKES, FO_OUTCOME_ACCEPTED, 250);
}

Test(channel_smtp, a_4xx_is_tried_again)
{
    expect(SCRIPT_LATER_RECIPIENT, FO_OUTCOME_RETRY, 451);
    expect(SCRIPT_BUSY_GREETING, FO_OUTCOME_RETRY, 421);
}

Test(channel_smtp, a_5xx_is_a_dead_address)
{
    expect(SCRIPT_NO_RECIPIENT, FO_OUTCOME_FAILED, 550);
    expect(SCRIPT_REFUSED_DATA, FO_OUTCOME_FAILED, 554);
}

Test(channel_smtp, silence_is_tried_again_within_the_time_of_the_channel)
{
    uint64_t start = uv_hrtime();

    expect(SCRIPT_SILENT, FO_OUTCOME_RETRY, -1);
    cr_assert_leq((uv_hrtime() - start) / 1000000, 3000u);
}

Test(channel_smtp, a_message_that_was_not_answered_is_tried_again_and_not_called_accepted)
{
    expect(SCRIPT_SILENT_AT_END, FO_OUTCOME_RETRY, -1);
    expect(SCRIPT_HANGS_UP, FO_OUTCOME_RETRY, -1);
}

Test(channel_smtp, a_refused_connection_is_tried_again)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);

    notify_stage_open(&stage, 1);
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(stage.result.reason, FO_REASON_REFUSED);
    notify_stage_close(&stage);
}

Test(channel_smtp, the_next_line_is_tried_when_the_first_is_gone_and_is_first_from_then_on)
{
    struct notify_stage stage;
    struct server server;
    struct fo_command first = notify_stage_command(STAGE_MAIL, 1);
    struct fo_command second = notify_stage_command(STAGE_MAIL, 2);

    start_server(&server, SCRIPT_TAKES);
    notify_stage_open(&stage, server.port);
    stage.place.site->channels[STAGE_MAIL].interfaces[0] = "no-such-line";
    stage.place.site->channels[STAGE_MAIL].interfaces[1] = "lo";
    notify_stage_send(&stage, &first);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_ACCEPTED);
    notify_stage_send(&stage, &second);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_ACCEPTED);
    notify_stage_close(&stage);
    stop_server(&server);
    cr_assert_eq(server.connections, 2);
}

Test(channel_smtp, with_every_line_gone_it_is_tried_again_and_says_why)
{
    struct notify_stage stage;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);

    notify_stage_open(&stage, 1);
    stage.place.site->channels[STAGE_MAIL].interfaces[0] = "no-such-line";
    stage.place.site->channels[STAGE_MAIL].interfaces[1] = "nor-this-one";
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    cr_assert_eq(stage.result.reason, FO_REASON_NO_ROUTE);
    notify_stage_close(&stage);
}

Test(channel_smtp, the_message_arrives_whole_for_one_person_with_its_key)
{
    struct notify_stage stage;
    struct server server;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 0x2a);
    const char *body;

    start_server(&server, SCRIPT_TAKES);
    notify_stage_open(&stage, server.port);
    notify_stage_send(&stage, &command);
    notify_stage_close(&stage);
    stop_server(&server);
    cr_assert_not_null(strstr(server.recipient, "<toban@example.jp>"));
    cr_assert_not_null(strstr(server.sender, "<noroshi@example.jp>"));
    cr_assert_not_null(strstr(server.message, "Message-ID: <"));
    cr_assert_not_null(strstr(server.message, "@example.jp>\r\n"));
    cr_assert_not_null(strstr(server.message, "Subject: =?UTF-8?B?"));
    body = strstr(server.message, "\r\n\r\n");
    cr_assert_not_null(body);
    cr_assert_gt(strlen(body), 100u);
}

/* The body as it was before its transfer encoding; the caller frees it. */
static char *decoded(const char *message)
{
    const char *body = strstr(message, "\r\n\r\n");
    char *text = calloc(1, 32768);
    size_t length = 0;

    cr_assert_not_null(body);
    cr_assert_eq(sodium_base642bin((unsigned char *)text, 32767, body + 4, strlen(body + 4), "\r\n",
                                   &length, NULL, sodium_base64_VARIANT_ORIGINAL),
                 0);
    return text;
}

Test(channel_smtp, what_travels_in_the_clear_is_the_short_form_alone)
{
    struct notify_stage stage;
    struct server server;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);
    char *text;

    start_server(&server, SCRIPT_TAKES);
    notify_stage_open(&stage, server.port);
    notify_stage_trouble(&stage);
    command.notify.drill = true;
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_ACCEPTED);
    notify_stage_close(&stage);
    stop_server(&server);
    text = decoded(server.message);
    cr_assert_eq(strncmp(text, "【訓練】", strlen("【訓練】")), 0, "%s", text);
    cr_assert_not_null(strstr(text, "暗号化されていない"), "%s", text);
    cr_assert_null(strstr(text, "機械がしたこと"), "details travel in the clear: %s", text);
    free(text);
}

Test(channel_smtp, without_tls_nothing_is_sent_where_tls_is_required)
{
    struct notify_stage stage;
    struct server server;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);

    start_server(&server, SCRIPT_TAKES);
    notify_stage_open(&stage, server.port);
    stage.place.site->channels[STAGE_MAIL].smtp.tls_required = true;
    notify_stage_send(&stage, &command);
    cr_assert_eq(stage.result.outcome, FO_OUTCOME_RETRY);
    notify_stage_close(&stage);
    stop_server(&server);
    cr_assert_str_eq(server.sender, "");
    cr_assert_str_eq(server.message, "");
}

Test(channel_smtp, many_pages_go_side_by_side)
{
    struct notify_stage stage;
    struct server server;

    start_server(&server, SCRIPT_SILENT);
    notify_stage_open(&stage, server.port);
    for (unsigned i = 1; i <= 20; i++) {
        struct fo_command command = notify_stage_command(STAGE_MAIL, i);

        md_notify_send(stage.notify, &command);
    }
    stage.wanted = 20;
    cr_assert(place_wait(&stage.place, stage_has_results, &stage, 3500),
              "one silent server held up the others: %u results", stage.results);
    notify_stage_close(&stage);
    stop_server(&server);
}

struct tested {
    unsigned count;
    bool works;
    int detail;
};

static void on_tested(void *context, uint8_t channel, bool works, int detail)
{
    struct tested *tested = context;

    cr_assert_eq(channel, STAGE_MAIL);
    *tested = (struct tested){tested->count + 1, works, detail};
}

static bool is_tested(void *context)
{
    return ((struct tested *)context)->count > 0;
}

static struct tested test_quietly(enum script script)
{
    struct notify_stage stage;
    struct server server;
    struct tested tested = {0};

    start_server(&server, script);
    notify_stage_open(&stage, server.port);
    md_notify_test(stage.notify, STAGE_MAIL, on_tested, &tested);
    cr_assert(place_wait(&stage.place, is_tested, &tested, 8000));
    cr_assert_eq(stage.results, 0);
    notify_stage_close(&stage);
    stop_server(&server);
    cr_assert_str_eq(server.message, "", "a quiet test sent a message");
    cr_assert_str_eq(server.recipient, "");
    cr_assert_eq(tested.count, 1);
    return tested;
}

Test(channel_smtp, a_quiet_test_talks_to_the_server_and_sends_nothing)
{
    cr_assert(test_quietly(SCRIPT_TAKES).works);
    cr_assert_not(test_quietly(SCRIPT_BUSY_GREETING).works);
    cr_assert_not(test_quietly(SCRIPT_SILENT).works);
    cr_assert_not(test_quietly(SCRIPT_HANGS_UP).works);
}

Test(channel_smtp, a_test_that_a_stop_cuts_short_says_nothing_about_the_channel)
{
    struct notify_stage stage;
    struct server server;
    struct tested tested = {0};

    start_server(&server, SCRIPT_SILENT);
    notify_stage_open(&stage, server.port);
    md_notify_test(stage.notify, STAGE_MAIL, on_tested, &tested);
    place_turn(&stage.place, 50);
    cr_assert_eq(tested.count, 0, "the test ended before the stop");
    notify_stage_close(&stage);
    stop_server(&server);
    cr_assert_eq(tested.count, 0, "a stop was taken for a failure");
}

Test(channel_smtp, stopping_ends_what_is_under_way)
{
    struct notify_stage stage;
    struct server server;
    struct fo_command command = notify_stage_command(STAGE_MAIL, 1);

    start_server(&server, SCRIPT_SILENT);
    notify_stage_open(&stage, server.port);
    md_notify_send(stage.notify, &command);
    place_turn(&stage.place, 50);
    notify_stage_close(&stage);
    stop_server(&server);
    cr_assert_eq(stage.results, 0);
}
