/* SPDX-License-Identifier: Apache-2.0 */
/* One network interface of a simulated host or line, inside its namespace: cut, joined again with
 * everything it had, or stripped of what a restart would lose. It speaks rtnetlink; it never
 * touches an interface outside a named namespace. host.c and line.c own the links. */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_LINK_SAVED_MAX 32
#define SIM_LINK_MESSAGE_MAX 256

struct sim_host_address {
    uint8_t family;    /* AF_INET or AF_INET6 */
    uint8_t bytes[16]; /* 4 or 16 of them, network order */
};
struct sim_link {
    const char *netns, *name; /* the caller's, not empty */
    bool cut;
    /* what the kernel drops when the link goes down: routes of either family, IPv6 addresses */
    unsigned saved_count;
    uint16_t saved_length[SIM_LINK_SAVED_MAX];
    _Alignas(
        8) uint8_t saved[SIM_LINK_SAVED_MAX][SIM_LINK_MESSAGE_MAX]; /* whole netlink messages */
};

/* Cuts it: the other end loses its carrier too. Each returns false with errno when the kernel
 * refuses; nothing to do is no failure. */
bool sim_link_cut(struct sim_link *link);
/* Joins it again and gives back the routes and IPv6 addresses it had. */
bool sim_link_join(struct sim_link *link);
/* Takes away, also from what is to be given back, every address that is not in `keep`, and the
 * traffic filters (clsact): what a restarted host does not have. keep_count 0: no address is taken.
 */
bool sim_link_strip(struct sim_link *link, const struct sim_host_address *keep,
                    unsigned keep_count);

#endif
