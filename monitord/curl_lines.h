/* SPDX-License-Identifier: Apache-2.0 */
/* The choice among the lines of a channel, for all channels that speak by one: each try has its
 * device, and the one that worked last comes first. It owns no socket; curl_loop.c and
 * channel_inform.c bind theirs by what it says. */
#ifndef MONITORD_CURL_LINES_H
#define MONITORD_CURL_LINES_H

#include "config/site.h"

#define MD_CURL_INTERFACE_SIZE 64

/* The lines of a channel: which device a try is bound to. The one that worked last comes first. */
struct md_curl_lines {
    const struct cfg_channel *channel;
    uint8_t first; /* worked last */
};
unsigned md_curl_line_count(const struct cfg_channel *channel);
/* The device of try number `tried` (from 0); NULL when the channel hangs on no line. */
const char *md_curl_device(const struct md_curl_lines *lines, unsigned tried);
/* The device of try number `tried` as libcurl's INTERFACE has it: "if!eth1". False when the channel
 * hangs on no line: it is not bound. */
bool md_curl_interface(const struct md_curl_lines *lines, unsigned tried,
                       char text[MD_CURL_INTERFACE_SIZE]);
/* Try number `tried` has worked. */
void md_curl_line_worked(struct md_curl_lines *lines, unsigned tried);

#endif
