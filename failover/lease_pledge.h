/* SPDX-License-Identifier: Apache-2.0 */
/* X1 of the quorum lease: what the standing vote is worth now. Each side counts on it, or is bound
 * by it, only as far as its disk has it. lease_claim.c, lease_beat.c, lease_alone.c and
 * lease_standing.c ask. */
#ifndef FAILOVER_LEASE_PLEDGE_H
#define FAILOVER_LEASE_PLEDGE_H

#include "failover/lease.h"

/* The newest `standing` that was asked for is on the disk. */
bool fo_pledge_kept(const struct fo_agent *agent);
/* This server relies on the other's standing vote: its gate may follow its own vote alone. */
bool fo_pledge_taken(const struct fo_agent *agent);
/* This server's vote stands to the other, or may: it must not claim. */
bool fo_pledge_bound(const struct fo_agent *agent);
/* This server's vote stands to the other, by its disk and in the voter: it may be relied on. */
bool fo_pledge_stands(const struct fo_agent *agent);
/* What the beat says of it. */
void fo_pledge_say(const struct fo_agent *agent, struct fo_beat *beat);

#endif
