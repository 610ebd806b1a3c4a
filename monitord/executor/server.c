/* SPDX-License-Identifier: Apache-2.0 */
/* Listens, checks who asks and what for, and keeps the rule: written and synced before it is done,
 * the outcome written before it is told. It owns connections and acts under way. */
#include "monitord/executor/server.h"

#include "monitord/code_names.h"
#include "monitord/control_wire.h"
#include "monitord/executor/act.h"
#include "monitord/executor/ledger.h"
#include "monitord/json_line.h"
#include "monitord/log.h"
#include "monitord/unix_socket.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct client {
    uv_pipe_t pipe;
    struct md_executor *executor;
    struct client *next;
    struct md_line_buffer lines;
    uint64_t number; /* acts name their asker by it: the client may be gone when they end */
    bool closing;
};

struct work {
    struct md_executor *executor;
    bool used;
    uint64_t asker;
    char key[MD_LEDGER_KEY_SIZE];
    const struct cfg_act *act;
};

struct md_executor {
    uv_loop_t *loop;
    const struct site *site;
    uid_t peer;
    struct md_ledger *ledger;
    uv_pipe_t server;
    struct client *clients;
    unsigned client_count, handles_open;
    uint64_t next_number;
    struct work works[MD_EXECUTOR_ACTS_MAX];
    bool stopping;
    struct md_executor_watcher watcher; /* zero: none */
    void (*done)(void *context);
    void *done_context;
};

static unsigned works_under_way(const struct md_executor *executor)
{
    unsigned count = 0;

    for (unsigned i = 0; i < MD_EXECUTOR_ACTS_MAX; i++) {
        count += executor->works[i].used ? 1 : 0;
    }
    return count;
}

static void free_when_idle(struct md_executor *executor)
{
    void (*done)(void *) = executor->done;
    void *context = executor->done_context;

    if (!executor->stopping || executor->handles_open > 0 || works_under_way(executor) > 0) {
        return;
    }
    md_ledger_close(executor->ledger);
    free(executor);
    if (done != NULL) {
        done(context);
    }
}

/* ---- connections ---- */

static void on_client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    struct md_executor *executor = client->executor;

    md_lines_free(&client->lines);
    free(client);
    executor->handles_open--;
    free_when_idle(executor);
}

