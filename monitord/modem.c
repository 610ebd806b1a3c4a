/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation with a modem: one command at a time, each with its own time limit. Anything
 * unexpected is answered by closing the line and beginning again; what was under way ends as not
 * sent, and whether it is sent again is not decided here. */
#include "monitord/modem.h"

#include "config/secret_file.h"
#include "monitord/at_text.h"
#include "monitord/log.h"
#include "monitord/modem_queue.h"
#include "probes/serial_line.h"

#include <sodium.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct md_modem {
    uv_loop_t *loop;
    const struct cfg_channel *channel;
    struct md_modem_hooks hooks;
    enum md_modem_state state;
    int fd;
    uv_poll_t *poll;
    uv_timer_t timer; /* the limit of a command; while closed: until the next opening */
    struct md_at_reader reader;
    struct md_modem_queue queue;
    bool under_way; /* the queue's first command */
    bool prompted, pdu_next, pin_tried, registered, said_gone;
    int reference, signal, card;
    int listed[16]; /* places of the store to clear */
    unsigned listed_count;
    void (*tested)(void *context, bool works, int detail);
    void *tested_context;
    unsigned open;
    void (*done)(void *context);
    void *done_context;
};

static void close_line(struct md_modem *modem, const char *why);
static void go_on(struct md_modem *modem);

/* ---- the queue ---------------------------------------------------------------------------------
 */

static struct md_modem_command *add(struct md_modem *modem, enum md_modem_what what, int number)
{
    return md_modem_queue_add(&modem->queue, what, number);
}

static void say_sent(struct md_modem *modem, void *job, int reference, int error)
{
    if (job != NULL) {
        modem->hooks.sent(modem->hooks.context, job, reference, error);
    }
}

static void end_test(struct md_modem *modem, bool works, int detail)
{
    void (*tested)(void *, bool, int) = modem->tested;

    modem->tested = NULL;
    if (tested != NULL) {
        tested(modem->tested_context, works, detail);
    }
}

static void write_text(struct md_modem *modem, const char *text)
{
    size_t length = strlen(text);

    if (write(modem->fd, text, length) != (ssize_t)length) {
        close_line(modem, "does not take what is written");
    }
}

static void on_limit(uv_timer_t *timer)
{
    close_line(timer->data, "does not answer");
}

static void write_pin(struct md_modem *modem)
{
    char pin[CFG_SECRET_MAX], error[256], line[64];

    modem->pin_tried = true; /* three wrong ones lock the card: one try, whatever comes of it */
    if (!cfg_secret_read(modem->channel->sms.pin_file, pin, error, sizeof(error)) ||
        strspn(pin, "0123456789") != strlen(pin) || strlen(pin) > 8) {
        close_line(modem, "has a card that wants a PIN, and there is none to give");
        return;
    }
    snprintf(line, sizeof(line), "AT+CPIN=\"%.8s\"\r", pin);
    write_text(modem, line);
    sodium_memzero(pin, sizeof(pin));
    sodium_memzero(line, sizeof(line));
}

static void start(struct md_modem *modem, const struct md_modem_command *command)
{
    char line[64];

    modem->under_way = true;
    modem->prompted = modem->pdu_next = false;
    modem->reference = -1;
    modem->listed_count = command->what == MD_MODEM_LIST ? 0 : modem->listed_count;
    uv_timer_start(&modem->timer, on_limit,
                   command->what == MD_MODEM_SEND ? MD_MODEM_SEND_MS : MD_MODEM_ANSWER_MS, 0);
    if (command->what == MD_MODEM_PIN) {
        write_pin(modem);
    } else {
        md_modem_command_text(command, line, sizeof(line));
        write_text(modem, line);
    }
}

static void go_on(struct md_modem *modem)
{
    if (!modem->under_way && modem->queue.count > 0 && modem->fd >= 0) {
        start(modem, md_modem_queue_first(&modem->queue));
    } else if (!modem->under_way && modem->fd >= 0) {
        uv_timer_stop(&modem->timer);
    }
}

