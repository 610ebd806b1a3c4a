/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the executor for acts and waits for its answers. It owns jobs and their levels; the same key
 * and act asked twice (after a lost connection) is answered twice and done once, by the executor's
 * own ledger. */
#include "monitord/executor_client.h"

#include "failover/reason.h"
#include "monitord/code_names.h"
#include "monitord/control_wire.h"
#include "monitord/json_line.h"
#include "monitord/log.h"
#include "monitord/unix_socket.h"
#include "probes/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WATCH_MS 100

struct job {
    bool used, asked;
    struct fo_command command;
    fo_us until_us;
    unsigned level, levels;
    char acts[CFG_FENCE_LEVELS_MAX][72];
    char key[MD_KEY_TEXT_SIZE];
};

struct md_executor_client {
    uv_loop_t *loop;
    const struct site *site;
    struct md_executor_hooks hooks;
    struct job jobs[MD_EXECUTOR_JOBS_MAX];
    struct connection *connection;
    uv_timer_t timer;
    uint64_t tried_ms;
    unsigned handles_open;
    json_t *fences; /* NULL: not told on this connection */
    void (*done)(void *context);
    void *done_context;
};

struct connection {
    uv_pipe_t pipe;
    struct md_executor_client *client;
    struct md_line_buffer lines;
};

static void on_gone(struct md_executor_client *client)
{
    void (*done)(void *) = client->done;
    void *context = client->done_context;

    if (--client->handles_open > 0) {
        return;
    }
    free(client);
    if (done != NULL) {
        done(context);
    }
}

static void on_connection_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct md_executor_client *client = connection->client;

    md_lines_free(&connection->lines);
    free(connection);
    on_gone(client);
}

/* What was asked on a lost connection is asked again on the next. */
static void disconnect(struct md_executor_client *client)
{
    struct connection *connection = client->connection;

    if (connection == NULL) {
        return;
    }
    client->connection = NULL;
    json_decref(client->fences);
    client->fences = NULL;
    for (unsigned i = 0; i < MD_EXECUTOR_JOBS_MAX; i++) {
        client->jobs[i].asked = false;
    }
    uv_close((uv_handle_t *)&connection->pipe, on_connection_closed);
}

/* What cannot be handed over is asked again on the next connection: this one is closed. */
static void ask(struct md_executor_client *client, struct job *job)
{
    json_t *order = json_pack("{s:s, s:s, s:b, s:b}", "key", job->key, "act", job->acts[job->level],
                              "drill", 0, /* the engine gives none then */
                              "restore", job->command.kind == FO_COMMAND_RESTORE);

    if (md_json_line_send((uv_stream_t *)&client->connection->pipe, order)) {
        job->asked = true;
    } else {
        md_log(MD_LOG_WARNING, "executor: key=%s could not be asked for; tried again", job->key);
        disconnect(client);
    }
}

static void ask_all(struct md_executor_client *client)
{
    for (unsigned i = 0; i < MD_EXECUTOR_JOBS_MAX && client->connection != NULL; i++) {
        if (client->jobs[i].used && !client->jobs[i].asked) {
            ask(client, &client->jobs[i]);
        }
    }
}

static void end_job(struct md_executor_client *client, struct job *job, enum fo_outcome outcome,
                    unsigned reason, int detail)
{
    struct fo_key key = job->command.key;

    job->used = false;
    client->hooks.result(client->hooks.context, key, outcome, reason, detail);
}

/* done ends the job; anything else goes to the next level, and the last level's outcome counts. */
static void take_answer(struct md_executor_client *client, struct job *job, const json_t *answer)
{
    const char *outcome = json_string_value(json_object_get(answer, "outcome"));
    int detail = (int)json_integer_value(json_object_get(answer, "detail"));

    md_log(MD_LOG_NOTICE, "executor: key=%s act=%s outcome=%s detail=%d", job->key,
           job->acts[job->level], outcome != NULL ? outcome : "?", detail);
    if (outcome != NULL && strcmp(outcome, "done") == 0) {
        end_job(client, job, FO_OUTCOME_DONE, FO_REASON_NONE, detail);
    } else if (job->level + 1 < job->levels) {
        job->level++;
        job->asked = false;
        ask_all(client);
    } else {
        end_job(
            client, job,
            outcome != NULL && strcmp(outcome, "retry") == 0 ? FO_OUTCOME_RETRY : FO_OUTCOME_FAILED,
            FO_REASON_BAD_STATUS, detail);
    }
}

static void take_line(struct md_executor_client *client, const char *line)
{
    json_t *answer = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const char *key = json_string_value(json_object_get(answer, "key"));
    const char *act = json_string_value(json_object_get(answer, "act"));
    json_t *fences = json_object_get(answer, "fences");

    if (json_is_array(fences)) {
        json_decref(client->fences);
        client->fences = json_incref(fences);
    }
    for (unsigned i = 0; key != NULL && act != NULL && i < MD_EXECUTOR_JOBS_MAX; i++) {
        struct job *job = &client->jobs[i];

        if (job->used && job->asked && strcmp(job->key, key) == 0 &&
            strcmp(job->acts[job->level], act) == 0) {
            take_answer(client, job, answer);
            break;
        }
    }
    json_decref(answer);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[4096]; /* one read at a time on one loop */

    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct connection *connection = stream->data;
    struct md_executor_client *client = connection->client;
    char *line;

    if (count < 0 ||
        (count > 0 && !md_lines_feed(&connection->lines, buffer->base, (size_t)count))) {
        md_log(MD_LOG_WARNING, "executor: connection lost");
        disconnect(client);
        return;
    }
    while (client->connection == connection && (line = md_lines_next(&connection->lines)) != NULL) {
        take_line(client, line);
    }
}

