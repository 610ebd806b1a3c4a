/* SPDX-License-Identifier: Apache-2.0 */
/* One STAMP session as numbers: which number is sent next, which replies are ours, and from the
 * reflector's own number how many packets were lost on the way out and on the way back. Pure: no
 * socket, no clock; stamp_probe.c owns one for each line whose far end is asked.
 *
 * A stateful reflector counts what reaches it, a stateless one copies our number (RFC 8762, section
 * 4); by itself neither says which it is. So until it is proven we leave out one number in eight: a
 * copy jumps over the hole as we did, a count does not. A proven one that answers with our own
 * number is tried by one more hole. Directions are only stated between two replies of a reflector
 * that is proven to count. */
#ifndef PROBES_STAMP_SESSION_H
#define PROBES_STAMP_SESSION_H

#include "failover/types.h"
#include "probes/stamp.h"

#define PB_STAMP_RING                                                          \
    64 /* packets whose reply is still taken; older than that it is a stranger \
        */

enum pb_stamp_reflector {
    PB_STAMP_UNPROVEN, /* not yet, or no longer: its count fell or jumped */
    PB_STAMP_STATEFUL,
    PB_STAMP_STATELESS /* it copies our number, or its own means nothing */
};

/* A packet that was sent. */
struct pb_stamp_sent {
    bool sent, returned;
    bool bounded;      /* bound is set */
    uint32_t sequence; /* ours */
    uint32_t ordinal;  /* how many were sent up to it, this one included */
    uint32_t bound;    /* the reflector had counted this far before it was sent */
    uint32_t count;    /* the reflector's number in its reply, the highest when it came twice */
    uint32_t twice;    /* replies with yet another number: doubled on the way out, counted twice */
    uint64_t timestamp;
    fo_us sent_us;
};
struct pb_stamp_session {
    struct pb_stamp_sent ring[PB_STAMP_RING];
    uint32_t next;     /* number, unless it is left out */
    uint32_t ordinal;  /* packets sent */
    uint8_t reflector; /* enum pb_stamp_reflector */
    bool answered;     /* since the last settlement */
    bool doubted; /* it answered with our own number: `hole` is left out, to see if it copies */
    uint32_t hole;
    bool based;                                       /* what follows is set */
    uint32_t base_sequence, base_ordinal, base_count; /* all up to here is accounted for */
    uint32_t highest;                                 /* of the reflector's numbers in this count */
    uint32_t credit; /* it has counted more than we sent: overtaken, or doubled on the way out */
    uint32_t twice;  /* the same of packets that are accounted for, since the base was set */
};
struct pb_stamp_statement {
    bool answered;     /* at least one reply of ours has come since the last one */
    uint8_t reflector; /* enum pb_stamp_reflector */
    /* PB_STAMP_STATEFUL: so many more are accounted for; of these lost on the way out, and of those
     * that came there lost on the way back */
    uint32_t sent, lost_out, lost_back;
};

/* first: the first number, 0 by RFC 8762, section 4.2.1. */
void pb_stamp_session_begin(struct pb_stamp_session *session, uint32_t first);
/* The number of the packet to be sent next; the same until one is sent. */
uint32_t pb_stamp_session_next(const struct pb_stamp_session *session);
/* That packet has left, with this timestamp. */
void pb_stamp_session_sent(struct pb_stamp_session *session, uint64_t timestamp, fo_us now_us);
/* False: it answers no packet of ours. A reply that comes behind its settlement or once more is
 * ours and changes nothing any more. */
bool pb_stamp_session_take(struct pb_stamp_session *session, const struct pb_stamp_reply *reply);
/* Accounts for all up to the newest packet that returned and was sent at least bound_us ago. While
 * nothing returns nothing is said of directions; the next reply accounts for all of the silence. */
struct pb_stamp_statement pb_stamp_session_settle(struct pb_stamp_session *session, fo_us now_us,
                                                  fo_us bound_us);

#endif
