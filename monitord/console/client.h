/* SPDX-License-Identifier: Apache-2.0 */
/* The console's end of the control socket: one connection, orders out, answers in, every wait
 * bounded. It knows no order and prints nothing; one-shot orders and the watch screen use it. */
#ifndef MONITORD_CONSOLE_CLIENT_H
#define MONITORD_CONSOLE_CLIENT_H

#include "monitord/control_wire.h"

#include <jansson.h>

#define MD_CLIENT_TIMEOUT_MS 5000
#define MD_CLIENT_ERROR_SIZE 256

struct md_client {
    int fd; /* -1: not connected */
    struct md_line_buffer lines;
};
enum md_received {
    MD_RECEIVED_ANSWER,  /* *answer is a new reference */
    MD_RECEIVED_NOTHING, /* not within the time */
    MD_RECEIVED_END      /* the daemon closed or sent what is no answer; the client is closed */
};

/* False: nobody listens there (or it may not be opened), error says so with a hint. */
bool md_client_open(struct md_client *client, const char *path, char error[MD_CLIENT_ERROR_SIZE]);
/* False: the connection is broken. */
bool md_client_send(struct md_client *client, const json_t *order);
enum md_received md_client_receive(struct md_client *client, int timeout_ms, json_t **answer);
void md_client_close(struct md_client *client);

/* One order, one answer on a connection of its own. Takes over the reference to order. NULL with an
 * error when the daemon cannot be reached or does not answer; else a new reference. */
json_t *md_client_ask(const char *path, json_t *order, char error[MD_CLIENT_ERROR_SIZE]);

#endif
