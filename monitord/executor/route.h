/* SPDX-License-Identifier: Apache-2.0 */
/* The preferred line as the kernel knows it: the default route, replaced in one netlink message. It
 * owns that message and its acknowledgement; which line, and whether, is decided elsewhere. */
#ifndef MONITORD_EXECUTOR_ROUTE_H
#define MONITORD_EXECUTOR_ROUTE_H

#include <netinet/in.h>
#include <stdbool.h>

/* Like `ip route replace default via GATEWAY dev INTERFACE`, then read back. Returns 0 when the
 * kernel's default route goes that way, else a negative errno (-ENODEV: no such interface;
 * -ENETUNREACH: the gateway is not on it, or it is down; -EPERM; -EAGAIN: it was taken, but is not
 * what is read back). */
int md_route_replace(const char *interface, struct in_addr gateway);
/* Whether the main table's default route is exactly that one. */
bool md_route_is(const char *interface, struct in_addr gateway);

#endif
