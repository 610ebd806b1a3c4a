/* SPDX-License-Identifier: Apache-2.0 */
/* The composition root of monitord. It owns the parts and the once-a-second round; every decision
 * is the engine's, every protocol a part's. */
#include "monitord/app.h"

#include "failover/reason.h"
#include "monitord/answer_watch.h"
#include "monitord/control.h"
#include "monitord/driver.h"
#include "monitord/executor_client.h"
#include "monitord/history.h"
#include "monitord/host.h"
#include "monitord/log.h"
#include "monitord/notify.h"
#include "monitord/outlying.h"
#include "monitord/picture.h"
#include "monitord/shadow.h"
#include "monitord/site_network.h"
#include "monitord/upkeep.h"
#include "monitord/wall_time.h"
#include "probes/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_MS 1000
#define CONTROL_RETRY_ROUNDS 5
#define FENCE_ROUNDS 30 /* the executor reads each fence every five minutes */

struct md_app {
    uv_loop_t *loop;
    const struct site *site;
    uint64_t boot;
    char host_boot[64];
    fo_us started_us;
    int lock;
    struct md_driver *driver;
    struct pb_fleet *fleet;
    struct md_outlying *outlying; /* NULL: no other places */
    struct pb_heartbeat *heartbeat;
    struct md_answer_watch *answers;
    struct md_notify *notify;
    struct md_executor_client *executor;
    struct md_control *control;
    struct md_history *history;
    struct md_shadow shadow;
    struct md_orders orders;
    struct md_upkeep upkeep;
    struct fo_view *view;
    uv_timer_t round;
    uv_signal_t on_term, on_int;
    unsigned rounds;
    unsigned fence_rounds;
    bool handles, stopping;
};

static void on_statement(void *context, const struct fo_event *event)
{
    struct md_app *app = context;

    if (app->driver == NULL) {
        return;
    }
    if (event->kind == FO_EVENT_READING && event->reading.device >= app->site->device_count) {
        md_outlying_reading(app->outlying, &event->reading, event->now_us);
        return;
    }
    md_driver_feed(app->driver, event);
}

static void on_heartbeat(void *context, uint8_t net, fo_us now_us,
                         const struct fo_datagram *datagram)
{
    struct md_app *app = context;
    struct fo_event event = {.kind = FO_EVENT_DATAGRAM,
                             .now_us = now_us,
                             .datagram = {.net = net, .datagram = *datagram}};

    if (app->driver != NULL) {
        md_driver_feed(app->driver, &event);
    }
}

/* More than one station that answers for the service is more than one open gate. */
static void on_answers(void *context, const struct fo_self *self)
{
    struct md_app *app = context;
    struct fo_event event = {.kind = FO_EVENT_SELF, .now_us = pb_clock_us(), .self = *self};

    if (app->driver != NULL) {
        md_driver_feed(app->driver, &event);
    }
}

/* ---- from the driver to the world ---- */

static void act_send(void *context, const struct fo_datagram *datagram)
{
    const struct md_app *app = context;
    if (app->heartbeat != NULL) {
        pb_heartbeat_send(app->heartbeat, datagram);
    }
}

static void act_poll(void *context, unsigned device)
{
    const struct md_app *app = context;
    if (app->fleet != NULL && device < app->site->device_count) {
        pb_fleet_poll(app->fleet, device);
    }
}

/* The driver is stopped last: what it still orders when the part that would act has gone stays in
 * the journal without a result, and the next start takes it up. */
static void act_notify(void *context, const struct fo_command *command)
{
    const struct md_app *app = context;
    if (app->notify != NULL) {
        md_notify_send(app->notify, command);
    }
}

static void act_execute(void *context, const struct fo_command *command)
{
    const struct md_app *app = context;
    if (app->executor != NULL) {
        md_executor_client_do(app->executor, command);
    }
}

static void act_changed(void *context)
{
    struct md_app *app = context;
    if (app->control != NULL) {
        md_control_changed(app->control);
    }
}

static void act_synced(void *context)
{
    struct md_app *app = context;
    if (app->control != NULL) {
        md_control_synced(app->control);
    }
}

static void act_engine_lost(void *context)
{
    const struct md_app *app = context;
    if (app->notify != NULL) {
        md_notify_without_engine(app->notify, app->boot, FO_REASON_ENGINE_ASSERTION);
    }
}

static void take_result(void *context, struct fo_key key, enum fo_outcome outcome, unsigned reason,
                        int detail)
{
    struct md_app *app = context;

    if (app->driver != NULL) {
        md_driver_result(app->driver, key, outcome, reason, detail);
    }
}

static void give_view(void *context, struct fo_view *view)
{
    struct md_app *app = context;

    if (app->driver != NULL) {
        md_driver_view(app->driver, view);
    } else {
        memset(view, 0, sizeof(*view));
    }
}

