/* SPDX-License-Identifier: Apache-2.0 */
/* Heartbeat datagrams on every configured network in parallel: authenticates, checks the addressee,
 * and hands each good one up with its receive time; sends one datagram on all networks. monitord
 * and dispatch-agent both use it; it knows nothing of leases. A net that cannot be bound is
 * retried. */
#ifndef PROBES_HEARTBEAT_H
#define PROBES_HEARTBEAT_H

#include "config/site.h"
#include "failover/lease.h"

#include <uv.h>

/* The datagram lives only during the call; now_us was read after it was received (rule V3). */
typedef void (*pb_heartbeat_sink)(void *context, uint8_t net, fo_us now_us,
                                  const struct fo_datagram *datagram);

struct pb_heartbeat_config {
    uint8_t self; /* enum fo_voter */
    uint8_t net_count;
    const struct cfg_net *nets; /* own bind address of each network */
    /* address of each other voter on each network; length 0: not there; own row unused */
    struct cfg_address peers[FO_VOTERS][FO_NETS_MAX];
    uint8_t key[32];
};
struct pb_heartbeat_counts { /* since start; for status and tests */
    uint64_t sent, send_errors, received, bad_size, bad_hash, bad_version, not_for_us, bad_field;
};
struct pb_heartbeat;

/* NULL when out of memory. config is copied; its strings must outlive the object. */
struct pb_heartbeat *pb_heartbeat_start(uv_loop_t *loop, const struct pb_heartbeat_config *config,
                                        pb_heartbeat_sink sink, void *context);
/* Sends on all networks at once, without queueing (a datagram that cannot go now is lost). */
void pb_heartbeat_send(struct pb_heartbeat *heartbeat, const struct fo_datagram *datagram);
const struct pb_heartbeat_counts *pb_heartbeat_count(const struct pb_heartbeat *heartbeat);
void pb_heartbeat_stop(struct pb_heartbeat *heartbeat, void (*done)(void *context));

#endif
