/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the two witnesses of the local service, process and check, into one health. It owns the
 * pidfd, the check and their hysteresis; agent.c hears the changes. */
#include "monitord/agent/service_watch.h"

#include "failover/assert.h"
#include "probes/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define LOOK_MS 200 /* for a process that is not there yet, and for staleness */

static enum fo_health judge(const struct md_service_watch *watch)
{
    if (watch->config->pid_file != NULL && watch->pid == 0) {
        return FO_HEALTH_FAILED;
    }
    if (watch->check == NULL) {
        return watch->config->check == CFG_CHECK_NONE ? FO_HEALTH_OK : FO_HEALTH_UNKNOWN;
    }
    switch (watch->source.state) {
        case FO_STATE_OK:
            return FO_HEALTH_OK;
        case FO_STATE_DOWN:
            return FO_HEALTH_FAILED;
        default:
            return FO_HEALTH_UNKNOWN;
    }
}

static void tell(struct md_service_watch *watch)
{
    enum fo_health health = judge(watch);
    if (health != watch->health && !watch->closing) {
        watch->health = (uint8_t)health;
        watch->callback(watch->context, health);
    }
}

/* ---- the check ----------------------------------------------------------------------------- */
static void on_check(void *context, bool ok, unsigned reason, fo_us rtt_us)
{
    struct md_service_watch *watch = context;
    (void)rtt_us;
    watch->checks++;
    watch->checks_failed += ok ? 0 : 1;
    watch->check_reason = (uint16_t)reason;
    if (reason == FO_REASON_NO_ROUTE) {
        return; /* not asked: no evidence; it grows stale if this goes on */
    }
    fo_source_sample(&watch->source, &watch->config->check_health, ok, pb_clock_us());
    tell(watch);
}

static void start_check(struct md_service_watch *watch)
{
    const struct cfg_agent *config = watch->config;
    if (config->check != CFG_CHECK_NONE) {
        watch->check = pb_check_start(
            watch->loop, config->check == CFG_CHECK_HTTP ? PB_CHECK_HTTP : PB_CHECK_TCP,
            &config->check_address, config->check_http_path, config->check_interval_us,
            config->check_timeout_us, on_check, watch);
    }
}

/* ---- the process --------------------------------------------------------------------------- */
static void on_poll_closed(uv_handle_t *handle)
{
    struct md_service_watch *watch = handle->data;
    close(watch->pidfd);
    watch->pidfd = -1;
    watch->poll_state = MD_POLL_NONE;
}

static void drop_process(struct md_service_watch *watch)
{
    watch->pid = 0;
    watch->poll_state = MD_POLL_CLOSING;
    uv_close((uv_handle_t *)&watch->process_poll, on_poll_closed);
}

static void on_process_end(uv_poll_t *poll, int status, int events)
{
    struct md_service_watch *watch = poll->data;
    (void)status;
    (void)events;
    drop_process(watch);
    /* what the check said was about the process that has gone */
    fo_source_init(&watch->source);
    tell(watch);
}

/* The process the pid file names, if it lives. */
static pid_t read_pid(const char *path)
{
    long pid = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%ld", &pid) != 1 || pid < 1 || pid > INT32_MAX) {
        pid = 0;
    }
    fclose(file);
    return (pid_t)pid;
}

static void look_for_process(struct md_service_watch *watch)
{
    if (watch->config->pid_file == NULL || watch->poll_state != MD_POLL_NONE) {
        return;
    }
    pid_t pid = read_pid(watch->config->pid_file);
    int fd = pid > 0 ? pidfd_open(pid, 0) : -1;
    if (fd < 0) {
        return;
    }
    if (uv_poll_init(watch->loop, &watch->process_poll, fd) != 0) {
        close(fd);
        return;
    }
    watch->process_poll.data = watch;
    watch->pidfd = fd;
    watch->pid = pid;
    watch->poll_state = MD_POLL_ACTIVE;
    if (uv_poll_start(&watch->process_poll, UV_READABLE, on_process_end) != 0) {
        drop_process(watch);
        return;
    }
    if (watch->check != NULL) {
        pb_check_now(watch->check);
    }
}

/* ---- the whole ----------------------------------------------------------------------------- */
static void on_timer(uv_timer_t *timer)
{
    struct md_service_watch *watch = timer->data;
    look_for_process(watch);
    if (watch->check == NULL) {
        start_check(watch); /* there was no memory before */
    }
    fo_source_expire(&watch->source, &watch->config->check_health, pb_clock_us());
    tell(watch);
}

void md_service_watch_start(struct md_service_watch *watch, uv_loop_t *loop,
                            const struct cfg_agent *config, md_service_callback callback,
                            void *context)
{
    memset(watch, 0, sizeof *watch);
    watch->loop = loop;
    watch->config = config;
    watch->callback = callback;
    watch->context = context;
    watch->pidfd = -1;
    fo_source_init(&watch->source);
    int result = uv_timer_init(loop, &watch->timer);
    FO_ASSERT(result == 0);
    watch->timer.data = watch;
    uv_timer_start(&watch->timer, on_timer, LOOK_MS, LOOK_MS);
    look_for_process(watch);
    start_check(watch);
    watch->health = (uint8_t)judge(watch);
}

enum fo_health md_service_watch_health(const struct md_service_watch *watch)
{
    return (enum fo_health)watch->health;
}

void md_service_watch_close(struct md_service_watch *watch)
{
    watch->closing = true;
    uv_close((uv_handle_t *)&watch->timer, NULL);
    if (watch->poll_state == MD_POLL_ACTIVE) {
        drop_process(watch);
    }
    if (watch->check != NULL) {
        pb_check_stop(watch->check, NULL);
        watch->check = NULL;
    }
}
