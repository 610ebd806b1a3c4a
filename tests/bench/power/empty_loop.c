/* SPDX-License-Identifier: Apache-2.0 */
/* An empty loop with the daemon's own timer and meter, run beside it by the power benchmark: what
 * lag this machine gives a program that does nothing. Prints milliseconds that one timer in a
 * thousand exceeds when its standard input ends. */
#include "monitord/clock.h"
#include "monitord/loop_timer.h"

#include <stdio.h>
#include <time.h>

#define EVERY_US (10 * FO_MS)

static struct md_loop_timer timer;
static struct md_clock meter;
static uv_pipe_t input;

static fo_us now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (fo_us)t.tv_sec * FO_SECOND + t.tv_nsec / 1000;
}

static void on_timer(void *context, fo_us due_us)
{
    (void)context;
    md_clock_note_lag(&meter, due_us, now_us());
    md_loop_timer_set(&timer, now_us() + EVERY_US);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *room)
{
    static char bytes[64];
    (void)handle;
    (void)wanted;
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void on_input(uv_stream_t *stream, ssize_t got, const uv_buf_t *bytes)
{
    (void)bytes;
    if (got < 0) {
        printf("%.2f\n", (double)md_clock_lag_p999_us(&meter) / (double)FO_MS);
        uv_stop(stream->loop);
    }
}

int main(void)
{
    uv_loop_t *loop = uv_default_loop();
    md_clock_init(&meter, FO_SECOND, now_us());
    if (md_loop_timer_init(loop, &timer, on_timer, NULL) != 0 ||
        uv_pipe_init(loop, &input, 0) != 0 || uv_pipe_open(&input, 0) != 0) {
        fprintf(stderr, "no timer, or standard input is no pipe\n");
        return 1;
    }
    md_loop_timer_set(&timer, now_us() + EVERY_US);
    uv_read_start((uv_stream_t *)&input, on_room, on_input);
    return uv_run(loop, UV_RUN_DEFAULT) < 0;
}