static unsigned count_watchers(void *context)
{
    const struct md_control *control = ((struct md_app *)context)->control;
    return control != NULL ? md_control_watchers(control) : 0;
}

static struct md_picture picture_of(struct md_app *app)
{
    return (struct md_picture){
        .site = app->site,
        .driver = app->driver,
        .orders = &app->orders,
        .fleet = app->fleet,
        .heartbeat = app->heartbeat,
        .outlying = app->outlying,
        .duty = app->upkeep.duty,
        .drill = app->upkeep.drill,
        .self_test = &app->upkeep.self_test,
        .fences = app->executor != NULL ? md_executor_client_fences(app->executor) : NULL,
        .boot = app->boot,
        .started_us = app->started_us,
        .view = app->view};
}

static json_t *give_head(void *context)
{
    struct md_picture picture = picture_of(context);
    return md_picture_head(&picture);
}

static json_t *give_device(void *context, unsigned number)
{
    struct md_picture picture = picture_of(context);
    return md_picture_device(&picture, number);
}

static json_t *take_order(void *context, uid_t uid, const json_t *request, uint64_t *ticket)
{
    return md_orders_take(&((struct md_app *)context)->orders, uid, request, ticket);
}

static bool is_synced(void *context, uint64_t ticket)
{
    return md_driver_is_synced(((struct md_app *)context)->driver, ticket);
}

/* The console is worth having, but the room is watched without it: a socket that cannot be made is
 * tried again. */
static void open_control(struct md_app *app)
{
    struct md_control_hooks hooks = {.status = give_head,
                                     .device = give_device,
                                     .order = take_order,
                                     .synced = is_synced,
                                     .context = app};
    char error[256];

    app->control = md_control_start(app->loop, app->site->control_socket, app->site->control_group,
                                    &hooks, error, sizeof(error));
    if (app->control == NULL) {
        md_log(MD_LOG_ERROR, "control: %s", error);
    }
}

static void note_history(struct md_app *app)
{
    struct md_picture picture = picture_of(app);
    json_t *status = md_picture_status(&picture);
    md_history_note(app->history, status, pb_clock_us(), md_wall_now_ms());
    json_decref(status);
}

static void on_round(uv_timer_t *timer)
{
    struct md_app *app = timer->data;

    md_upkeep_round(&app->upkeep);
    if (md_history_due(app->history, pb_clock_us())) {
        note_history(app);
    }
    md_outlying_round(app->outlying, pb_clock_us());
    if (app->executor != NULL && app->fence_rounds++ % FENCE_ROUNDS == 0) {
        md_executor_client_ask_fences(app->executor);
    }
    if (app->control == NULL && ++app->rounds % CONTROL_RETRY_ROUNDS == 0) {
        open_control(app);
    }
}

static bool start_parts(struct md_app *app, char *error, size_t error_size)
{
    struct md_notify_hooks notify = {take_result, give_view,        count_watchers,
                                     app,         md_orders_answer, &app->orders};
    struct md_executor_hooks executor = {.result = take_result, .context = app};
    struct md_driver_config driver = {.site = app->site,
                                      .loop = app->loop,
                                      .boot = app->boot,
                                      .host_boot = app->host_boot,
                                      .acts = {.send = act_send,
                                               .poll = act_poll,
                                               .notify = act_notify,
                                               .execute = act_execute,
                                               .changed = act_changed,
                                               .synced = act_synced,
                                               .engine_lost = act_engine_lost,
                                               .context = app}};

    app->notify = md_notify_start(app->loop, app->site, &notify);
    app->executor = md_executor_client_start(app->loop, app->site, &executor);
    if (app->notify == NULL || app->executor == NULL ||
        !md_outlying_start(app->site, on_statement, app, &app->outlying)) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    if (app->site->shadow) {
        app->shadow.result = take_result;
        app->shadow.context = app;
        md_shadow_take(&app->shadow, &driver.acts);
        md_log(MD_LOG_NOTICE, "shadow mode: nothing is done, nobody is called");
    }
    app->heartbeat = md_site_heartbeats(app->loop, app->site, on_heartbeat, app);
    app->driver = md_driver_start(&driver, error, error_size);
    if (app->driver == NULL) {
        return false;
    }
    md_upkeep_init(&app->upkeep, app->loop, app->site, app->boot, app->driver, app->notify);
    md_orders_init(&app->orders, app->site, app->driver, app->loop, app->boot);
    app->orders.self_test = &app->upkeep.self_test;
    app->fleet = pb_fleet_start(app->loop, app->site, on_statement, app, error, error_size);
    if (app->fleet == NULL) {
        return false;
    }
    if (pb_fleet_is_deaf(app->fleet)) {
        md_log(MD_LOG_ERROR, "trap_port cannot be had; below 1024 it needs CAP_NET_BIND_SERVICE");
    }
    app->answers = md_answer_watch_start(app->loop, app->site, on_answers, app);
    md_host_share_journal(app->site->state_directory, app->site->control_group);
    app->history =
        md_history_start(app->loop, app->site->state_directory, app->site->control_group);
    open_control(app);
    return true;
}