/* ---- answers -----------------------------------------------------------------------------------
 */

static void came_up(struct md_modem *modem)
{
    modem->state = MD_MODEM_READY;
    modem->said_gone = false;
    md_log(MD_LOG_NOTICE, "sms: modem of channel %s is up", modem->channel->name);
    add(modem, MD_MODEM_LIST, 0); /* what came while nobody listened */
    modem->hooks.came(modem->hooks.context, true);
}

static void lock(struct md_modem *modem)
{
    modem->state = MD_MODEM_LOCKED;
    md_modem_queue_clear(&modem->queue);
    md_log(MD_LOG_ERROR, "sms: the card in the modem of channel %s wants a PIN or PUK we lack",
           modem->channel->name);
    modem->hooks.came(modem->hooks.context, false);
    end_test(modem, false, MD_MODEM_LOCKED);
}

/* One step up is done; what follows. */
static void step_done(struct md_modem *modem, const struct md_modem_command *command, bool ok)
{
    int step = command->number;

    if (step == MD_MODEM_STEP_CARD && modem->card == 0) {
        if (modem->channel->sms.pin_file == NULL || modem->pin_tried) {
            lock(modem);
        } else {
            add(modem, MD_MODEM_PIN, 0);
        }
    } else if (step == MD_MODEM_STEP_CARD && modem->card < 0) {
        lock(modem);
    } else if (!ok && step != MD_MODEM_STEP_ERRORS) { /* not every modem knows it */
        close_line(modem, "refuses to be brought up");
    } else if (md_modem_has_step(MD_MODEM_BRING_UP, step + 1)) {
        add(modem, MD_MODEM_BRING_UP, step + 1);
    } else {
        came_up(modem);
    }
}

static void test_done(struct md_modem *modem, const struct md_modem_command *command, bool ok)
{
    if (!ok) {
        end_test(modem, false, -command->number - 1);
    } else if (md_modem_has_step(MD_MODEM_TEST, command->number + 1)) {
        add(modem, MD_MODEM_TEST, command->number + 1);
    } else {
        end_test(modem, modem->card == 1 && modem->registered && modem->signal >= 0, modem->signal);
    }
}

/* The final result of the command under way. */
static void finish(struct md_modem *modem, bool ok, int error)
{
    struct md_modem_command command;

    if (!modem->under_way) {
        return;
    }
    md_modem_queue_take(&modem->queue, &command);
    modem->under_way = false;
    switch (command.what) {
        case MD_MODEM_BRING_UP:
            step_done(modem, &command, ok);
            break;
        case MD_MODEM_PIN:
            if (ok) {
                add(modem, MD_MODEM_BRING_UP, MD_MODEM_STEP_CARD + 1);
            } else {
                lock(modem);
            }
            break;
        case MD_MODEM_SEND:
            say_sent(modem, command.job, ok ? modem->reference : -1, ok ? -1 : error);
            break;
        case MD_MODEM_READ:
            add(modem, MD_MODEM_DELETE, command.number);
            break;
        case MD_MODEM_LIST:
            for (unsigned i = 0; i < modem->listed_count; i++) {
                add(modem, MD_MODEM_DELETE, modem->listed[i]);
            }
            break;
        case MD_MODEM_TEST:
            test_done(modem, &command, ok);
            break;
        case MD_MODEM_DELETE:
        default:
            break;
    }
    go_on(modem);
}

static void take_pdu(struct md_modem *modem, const char *line)
{
    struct md_sms_in in;

    modem->pdu_next = false;
    if (md_sms_parse(line, &in)) {
        modem->hooks.received(modem->hooks.context, &in);
        sodium_memzero(&in, sizeof(in));
    } else {
        md_log(MD_LOG_WARNING, "sms: the modem of channel %s gave a message that cannot be read",
               modem->channel->name);
    }
}

