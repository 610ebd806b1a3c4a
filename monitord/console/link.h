/* SPDX-License-Identifier: Apache-2.0 */
/* A lasting connection to the daemon for watching: keeps the newest status and its age, and
 * connects again by itself. Both forms of watch stand on it. */
#ifndef MONITORD_CONSOLE_LINK_H
#define MONITORD_CONSOLE_LINK_H

#include "monitord/console/client.h"

#define MD_LINK_RETRY_MS 1000
#define MD_LINK_SILENT_MS 10000 /* a daemon this silent is left and called anew */

struct md_link {
    const char *path;
    struct md_client client;
    json_t *status;      /* newest; owned; NULL before the first */
    long long status_ms; /* when it came (monotonic) */
    long long tried_ms;  /* last attempt to connect; 0 never */
    bool connected;
};
long long md_link_now_ms(void);
void md_link_init(struct md_link *link, const char *path);
/* Waits for news, for input on `input` (-1: none) or at most timeout_ms; connects when due. True
 * when the status changed or the connection was lost or won. */
bool md_link_wait(struct md_link *link, int input, int timeout_ms);
void md_link_close(struct md_link *link);

#endif
