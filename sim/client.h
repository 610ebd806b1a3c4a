/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON line to a unix socket and lines back, for the one-shot orders and for drills: the room's
 * socket and monitord's speak the same way. Blocking with a bound; never used inside the room. */
#ifndef SIM_CLIENT_H
#define SIM_CLIENT_H

#include "monitord/control_wire.h"

#include <jansson.h>

struct sim_client {
    int fd; /* -1: not connected */
    struct md_line_buffer lines;
};

/* Connects. False: errno says why. */
bool sim_client_open(struct sim_client *client, const char *path);
/* Sends one object as a line. */
bool sim_client_send(struct sim_client *client, const json_t *object);
/* The next line that is a JSON object, waiting at most timeout_ms (0: what is there already). New
 * reference; NULL: nothing yet (errno EAGAIN) or the peer is gone (errno ECONNRESET). */
json_t *sim_client_next(struct sim_client *client, int timeout_ms);
void sim_client_close(struct sim_client *client);
/* Connect, ask, wait up to 5 s, close. New reference or NULL with errno. */
json_t *sim_client_ask(const char *path, const json_t *object);
/* {"order":"fault",…} from the words "NAME key=value …"; NULL and a message when they are none.
 * The words are split in place. */
json_t *sim_client_fault(char *const *words, int count, char *message, size_t size);

/* Where the room listens: the path given, else $NOROSHI_ROOM, else the default. */
const char *sim_room_socket(const char *given);

#endif