static void give_pdu(struct md_modem *modem)
{
    const struct md_modem_command *command = md_modem_queue_first(&modem->queue);

    if (modem->under_way && command->what == MD_MODEM_SEND && !modem->prompted) {
        char text[MD_SMS_HEX_MAX + 2];

        modem->prompted = true;
        snprintf(text, sizeof(text), "%s\x1a", command->hex);
        write_text(modem, text);
        sodium_memzero(text, sizeof(text));
    }
}

static void take_line(struct md_modem *modem, const char *text)
{
    struct md_at_line line = md_at_parse(text);

    if (modem->pdu_next && line.kind == MD_AT_OTHER) {
        take_pdu(modem, text);
        return;
    }
    switch (line.kind) {
        case MD_AT_OK:
            finish(modem, true, 0);
            break;
        case MD_AT_ERROR:
            finish(modem, false, line.number);
            break;
        case MD_AT_PROMPT:
            give_pdu(modem);
            break;
        case MD_AT_SENT:
            modem->reference = line.number;
            break;
        case MD_AT_PIN:
            modem->card = line.number;
            break;
        case MD_AT_NETWORK:
            modem->registered = line.number == 1;
            break;
        case MD_AT_SIGNAL:
            modem->signal = line.number;
            break;
        case MD_AT_STORED:
            if (line.number >= 0 && add(modem, MD_MODEM_READ, line.number) != NULL) {
                go_on(modem);
            }
            break;
        case MD_AT_LISTED:
            modem->pdu_next = true;
            if (modem->listed_count < sizeof(modem->listed) / sizeof(modem->listed[0])) {
                modem->listed[modem->listed_count++] = line.number;
            }
            break;
        case MD_AT_PDU_NEXT:
            modem->pdu_next = true;
            break;
        case MD_AT_OTHER:
        default:
            break;
    }
}

/* ---- the line ----------------------------------------------------------------------------------
 */

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct md_modem *modem = poll->data;
    char bytes[1024];
    ssize_t got = status < 0 ? -1 : read(modem->fd, bytes, sizeof(bytes));

    (void)events;
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        close_line(modem, "is gone");
        return;
    }
    for (ssize_t at = 0; at < got && modem->fd >= 0;) {
        bool whole;

        at += (ssize_t)md_at_read(&modem->reader, bytes + at, (size_t)(got - at), &whole);
        if (whole) {
            take_line(modem, modem->reader.line);
        }
    }
    sodium_memzero(bytes, sizeof(bytes));
}

