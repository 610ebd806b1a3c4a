/* SPDX-License-Identifier: Apache-2.0 */
/* Which line's device a try leaves by. Pure: the channel's devices and what worked last come in. */
#include "monitord/curl_lines.h"

#include <stdio.h>

unsigned md_curl_line_count(const struct cfg_channel *channel)
{
    unsigned count = 0;

    for (unsigned i = 0; i < FO_LINES_MAX; i++) {
        count += channel->interfaces[i] != NULL ? 1 : 0;
    }
    return count;
}

const char *md_curl_device(const struct md_curl_lines *lines, unsigned tried)
{
    unsigned count = md_curl_line_count(lines->channel);
    unsigned wanted = count > 0 ? (lines->first + tried) % count : 0;

    for (unsigned i = 0; i < FO_LINES_MAX && count > 0; i++) {
        if (lines->channel->interfaces[i] != NULL && wanted-- == 0) {
            return lines->channel->interfaces[i];
        }
    }
    return NULL;
}

/* By the device and never by an address of ours: an address follows the routing table, so that
 * packets of a healthy line would leave by the dead one. */
bool md_curl_interface(const struct md_curl_lines *lines, unsigned tried,
                       char text[MD_CURL_INTERFACE_SIZE])
{
    const char *device = md_curl_device(lines, tried);

    snprintf(text, MD_CURL_INTERFACE_SIZE, "if!%s", device != NULL ? device : "");
    return device != NULL;
}

void md_curl_line_worked(struct md_curl_lines *lines, unsigned tried)
{
    unsigned count = md_curl_line_count(lines->channel);

    if (count > 0) {
        lines->first = (uint8_t)((lines->first + tried) % count);
    }
}
