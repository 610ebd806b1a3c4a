/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to baresip's ctrl_tcp on libuv's handles. Bytes are cut into netstrings here and
 * read by phone_wire.c; each command is watched until it is answered. */
#include "monitord/phone.h"

#include "monitord/log.h"

#include <sodium.h>

#include <stdlib.h>
#include <string.h>

enum state { STATE_WAITING, STATE_CONNECTING, STATE_UP };

struct md_phone {
    const struct cfg_channel *channel;
    struct md_phone_hooks hooks;
    uv_loop_t *loop;
    uv_tcp_t *tcp; /* of this connection; NULL none */
    uv_connect_t connect;
    uv_timer_t again, answer;
    enum state state;
    bool failed; /* since it was up last */
    unsigned token, answered;
    size_t length;
    unsigned open;
    void (*done)(void *context);
    void *done_context;
    char bytes[MD_PHONE_FRAME_MAX + 16];
};
struct saying {
    uv_write_t write;
    char bytes[MD_PHONE_COMMAND_MAX];
};

static void begin(struct md_phone *phone);

static void on_gone(struct md_phone *phone)
{
    void (*done)(void *) = phone->done;
    void *context = phone->done_context;

    if (--phone->open == 0) {
        sodium_memzero(phone->bytes, sizeof(phone->bytes));
        free(phone);
        done(context);
    }
}

static void on_tcp_closed(uv_handle_t *handle)
{
    struct md_phone *phone = handle->data;

    free(handle);
    on_gone(phone);
}

static void on_again(uv_timer_t *timer)
{
    begin(timer->data);
}

static void drop(struct md_phone *phone, const char *why)
{
    if (phone->state == STATE_WAITING) {
        return;
    }
    if (phone->tcp != NULL) {
        uv_close((uv_handle_t *)phone->tcp, on_tcp_closed);
        phone->tcp = NULL;
    }
    uv_timer_stop(&phone->answer);
    if (!phone->failed) {
        md_log(MD_LOG_WARNING, "sip: %s: baresip %s", phone->channel->name, why);
    }
    phone->state = STATE_WAITING;
    phone->failed = true;
    uv_timer_start(&phone->again, on_again, MD_PHONE_AGAIN_MS, 0);
    phone->hooks.came(phone->hooks.context, false);
}

void md_phone_break(struct md_phone *phone)
{
    drop(phone, "does not do what it is told");
}

static void on_silence(uv_timer_t *timer)
{
    drop(timer->data, "does not answer");
}

/* ---- commands -----------------------------------------------------------------------------------
 */

static void on_written(uv_write_t *write, int status)
{
    struct saying *saying = (struct saying *)write;

    (void)status; /* a broken connection is seen by reading */
    sodium_memzero(saying, sizeof(*saying));
    free(saying);
}

static unsigned say(struct md_phone *phone, const char *command, const char *params)
{
    struct saying *saying = calloc(1, sizeof(*saying));
    unsigned token = phone->token + 1;
    uv_buf_t buffer;
    size_t length = saying != NULL ? md_phone_command(command, params, token, saying->bytes) : 0;

    if (length > 0) {
        buffer = uv_buf_init(saying->bytes, (unsigned)length);
        if (uv_write(&saying->write, (uv_stream_t *)phone->tcp, &buffer, 1, on_written) == 0) {
            phone->token = token;
            if (!uv_is_active((uv_handle_t *)&phone->answer)) {
                uv_timer_start(&phone->answer, on_silence, MD_PHONE_ANSWER_MS, 0);
            }
            return token;
        }
    }
    free(saying);
    return 0;
}

unsigned md_phone_say(struct md_phone *phone, const char *command, const char *params)
{
    return phone->state == STATE_UP ? say(phone, command, params) : 0;
}

/* The answer to the first command (that no call of before goes on) says that baresip lives. */
static void on_response(struct md_phone *phone, const struct md_phone_said *said)
{
    phone->answered = said->token;
    uv_timer_stop(&phone->answer);
    if (phone->answered != phone->token) {
        uv_timer_start(&phone->answer, on_silence, MD_PHONE_ANSWER_MS, 0);
    }
    if (phone->state == STATE_CONNECTING) {
        phone->state = STATE_UP;
        if (phone->failed) {
            md_log(MD_LOG_NOTICE, "sip: %s: baresip answers again", phone->channel->name);
        }
        phone->failed = false;
        phone->hooks.came(phone->hooks.context, true);
    } else {
        phone->hooks.said(phone->hooks.context, said);
    }
}