static bool open_device(struct md_modem *modem)
{
    enum fo_reason reason;
    int fd = pb_serial_open(modem->channel->device, modem->channel->sms.baud, 'N', 1, &reason);

    modem->poll = fd >= 0 ? calloc(1, sizeof(*modem->poll)) : NULL;
    if (modem->poll == NULL || uv_poll_init(modem->loop, modem->poll, fd) != 0) {
        free(modem->poll);
        modem->poll = NULL;
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    modem->fd = fd;
    return true;
}

static void on_again(uv_timer_t *timer)
{
    struct md_modem *modem = timer->data;

    if (!open_device(modem)) {
        close_line(modem, "cannot be opened");
        return;
    }
    modem->poll->data = modem;
    modem->open++;
    uv_poll_start(modem->poll, UV_READABLE, on_readable);
    memset(&modem->reader, 0, sizeof(modem->reader));
    modem->state = MD_MODEM_COMING;
    modem->card = -1;
    md_modem_queue_clear(&modem->queue);
    add(modem, MD_MODEM_BRING_UP, 0);
    go_on(modem);
}

static void on_closed(uv_handle_t *handle)
{
    struct md_modem *modem = handle->data;
    void (*done)(void *) = modem->done;
    void *context = modem->done_context;

    if (handle->type == UV_POLL) {
        free(handle);
    }
    if (--modem->open == 0) {
        sodium_memzero(modem, sizeof(*modem));
        free(modem);
        if (done != NULL) {
            done(context);
        }
    }
}

static void drop_line(struct md_modem *modem)
{
    if (modem->fd >= 0) {
        uv_close((uv_handle_t *)modem->poll, on_closed);
        close(modem->fd);
        modem->fd = -1;
    }
    modem->under_way = false;
}

static void close_line(struct md_modem *modem, const char *why)
{
    struct md_modem_queue queue = modem->queue;
    struct md_modem_command command;

    if (!modem->said_gone) {
        modem->said_gone = true;
        md_log(MD_LOG_WARNING, "sms: the modem of channel %s %s", modem->channel->name, why);
    }
    drop_line(modem);
    md_modem_queue_clear(&modem->queue);
    modem->state = MD_MODEM_CLOSED;
    uv_timer_start(&modem->timer, on_again, MD_MODEM_AGAIN_MS, 0);
    while (md_modem_queue_take(&queue, &command)) {
        if (command.what == MD_MODEM_SEND) {
            say_sent(modem, command.job, -1, -1);
        }
    }
    sodium_memzero(&queue, sizeof(queue));
    sodium_memzero(&command, sizeof(command));
    modem->hooks.came(modem->hooks.context, false);
    end_test(modem, false, MD_MODEM_CLOSED);
}

/* ---- for the channel ---------------------------------------------------------------------------
 */

struct md_modem *md_modem_start(uv_loop_t *loop, const struct cfg_channel *channel,
                                const struct md_modem_hooks *hooks)
{
    struct md_modem *modem = calloc(1, sizeof(*modem));

    if (modem == NULL) {
        return NULL;
    }
    modem->loop = loop;
    modem->channel = channel;
    modem->hooks = *hooks;
    modem->fd = -1;
    modem->state = MD_MODEM_COMING;
    modem->open = 1;
    uv_timer_init(loop, &modem->timer);
    modem->timer.data = modem;
    uv_timer_start(&modem->timer, on_again, 0, 0);
    return modem;
}

bool md_modem_send(struct md_modem *modem, void *job, const char *hex, unsigned length)
{
    struct md_modem_command *command =
        modem->state == MD_MODEM_READY ? add(modem, MD_MODEM_SEND, 0) : NULL;

    if (command == NULL) {
        return false;
    }
    command->job = job;
    command->length = length;
    snprintf(command->hex, sizeof(command->hex), "%s", hex);
    go_on(modem);
    return true;
}

void md_modem_forget(struct md_modem *modem, void *job)
{
    md_modem_queue_forget(&modem->queue, job);
}

void md_modem_test(struct md_modem *modem, void (*tested)(void *context, bool works, int detail),
                   void *context)
{
    if (modem->state != MD_MODEM_READY || modem->tested != NULL) {
        if (modem->state == MD_MODEM_LOCKED && modem->queue.count == 0) {
            add(modem, MD_MODEM_BRING_UP,
                MD_MODEM_STEP_CARD); /* somebody may have unlocked the card */
            go_on(modem);
        }
        tested(context, false, modem->state);
        return;
    }
    modem->tested = tested;
    modem->tested_context = context;
    modem->registered = false;
    modem->signal = -1;
    if (add(modem, MD_MODEM_TEST, 0) == NULL) {
        end_test(modem, false, MD_MODEM_READY);
    }
    go_on(modem);
}

enum md_modem_state md_modem_state(const struct md_modem *modem)
{
    return modem->state;
}

bool md_modem_is_expected(const struct md_modem *modem)
{
    return modem->state == MD_MODEM_COMING && !modem->said_gone;
}

void md_modem_stop(struct md_modem *modem, void (*done)(void *context), void *context)
{
    modem->done = done;
    modem->done_context = context;
    modem->tested = NULL;
    drop_line(modem);
    uv_close((uv_handle_t *)&modem->timer, on_closed);
}