static void on_signal(uv_signal_t *signal, int number)
{
    md_app_stop(signal->data, number == SIGTERM ? "SIGTERM" : "SIGINT");
}

static void start_handles(struct md_app *app)
{
    uv_timer_init(app->loop, &app->round);
    uv_signal_init(app->loop, &app->on_term);
    uv_signal_init(app->loop, &app->on_int);
    app->round.data = app;
    app->on_term.data = app;
    app->on_int.data = app;
    app->handles = true;
    uv_timer_start(&app->round, on_round, 0, ROUND_MS);
    uv_signal_start(&app->on_term, on_signal, SIGTERM);
    uv_signal_start(&app->on_int, on_signal, SIGINT);
}

struct md_app *md_app_start(uv_loop_t *loop, const struct site *site, char *error,
                            size_t error_size)
{
    struct md_app *app = calloc(1, sizeof(*app));

    if (app == NULL || (app->view = calloc(1, sizeof(*app->view))) == NULL) {
        snprintf(error, error_size, "out of memory");
        free(app);
        return NULL;
    }
    app->loop = loop;
    app->site = site;
    app->started_us = pb_clock_us();
    app->boot = md_host_random_boot();
    md_host_boot_id(app->host_boot);
    app->lock = md_host_lock(site->state_directory, "monitord.lock", error, error_size);
    if (app->lock == MD_HOST_LOCK_HELD) {
        free(app->view);
        free(app);
        return NULL;
    }
    if (!start_parts(app, error, error_size)) {
        md_app_stop(app, "start failed");
        return NULL;
    }
    start_handles(app);
    return app;
}

/* ---- stop: in reverse, each part when the one before has gone ---- */

static void on_last_closed(uv_handle_t *handle)
{
    struct md_app *app = handle->data;

    md_host_unlock(app->lock);
    md_outlying_free(app->outlying);
    free(app->view);
    free(app);
}

static void close_handles(struct md_app *app)
{
    if (!app->handles) {
        uv_timer_init(app->loop, &app->round);
        app->round.data = app;
    } else {
        uv_close((uv_handle_t *)&app->on_term, NULL);
        uv_close((uv_handle_t *)&app->on_int, NULL);
    }
    uv_close((uv_handle_t *)&app->round, on_last_closed);
}

static void stop_heartbeat(void *context)
{
    struct md_app *app = context;
    struct pb_heartbeat *heartbeat = app->heartbeat;

    app->heartbeat = NULL;
    if (heartbeat != NULL) {
        pb_heartbeat_stop(heartbeat, NULL);
    }
    close_handles(app);
}

static void stop_driver(void *context)
{
    struct md_app *app = context;
    struct md_driver *driver = app->driver;

    app->driver = NULL;
    if (driver != NULL) {
        md_driver_stop(driver, "ordered", stop_heartbeat, app);
    } else {
        stop_heartbeat(app);
    }
}

static void stop_executor(void *context)
{
    struct md_app *app = context;
    struct md_executor_client *executor = app->executor;

    app->executor = NULL;
    if (executor != NULL) {
        md_executor_client_stop(executor, stop_driver, app);
    } else {
        stop_driver(app);
    }
}

static void stop_notify(void *context)
{
    struct md_app *app = context;
    struct md_notify *notify = app->notify;

    app->notify = NULL;
    if (notify != NULL) {
        md_notify_stop(notify, stop_executor, app);
    } else {
        stop_executor(app);
    }
}

void md_app_stop(struct md_app *app, const char *why)
{
    struct md_control *control = app->control;

    if (app->stopping) {
        return;
    }
    app->stopping = true;
    md_log(MD_LOG_NOTICE, "monitord: stops: %s", why);
    md_upkeep_stop(&app->upkeep);
    md_orders_stop(&app->orders);
    md_history_stop(app->history);
    if (app->handles) {
        uv_timer_stop(&app->round);
    }
    if (app->fleet != NULL) {
        pb_fleet_stop(app->fleet, NULL);
        app->fleet = NULL;
    }
    md_answer_watch_stop(app->answers);
    app->answers = NULL;
    app->control = NULL;
    if (control != NULL) {
        md_control_stop(control, stop_notify, app);
    } else {
        stop_notify(app);
    }
}
