/* SPDX-License-Identifier: Apache-2.0 */
/* What every channel to people offers: take one page, say once how it ended; be tested without
 * disturbing anybody. A channel owns the way out and nothing of the decision to page; it sends what
 * it is given and never logs an address. notify.c is the only caller. */
#ifndef MONITORD_CHANNEL_H
#define MONITORD_CHANNEL_H

#include "config/site.h"
#include "failover/command.h"
#include "failover/view.h"
#include "monitord/answers.h"
#include "monitord/curl_loop.h"
#include "monitord/message.h"

#include <uv.h>

/* One page on its way; it lives until its end was said. */
struct md_page {
    const struct site *site;
    uv_loop_t *loop;
    struct fo_command command; /* FO_COMMAND_NOTIFY */
    fo_wall_ms wall_ms;
    struct md_message message;
    unsigned watchers; /* consoles that watch now */
    void *channel;     /* the channel's own */
    /* Called exactly once, at once or later. */
    void (*done)(struct md_page *page, enum fo_outcome outcome, unsigned reason, int detail);
    struct md_page *next; /* notify.c's */
    void *context;
    fo_us started_us;
    bool ended;
};

/* What a channel may use; it lives as long as the channels. */
struct md_channel_world {
    uv_loop_t *loop;
    const struct site *site;
    struct md_curl *curl;       /* NULL when libcurl could not start */
    struct md_answers *answers; /* codes of pages, and what people answer */
    void (*view)(void *context, struct fo_view *view);
    void *context;
};

/* tested is called once at most, at once or later: whether the channel works, and a number for
 * engineers (an answer's code, errno). A stop may end a test with false, or in silence; notify.c
 * lets it fall either way. */
typedef void (*md_tested)(void *context, uint8_t channel, bool works, int detail);

/* One kind of channel: a room with all channels of that kind in it. */
struct md_channel_kind {
    /* NULL: it cannot start now (pages are tried again, tests fail). */
    void *(*start)(const struct md_channel_world *world);
    void (*send)(void *room, struct md_page *page);
    void (*test)(void *room, uint8_t channel, md_tested tested, void *context);
    /* Ends every page (retry), closes; done when the memory has gone. */
    void (*stop)(void *room, void (*done)(void *context), void *context);
};
/* The screens of the centre: accepted when at least one console watches or the page stands on the
 * channel's own terminal device, with the bell; else to be tried again. */
extern const struct md_channel_kind md_channel_terminal;
/* SMTP, bound to a line's interface by if!NAME, the next interface when the first fails. The quiet
 * test is the conversation (TLS and login included) without a message. */
extern const struct md_channel_kind md_channel_smtp;
/* A program of the site: JSON on its standard input; exit 0 accepted, 75 retry, else failed; killed
 * at the channel's time limit (retry). The quiet test looks whether it can be run. */
extern const struct md_channel_kind md_channel_command;
/* A signal tower by PNS: accepted when it says itself that it shows the open incidents; asserted
 * again when that changes, and every thirty seconds. The quiet test reads what it shows. */
extern const struct md_channel_kind md_channel_tower;
/* HTTPS in Alertmanager's form: 2xx accepted, 4xx failed (408 and 429 retry), else retry. The quiet
 * test is a HEAD. */
extern const struct md_channel_kind md_channel_webhook;

/* SNMP INFORM: accepted when the receiver has confirmed it, each line in its turn while it is
 * silent. The quiet test is an INFORM of its own kind, which tells nobody anything. */
extern const struct md_channel_kind md_channel_inform;

/* A telephone call with recorded phrases through baresip: accepted when it was heard through or
 * a key was pressed that means something. The quiet test looks at the numbers, the phrases, the
 * control connection and the registration. */
extern const struct md_channel_kind md_channel_sip;

/* How long a page on this channel may take, in milliseconds: a little less than the engine waits,
 * so that the engine hears why. */
long md_page_limit_ms(const struct site *site, uint8_t channel);

#endif
