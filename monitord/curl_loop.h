/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl's multi interface on the loop, once for all channels that speak through it: transfers go
 * in, each ends with one call. It owns sockets, timers and the multi handle; what is sent and what
 * an answer means is the channel's. notify.c starts one and lends it. */
#ifndef MONITORD_CURL_LOOP_H
#define MONITORD_CURL_LOOP_H

#include "config/site.h"
#include "failover/event.h"
#include "monitord/curl_lines.h"

#include <curl/curl.h>
#include <uv.h>

struct md_curl;
/* NULL when libcurl cannot start or memory is out. */
struct md_curl *md_curl_start(uv_loop_t *loop);

/* One transfer; the caller keeps the struct until `ended` was called. */
struct md_curl_transfer {
    CURL *easy; /* made by md_curl_open */
    /* Called once from the loop with the handle still open; the callee closes the transfer and may
     * open it again. */
    void (*ended)(struct md_curl_transfer *transfer, CURLcode code);
    struct md_curl *curl;
};
/* A fresh handle with what every channel wants: no signals, no connection used again, both time
 * limits. False when out of memory. */
bool md_curl_open(struct md_curl *curl, struct md_curl_transfer *transfer, long limit_ms);
/* Starts it; false when libcurl does not take it (close it then). */
bool md_curl_go(struct md_curl_transfer *transfer);
/* Takes it back and closes the handle; allowed at any time, also twice. */
void md_curl_close(struct md_curl_transfer *transfer);
/* Closes; done when the memory has gone. Transfers must be closed before. */
void md_curl_stop(struct md_curl *curl, void (*done)(void *context), void *context);

/* The way a failed conversation is said in reasons; FO_REASON_BAD_STATUS for what has no better. */
unsigned md_curl_reason(CURLcode code);

/* Binds the handle to the device of try number `tried` (from 0); nothing when there is no line. */
void md_curl_bind(CURL *easy, const struct md_curl_lines *lines, unsigned tried);

#endif