static void drop(struct client *client)
{
    struct md_executor *executor = client->executor;

    if (client->closing) {
        return;
    }
    client->closing = true;
    for (struct client **at = &executor->clients; *at != NULL; at = &(*at)->next) {
        if (*at == client) {
            *at = client->next;
            break;
        }
    }
    executor->client_count--;
    uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

static void send_object(struct client *client, json_t *object)
{
    if (!md_json_line_send((uv_stream_t *)&client->pipe, object)) {
        drop(client);
    }
}

static void answer(struct client *client, const char *key, const char *act, enum md_act_state state,
                   int detail, const char *reason)
{
    send_object(client, json_pack("{s:s, s:s, s:s, s:i, s:s}", "key", key, "act", act, "outcome",
                                  md_act_state_name(state), "detail", detail, "reason", reason));
}

/* ---- acts ---- */

static struct client *client_by_number(struct md_executor *executor, uint64_t number)
{
    struct client *client = executor->clients;

    while (client != NULL && client->number != number) {
        client = client->next;
    }
    return client;
}

static void on_act(void *context, enum md_act_state state, int detail, const char *reason)
{
    struct work *work = context;
    struct md_executor *executor = work->executor;
    struct client *client = client_by_number(executor, work->asker);

    md_log(state == MD_ACT_DONE ? MD_LOG_NOTICE : MD_LOG_WARNING,
           "executor: key=%s act=%s outcome=%s detail=%d reason=%s", work->key, work->act->name,
           md_act_state_name(state), detail, reason);
    /* if this cannot be written the act will be done again with the same key, which is the lesser
     * evil */
    md_ledger_write(executor->ledger, work->key, work->act->name, state, detail);
    work->used = false;
    if (client != NULL) {
        answer(client, work->key, work->act->name, state, detail, reason);
    }
    free_when_idle(executor);
}

static const struct cfg_act *find_act(const struct site *site, const char *name)
{
    for (unsigned i = 0; i < site->act_count; i++) {
        if (strcmp(site->acts[i].name, name) == 0) {
            return &site->acts[i];
        }
    }
    return NULL;
}

static struct work *find_work(struct md_executor *executor, const char *key, const char *act)
{
    for (unsigned i = 0; i < MD_EXECUTOR_ACTS_MAX; i++) {
        struct work *work = &executor->works[i];

        if (work->used && strcmp(work->key, key) == 0 && strcmp(work->act->name, act) == 0) {
            return work;
        }
    }
    return NULL;
}

static void start_act(struct client *client, const char *key, const struct cfg_act *act,
                      const struct md_act_how *how)
{
    struct md_executor *executor = client->executor;
    struct work *work = NULL;

    for (unsigned i = 0; i < MD_EXECUTOR_ACTS_MAX && work == NULL; i++) {
        work = executor->works[i].used ? NULL : &executor->works[i];
    }
    if (work == NULL) {
        answer(client, key, act->name, MD_ACT_RETRY, 0, "busy");
        return;
    }
    if (!md_ledger_write(executor->ledger, key, act->name, MD_ACT_BEGUN, 0)) {
        answer(client, key, act->name, MD_ACT_RETRY, 0, "ledger-dead");
        return;
    }
    *work = (struct work){.executor = executor, .used = true, .asker = client->number, .act = act};
    snprintf(work->key, sizeof(work->key), "%s", key);
    if (executor->watcher.begins != NULL) {
        executor->watcher.begins(executor->watcher.context);
    }
    if (!md_act_start(executor->loop, executor->site, act, key, how, on_act, work)) {
        on_act(work, MD_ACT_RETRY, 0, "out-of-memory");
    }
}

/* A key that has ended in done or failed is told again, not done again; one under way is told when
 * it ends; one that was begun by a process that died, or that may be tried again, is done again. */
static void ask(struct client *client, const char *key, const char *name,
                const struct md_act_how *how)
{
    struct md_executor *executor = client->executor;
    const struct cfg_act *act = find_act(executor->site, name);
    const struct md_ledger_entry *entry;
    struct work *work;

    if (act == NULL) {
        md_log(MD_LOG_WARNING, "executor: key=%s asks for an act that is not listed", key);
        answer(client, key, name, MD_ACT_FAILED, 0, "unknown-act");
        return;
    }
    work = find_work(executor, key, name);
    if (work != NULL) {
        work->asker = client->number;
        return;
    }
    entry = md_ledger_find(executor->ledger, key, name);
    if (entry != NULL && (entry->state == MD_ACT_DONE || entry->state == MD_ACT_FAILED)) {
        answer(client, key, name, entry->state, entry->detail, "told-again");
        return;
    }
    start_act(client, key, act, how);
}

static void tell_fences(struct client *client)
{
    const struct md_executor_watcher *watcher = &client->executor->watcher;
    json_t *fences = watcher->fences != NULL ? watcher->fences(watcher->context) : json_array();

    send_object(client, fences != NULL ? json_pack("{s:o}", "fences", fences) : NULL);
}

static void take_line(struct client *client, const char *line)
{
    json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const char *key = json_string_value(json_object_get(request, "key"));
    const char *act = json_string_value(json_object_get(request, "act"));
    json_t *drill = json_object_get(request, "drill");
    json_t *restore = json_object_get(request, "restore");
    struct md_act_how how = {.drill = json_is_true(drill), .restore = json_is_true(restore)};
    struct fo_key parsed;

    if (json_is_true(json_object_get(request, "fences")) && !client->executor->stopping) {
        tell_fences(client);
        json_decref(request);
        return;
    }
    /* a flag that cannot be read is no order at all: both ways of guessing could do harm */
    if (key == NULL || act == NULL || !json_is_boolean(drill) ||
        (restore != NULL && !json_is_boolean(restore)) || !md_key_parse(key, &parsed) ||
        strlen(act) >= MD_LEDGER_ACT_SIZE || client->executor->stopping) {
        send_object(client, json_pack("{s:s}", "error", "bad-request"));
    } else {
        ask(client, key, act, &how);
    }
    json_decref(request);
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
    struct client *client = stream->data;
    char *line;

    if (count < 0 || (count > 0 && !md_lines_feed(&client->lines, buffer->base, (size_t)count))) {
        drop(client);
        return;
    }
    while (!client->closing && (line = md_lines_next(&client->lines)) != NULL) {
        take_line(client, line);
    }
}

static bool may_ask(const struct md_executor *executor, const uv_pipe_t *pipe)
{
    uid_t uid;

    return md_unix_peer_uid(pipe, &uid) && (uid == executor->peer || uid == geteuid());
}

static void on_connection(uv_stream_t *server, int status)
{
    struct md_executor *executor = server->data;
    struct client *client;

    if (status < 0 || executor->stopping) {
        return;
    }
    client = calloc(1, sizeof(*client));
    if (client == NULL) {
        return;
    }
    uv_pipe_init(executor->loop, &client->pipe, 0);
    client->pipe.data = client;
    client->executor = executor;
    client->number = ++executor->next_number;
    client->next = executor->clients;
    executor->clients = client;
    executor->client_count++;
    executor->handles_open++;
    md_lines_init(&client->lines, MD_EXECUTOR_LINE_MAX);
    if (uv_accept(server, (uv_stream_t *)&client->pipe) != 0 ||
        executor->client_count > MD_EXECUTOR_CLIENTS_MAX || !may_ask(executor, &client->pipe)) {
        md_log(MD_LOG_WARNING, "executor: a connection was refused");
        drop(client);
        return;
    }
    uv_read_start((uv_stream_t *)&client->pipe, on_allocate, on_read);
}

/* ---- start and stop ---- */

struct md_executor *md_executor_start(uv_loop_t *loop, const struct site *site, uid_t peer,
                                      char *error, size_t error_size)
{
    struct md_executor *executor = calloc(1, sizeof(*executor));
    int fd;

    if (executor == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    executor->loop = loop;
    executor->site = site;
    executor->peer = peer;
    executor->ledger = md_ledger_open(site->state_directory, error, error_size);
    if (executor->ledger == NULL) {
        free(executor);
        return NULL;
    }
    fd = md_unix_listen(site->executor_socket, NULL, error, error_size);
    if (fd < 0) {
        md_ledger_close(executor->ledger);
        free(executor);
        return NULL;
    }
    if (peer != geteuid() && chown(site->executor_socket, peer, (gid_t)-1) != 0) {
        md_log(MD_LOG_WARNING, "executor: %s cannot be given to user %u", site->executor_socket,
               (unsigned)peer);
    }
    uv_pipe_init(loop, &executor->server, 0);
    executor->server.data = executor;
    executor->handles_open = 1;
    if (uv_pipe_open(&executor->server, fd) != 0 ||
        uv_listen((uv_stream_t *)&executor->server, 4, on_connection) != 0) {
        snprintf(error, error_size, "%s: cannot listen", site->executor_socket);
        md_executor_stop(executor, NULL, NULL);
        return NULL;
    }
    return executor;
}

void md_executor_watch(struct md_executor *executor, const struct md_executor_watcher *watcher)
{
    executor->watcher = *watcher;
}

static void on_server_closed(uv_handle_t *handle)
{
    struct md_executor *executor = handle->data;

    executor->handles_open--;
    free_when_idle(executor);
}

void md_executor_stop(struct md_executor *executor, void (*done)(void *context), void *context)
{
    executor->stopping = true;
    executor->done = done;
    executor->done_context = context;
    unlink(executor->site->executor_socket);
    while (executor->clients != NULL) {
        drop(executor->clients);
    }
    uv_close((uv_handle_t *)&executor->server, on_server_closed);
}
