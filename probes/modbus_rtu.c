/* SPDX-License-Identifier: Apache-2.0 */
/* The owner of each serial line: silence, question, answer, silence. Bytes that no question of ours
 * has asked for are dropped and prolong the silence; nothing here waits for the kernel. */
#include "probes/modbus_rtu.h"

#include "probes/modbus_rtu_frame.h"
#include "probes/serial_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GAP_CHARACTERS 4 /* 3.5 between frames: MODBUS over Serial Line 1.02, 2.5.1.1 */

enum link { LINK_CLOSED, LINK_OPEN, LINK_CLOSING };
enum phase { PHASE_SILENCE, PHASE_ANSWER };

struct line {
    struct pb_modbus_rtu *rtu;
    struct cfg_serial serial;
    enum link link;
    enum phase phase;
    int fd;
    uv_poll_t poll;
    uv_timer_t deadline, silence;
    struct pb_modbus_ask *current;
    struct pb_modbus_queue queue;
    bool broken;  /* what began like our answer was none */
    bool foreign; /* somebody else has been heard */
    enum fo_reason early;
    uint8_t bytes[PB_RTU_MAX];
    size_t length;
};

struct pb_modbus_rtu {
    uv_loop_t *loop;
    unsigned count;
    struct line *lines[PB_SERIAL_LINES_MAX];
    unsigned handles;
    bool stopping;
    void (*done)(void *context);
    void *context;
};

static void pump(struct line *line);
static void on_silence(uv_timer_t *timer);
static void on_deadline(uv_timer_t *timer);