static void try_connect(struct md_executor_client *client)
{
    struct connection *connection;
    int fd;

    client->tried_ms = uv_now(client->loop);
    fd = md_unix_connect(client->site->executor_socket);
    if (fd < 0) {
        return;
    }
    connection = calloc(1, sizeof(*connection));
    if (connection == NULL) {
        return;
    }
    uv_pipe_init(client->loop, &connection->pipe, 0);
    uv_pipe_open(&connection->pipe, fd);
    connection->pipe.data = connection;
    connection->client = client;
    md_lines_init(&connection->lines, MD_CONTROL_REQUEST_MAX);
    client->handles_open++;
    client->connection = connection;
    uv_read_start((uv_stream_t *)&connection->pipe, on_allocate, on_read);
    ask_all(client);
}

static bool has_work(const struct md_executor_client *client)
{
    for (unsigned i = 0; i < MD_EXECUTOR_JOBS_MAX; i++) {
        if (client->jobs[i].used) {
            return true;
        }
    }
    return false;
}

static void on_timer(uv_timer_t *timer)
{
    struct md_executor_client *client = timer->data;
    fo_us now_us = pb_clock_us();

    for (unsigned i = 0; i < MD_EXECUTOR_JOBS_MAX; i++) {
        if (client->jobs[i].used && client->jobs[i].until_us <= now_us) {
            end_job(client, &client->jobs[i], FO_OUTCOME_RETRY, FO_REASON_NO_ANSWER, 0);
        }
    }
    if (client->connection == NULL && has_work(client) &&
        uv_now(client->loop) - client->tried_ms >= MD_EXECUTOR_RECONNECT_MS) {
        try_connect(client);
    }
    if (!has_work(client)) {
        uv_timer_stop(timer);
    }
}

struct md_executor_client *md_executor_client_start(uv_loop_t *loop, const struct site *site,
                                                    const struct md_executor_hooks *hooks)
{
    struct md_executor_client *client = calloc(1, sizeof(*client));

    if (client == NULL) {
        return NULL;
    }
    client->loop = loop;
    client->site = site;
    client->hooks = *hooks;
    uv_timer_init(loop, &client->timer);
    client->timer.data = client;
    client->handles_open = 1;
    return client;
}

static void name_acts(const struct md_executor_client *client, struct job *job)
{
    const struct fo_command *command = &job->command;

    if (command->kind == FO_COMMAND_ROUTE && command->line < client->site->line_count) {
        snprintf(job->acts[0], sizeof(job->acts[0]), "route-%s",
                 client->site->lines[command->line].name);
        job->levels = 1;
    }
    if ((command->kind == FO_COMMAND_SHED || command->kind == FO_COMMAND_RESTORE) &&
        command->stage < client->site->policy.stage_count &&
        command->act < client->site->stages[command->stage].act_count) {
        snprintf(job->acts[0], sizeof(job->acts[0]), "%s",
                 client->site->stages[command->stage].acts[command->act]);
        job->levels = 1;
    }
    const char *script = NULL;
    if (command->kind == FO_COMMAND_PROMOTE && command->server < FO_SERVERS) {
        script = client->site->servers[command->server].promote;
    } else if (command->kind == FO_COMMAND_DEMOTE && command->server < FO_SERVERS) {
        script = client->site->servers[command->server].demote;
    }
    if (script != NULL) {
        snprintf(job->acts[0], sizeof(job->acts[0]), "%s", script);
        job->levels = 1;
    }
    for (unsigned i = 0; command->kind == FO_COMMAND_FENCE && command->server < FO_SERVERS &&
                         client->site->servers[command->server].fence[i] != NULL;
         i++) {
        snprintf(job->acts[i], sizeof(job->acts[i]), "%s",
                 client->site->servers[command->server].fence[i]);
        job->levels = i + 1;
    }
}

static struct job *free_job(struct md_executor_client *client)
{
    for (unsigned i = 0; i < MD_EXECUTOR_JOBS_MAX; i++) {
        if (!client->jobs[i].used) {
            return &client->jobs[i];
        }
    }
    return NULL;
}

void md_executor_client_do(struct md_executor_client *client, const struct fo_command *command)
{
    struct job *job = free_job(client);

    if (job == NULL) {
        client->hooks.result(client->hooks.context, command->key, FO_OUTCOME_RETRY, FO_REASON_NONE,
                             0);
        return;
    }
    memset(job, 0, sizeof(*job));
    job->used = true;
    job->command = *command;
    job->until_us = command->deadline_us != FO_NEVER ? command->deadline_us
                                                     : pb_clock_us() + MD_EXECUTOR_PATIENCE_US;
    md_key_text(command->key, job->key);
    name_acts(client, job);
    if (job->levels == 0) {
        end_job(client, job, FO_OUTCOME_FAILED, FO_REASON_NO_ROUTE, 0);
        return;
    }
    if (client->connection == NULL) {
        try_connect(client);
    } else {
        ask_all(client);
    }
    uv_timer_start(&client->timer, on_timer, WATCH_MS, WATCH_MS);
}

void md_executor_client_ask_fences(struct md_executor_client *client)
{
    if (client->connection == NULL) {
        try_connect(client);
    }
    if (client->connection != NULL && !md_json_line_send((uv_stream_t *)&client->connection->pipe,
                                                         json_pack("{s:b}", "fences", 1))) {
        disconnect(client);
    }
}

const json_t *md_executor_client_fences(const struct md_executor_client *client)
{
    return client->fences;
}

bool md_executor_client_connected(const struct md_executor_client *client)
{
    return client->connection != NULL;
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_gone(handle->data);
}

void md_executor_client_stop(struct md_executor_client *client, void (*done)(void *context),
                             void *context)
{
    client->done = done;
    client->done_context = context;
    disconnect(client);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}