/* ---- the connection -----------------------------------------------------------------------------
 */

static void take_frames(struct md_phone *phone)
{
    uv_tcp_t *tcp = phone->tcp;
    struct md_phone_said said;
    const char *payload;
    size_t size;
    long taken;

    /* a hook may close this connection */
    while (tcp == phone->tcp &&
           (taken = md_phone_frame(phone->bytes, phone->length, &payload, &size)) != 0) {
        if (taken < 0) {
            drop(phone, "says what is no answer");
            return;
        }
        md_phone_read(payload, size, &said);
        phone->length -= (size_t)taken;
        memmove(phone->bytes, phone->bytes + taken, phone->length);
        if (said.what == MD_PHONE_RESPONSE) {
            on_response(phone, &said);
        } else if (said.what != MD_PHONE_OTHER && phone->state == STATE_UP) {
            phone->hooks.said(phone->hooks.context, &said);
        }
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct md_phone *phone = handle->data;

    (void)suggested;
    *buffer =
        uv_buf_init(phone->bytes + phone->length, (unsigned)(sizeof(phone->bytes) - phone->length));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct md_phone *phone = stream->data;

    (void)buffer;
    if ((uv_tcp_t *)stream != phone->tcp) {
        return;
    }
    if (count < 0) {
        drop(phone, "has closed the connection");
    } else {
        phone->length += (size_t)count;
        take_frames(phone);
    }
}

static void on_connected(uv_connect_t *request, int status)
{
    struct md_phone *phone = request->data;

    if (status == UV_ECANCELED || phone->tcp == NULL) {
        return;
    }
    if (status < 0 || uv_read_start((uv_stream_t *)phone->tcp, on_room, on_read) != 0 ||
        say(phone, "hangup", "") == 0) {
        drop(phone, "cannot be reached");
    }
}

static void begin(struct md_phone *phone)
{
    phone->tcp = calloc(1, sizeof(*phone->tcp));
    phone->state = STATE_CONNECTING;
    phone->length = 0;
    if (phone->tcp == NULL || uv_tcp_init(phone->loop, phone->tcp) != 0) {
        free(phone->tcp);
        phone->tcp = NULL;
        drop(phone, "cannot be reached: no memory");
        return;
    }
    phone->open++;
    phone->tcp->data = phone;
    phone->connect.data = phone;
    uv_timer_start(&phone->answer, on_silence, MD_PHONE_ANSWER_MS, 0);
    if (uv_tcp_connect(&phone->connect, phone->tcp,
                       (const struct sockaddr *)&phone->channel->address.storage,
                       on_connected) != 0) {
        drop(phone, "cannot be reached");
    }
}

struct md_phone *md_phone_start(uv_loop_t *loop, const struct cfg_channel *channel,
                                const struct md_phone_hooks *hooks)
{
    struct md_phone *phone = calloc(1, sizeof(*phone));

    if (phone != NULL) {
        phone->loop = loop;
        phone->channel = channel;
        phone->hooks = *hooks;
        uv_timer_init(loop, &phone->again);
        uv_timer_init(loop, &phone->answer);
        phone->again.data = phone->answer.data = phone;
        phone->open = 2;
        uv_timer_start(&phone->again, on_again, 0, 0); /* not before the caller has it */
    }
    return phone;
}

bool md_phone_is_up(const struct md_phone *phone)
{
    return phone->state == STATE_UP;
}

bool md_phone_is_expected(const struct md_phone *phone)
{
    return phone->state != STATE_UP && !phone->failed;
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_gone(handle->data);
}

void md_phone_stop(struct md_phone *phone, void (*done)(void *context), void *context)
{
    phone->done = done;
    phone->done_context = context;
    if (phone->tcp != NULL) {
        uv_close((uv_handle_t *)phone->tcp, on_tcp_closed);
        phone->tcp = NULL;
    }
    uv_close((uv_handle_t *)&phone->again, on_timer_closed);
    uv_close((uv_handle_t *)&phone->answer, on_timer_closed);
}