/* ---- closing --------------------------------------------------------------------------------- */
static void finish_if_closed(struct pb_modbus_rtu *rtu)
{
    if (!rtu->stopping || rtu->handles > 0) {
        return;
    }
    void (*done)(void *) = rtu->done;
    void *context = rtu->context;
    for (unsigned i = 0; i < rtu->count; i++) {
        free(rtu->lines[i]);
    }
    free(rtu);
    if (done != NULL) {
        done(context);
    }
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    struct pb_modbus_rtu *rtu = line->rtu;

    close(line->fd);
    line->link = LINK_CLOSED;
    rtu->handles--;
    if (rtu->stopping) {
        finish_if_closed(rtu);
    } else {
        pump(line);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    line->rtu->handles--;
    finish_if_closed(line->rtu);
}

static void close_link(struct line *line)
{
    if (line->link == LINK_OPEN) {
        line->link = LINK_CLOSING;
        uv_close((uv_handle_t *)&line->poll, on_poll_closed);
    }
}

/* ---- outcomes -------------------------------------------------------------------------------- */
static void keep_silence(struct line *line, uint64_t ms)
{
    line->phase = PHASE_SILENCE;
    line->length = 0;
    uv_timer_start(&line->silence, on_silence, ms, 0);
}

/* At least 3.5 characters, and one more millisecond because timers round down. */
static uint64_t gap_ms(const struct line *line)
{
    return (uint64_t)(pb_serial_wire_us(&line->serial, GAP_CHARACTERS) / FO_MS) + 2;
}

static void finish_ask(struct line *line, enum fo_reason reason, const uint16_t *registers)
{
    struct pb_modbus_ask *ask = line->current;

    FO_ASSERT(ask != NULL);
    line->current = NULL;
    uv_timer_stop(&line->deadline);
    keep_silence(line, reason == FO_REASON_NONE ? gap_ms(line) : PB_RTU_GUARD_MS);
    ask->way = NULL;
    ask->callback(ask->context, reason, registers);
    pump(line);
}

/* What fails while it is being asked fails on the loop's next turn, not inside the asking. */
static void fail_soon(struct line *line, enum fo_reason reason)
{
    line->early = reason;
    uv_timer_start(&line->deadline, on_deadline, 0, 0);
}

/* The line itself is gone (an adapter was pulled): it is opened again with the next question. */
static void lose_link(struct line *line)
{
    close_link(line);
    if (line->current != NULL) {
        fail_soon(line, FO_REASON_NO_ROUTE);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */
static void drop(struct line *line, size_t count)
{
    line->length -= count;
    memmove(line->bytes, line->bytes + count, line->length);
}

/* True when the bytes so far ended the question. */
static bool take_frames(struct line *line)
{
    uint16_t registers[PB_MODBUS_REGISTERS_MAX];
    const struct pb_modbus_question *question = &line->current->question;
    enum fo_reason reason;
    size_t used;

    for (;;) {
        switch (pb_rtu_judge(question, line->bytes, line->length, &used, &reason)) {
            case PB_RTU_ANSWER:
                pb_modbus_exchange_take(question, line->bytes + 1, registers);
                finish_ask(line, FO_REASON_NONE, registers);
                return true;
            case PB_RTU_EXCEPTION:
                finish_ask(line, reason, NULL);
                return true;
            case PB_RTU_FOREIGN: /* our own echo is not somebody else */
                line->foreign = line->foreign || line->bytes[0] != question->unit;
                drop(line, used);
                break;
            default:
                return false;
        }
    }
}

/* The frame that was begun will not be finished. If it was to be ours, it is asked for again. */
static void give_frame_up(struct line *line)
{
    struct pb_modbus_ask *ask = line->current;
    bool ours = line->length >= 2 && line->bytes[0] == ask->question.unit &&
                (line->bytes[1] & 0x7f) == ask->question.function;

    line->foreign = line->foreign || (line->length > 0 && !ours);
    line->broken = line->broken || ours;
    line->length = 0;
    if (ours && !ask->repeated) {
        ask->repeated = true;
        keep_silence(line, gap_ms(line));
    }
}

enum read { READ_NOTHING, READ_SOME, READ_ENDED };

/* Takes what the kernel has, without waiting. READ_ENDED: the question has been answered, and
 * another one may already be current. */
static enum read read_line(struct line *line)
{
    ssize_t count = read(line->fd, line->bytes + line->length, sizeof line->bytes - line->length);

    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            lose_link(line);
        }
        return READ_NOTHING;
    }
    if (line->phase == PHASE_SILENCE) { /* nobody asked: the silence begins anew */
        line->foreign = true;
        keep_silence(line, PB_RTU_QUIET_MS);
        return READ_SOME;
    }
    line->length += (size_t)count;
    if (take_frames(line)) {
        return READ_ENDED;
    }
    if (line->length == sizeof line->bytes) {
        line->length = 0; /* no frame is that long */
        line->foreign = true;
    }
    uv_timer_start(&line->silence, on_silence, PB_RTU_QUIET_MS, 0);
    return READ_SOME;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct line *line = poll->data;
    (void)events;

    if (status < 0) {
        lose_link(line);
    } else {
        (void)read_line(line);
    }
}

/* After a stall of the loop timers run before reading: an answer that is already here counts. */
static void on_deadline(uv_timer_t *timer)
{
    struct line *line = timer->data;
    enum fo_reason reason = FO_REASON_NO_ANSWER;

    FO_ASSERT(line->current != NULL);
    if (line->early == FO_REASON_NONE && line->link == LINK_OPEN && read_line(line) == READ_ENDED) {
        return;
    }
    if (line->early != FO_REASON_NONE) {
        reason = line->early;
    } else if (line->broken || line->foreign) {
        reason = FO_REASON_BAD_FRAME;
    } else if (line->length > 0) {
        reason = FO_REASON_TOO_LATE;
    }
    finish_ask(line, reason, NULL);
}

/* ---- asking ---------------------------------------------------------------------------------- */
static void send_question(struct line *line)
{
    uint8_t request[PB_RTU_REQUEST], rest[PB_RTU_MAX];

    while (read(line->fd, rest, sizeof rest) > 0) { /* of before, bounded by the kernel's buffer */
    }
    pb_rtu_encode(&line->current->question, request);
    line->phase = PHASE_ANSWER;
    line->length = 0;
    if (write(line->fd, request, sizeof request) != (ssize_t)sizeof request) {
        lose_link(line);
    }
}

static void on_silence(uv_timer_t *timer)
{
    struct line *line = timer->data;

    if (line->phase == PHASE_ANSWER) {
        if (line->link == LINK_OPEN && read_line(line) == READ_NOTHING && line->length > 0) {
            give_frame_up(line);
        }
    } else if (line->current != NULL && line->link == LINK_OPEN && line->early == FO_REASON_NONE) {
        send_question(line);
    }
}

static bool open_link(struct line *line, enum fo_reason *reason)
{
    line->fd = pb_serial_open(line->serial.path, line->serial.baud, line->serial.parity,
                              line->serial.stop_bits, reason);
    if (line->fd < 0) {
        return false;
    }
    if (uv_poll_init(line->rtu->loop, &line->poll, line->fd) != 0) {
        close(line->fd);
        *reason = FO_REASON_NO_ROUTE;
        return false;
    }
    line->poll.data = line;
    line->link = LINK_OPEN;
    line->rtu->handles++;
    (void)uv_poll_start(&line->poll, UV_READABLE | UV_DISCONNECT, on_readable);
    keep_silence(line, PB_RTU_QUIET_MS); /* somebody may be in the middle of a frame */
    return true;
}

/* Starts the next question if the line is free for one. */
static void pump(struct line *line)
{
    enum fo_reason reason;

    if (line->rtu->stopping || line->current != NULL || line->queue.first == NULL ||
        line->link == LINK_CLOSING) {
        return;
    }
    struct pb_modbus_ask *ask = pb_modbus_queue_take(&line->queue);
    unsigned characters = PB_RTU_REQUEST + 5u + (unsigned)pb_modbus_exchange_bytes(&ask->question);
    fo_us bound_us = ask->timeout_us + pb_serial_wire_us(&line->serial, characters);
    line->current = ask;
    line->broken = false;
    line->foreign = false;
    line->early = FO_REASON_NONE;
    uv_update_time(line->rtu->loop);
    uv_timer_start(&line->deadline, on_deadline, (uint64_t)(bound_us / FO_MS) + 1, 0);
    if (line->link == LINK_CLOSED && !open_link(line, &reason)) {
        fail_soon(line, reason);
    } else if (!uv_is_active((uv_handle_t *)&line->silence)) {
        send_question(line);
    }
}

/* ---- all lines ------------------------------------------------------------------------------- */
static struct line *find_line(struct pb_modbus_rtu *rtu, const struct cfg_serial *serial)
{
    for (unsigned i = 0; i < rtu->count; i++) {
        if (strcmp(rtu->lines[i]->serial.path, serial->path) == 0) {
            return rtu->lines[i];
        }
    }
    struct line *line = rtu->count < PB_SERIAL_LINES_MAX ? calloc(1, sizeof *line) : NULL;
    if (line == NULL) {
        return NULL;
    }
    line->rtu = rtu;
    line->serial = *serial;
    (void)uv_timer_init(rtu->loop, &line->deadline);
    (void)uv_timer_init(rtu->loop, &line->silence);
    line->deadline.data = line;
    line->silence.data = line;
    rtu->handles += 2;
    rtu->lines[rtu->count++] = line;
    return line;
}

struct pb_modbus_rtu *pb_modbus_rtu_start(uv_loop_t *loop)
{
    struct pb_modbus_rtu *rtu = calloc(1, sizeof *rtu);
    if (rtu != NULL) {
        rtu->loop = loop;
    }
    return rtu;
}

bool pb_modbus_rtu_ask(struct pb_modbus_rtu *rtu, struct pb_modbus_ask *ask)
{
    FO_ASSERT(ask->way == NULL && !rtu->stopping);
    struct line *line = find_line(rtu, &ask->serial);
    if (line == NULL) {
        return false;
    }
    ask->way = line;
    ask->repeated = false;
    pb_modbus_queue_add(&line->queue, ask);
    pump(line);
    return true;
}

void pb_modbus_rtu_cancel(struct pb_modbus_rtu *rtu, struct pb_modbus_ask *ask)
{
    struct line *line = ask->way;

    FO_ASSERT(line != NULL && line->rtu == rtu);
    ask->way = NULL;
    if (line->current != ask) {
        pb_modbus_queue_remove(&line->queue, ask);
        return;
    }
    line->current = NULL;
    uv_timer_stop(&line->deadline);
    keep_silence(line, PB_RTU_GUARD_MS); /* its answer may still be on the way */
    pump(line);
}

void pb_modbus_rtu_stop(struct pb_modbus_rtu *rtu, void (*done)(void *context), void *context)
{
    FO_ASSERT(!rtu->stopping);
    rtu->stopping = true;
    rtu->done = done;
    rtu->context = context;
    for (unsigned i = 0; i < rtu->count; i++) {
        FO_ASSERT(rtu->lines[i]->current == NULL && rtu->lines[i]->queue.first == NULL);
        close_link(rtu->lines[i]);
        uv_close((uv_handle_t *)&rtu->lines[i]->deadline, on_timer_closed);
        uv_close((uv_handle_t *)&rtu->lines[i]->silence, on_timer_closed);
    }
    finish_if_closed(rtu);
}
