/* SPDX-License-Identifier: Apache-2.0 */
/* The bookkeeping behind stamp_session.h. Numbers are compared as serial numbers, so that both
 * counts may wrap; what cannot be explained by loss, reordering or doubling begins the proof anew
 * and is stated by nobody. */
#include "probes/stamp_session.h"

#include <string.h>

#define HOLE_EVERY 8 /* one number in so many is left out while nothing is proven */
#define HOLE_AT 1
#define CREDIT_MAX                                                                \
    3 /* so far a count may run ahead of what we sent before it is not ours alone \
       */

static bool is_after(uint32_t number, uint32_t other)
{
    return (int32_t)(number - other) > 0;
}

void pb_stamp_session_begin(struct pb_stamp_session *session, uint32_t first)
{
    memset(session, 0, sizeof *session);
    session->next = first;
}

uint32_t pb_stamp_session_next(const struct pb_stamp_session *session)
{
    bool hole = session->reflector == PB_STAMP_STATEFUL
                    ? session->doubted && session->next == session->hole
                    : session->next % HOLE_EVERY == HOLE_AT;
    return session->next + (hole ? 1 : 0);
}

void pb_stamp_session_sent(struct pb_stamp_session *session, uint64_t timestamp, fo_us now_us)
{
    uint32_t sequence = pb_stamp_session_next(session);
    session->ring[sequence % PB_STAMP_RING] = (struct pb_stamp_sent){.sent = true,
                                                                     .bounded = session->based,
                                                                     .sequence = sequence,
                                                                     .ordinal = ++session->ordinal,
                                                                     .bound = session->highest,
                                                                     .timestamp = timestamp,
                                                                     .sent_us = now_us};
    session->next = sequence + 1;
}

static void set_base(struct pb_stamp_session *session, const struct pb_stamp_sent *sent,
                     uint32_t count)
{
    session->based = true;
    session->base_sequence = sent->sequence;
    session->base_ordinal = sent->ordinal;
    session->base_count = count;
    session->twice = 0;
}

/* The count is not the one we knew. One that fails twice without a proof between counts nothing. */
static void begin_anew(struct pb_stamp_session *session, const struct pb_stamp_sent *sent,
                       uint32_t count)
{
    session->reflector =
        session->reflector == PB_STAMP_STATEFUL ? PB_STAMP_UNPROVEN : PB_STAMP_STATELESS;
    set_base(session, sent, count);
    session->highest = count;
    session->credit = 0;
    session->doubted = false;
    for (unsigned i = 0; i < PB_STAMP_RING; i++) {
        session->ring[i].bounded = false; /* by the count that is no more */
    }
}

/* The same packet returned once more. With another number of the reflector it was doubled on the
 * way there, and counted twice; with the same one, on the way back. */
static void take_again(struct pb_stamp_session *session, struct pb_stamp_sent *sent, uint32_t count)
{
    if (is_after(count, sent->count)) {
        bool open = is_after(sent->sequence, session->base_sequence);
        sent->count = count;
        *(open ? &sent->twice : &session->twice) += 1;
    }
    if (is_after(count, session->highest)) {
        session->highest = count;
    }
}

bool pb_stamp_session_take(struct pb_stamp_session *session, const struct pb_stamp_reply *reply)
{
    struct pb_stamp_sent *sent = &session->ring[reply->sender_sequence % PB_STAMP_RING];
    if (!sent->sent || sent->sequence != reply->sender_sequence ||
        sent->timestamp != reply->sender_timestamp) {
        return false;
    }
    session->answered = true;
    if (sent->returned) {
        take_again(session, sent, reply->sequence);
        return true;
    }
    sent->returned = true;
    sent->count = reply->sequence;
    if (!session->based) {
        set_base(session, sent, reply->sequence);
        session->highest = reply->sequence;
    } else if (!is_after(sent->sequence, session->base_sequence)) {
        return true; /* too late: it has been counted as lost */
    } else if (sent->bounded && !is_after(reply->sequence, sent->bound)) {
        begin_anew(session, sent, reply->sequence); /* it restarted, or forgot the session */
    } else if (is_after(reply->sequence, session->highest)) {
        session->highest = reply->sequence;
    }
    return true;
}

static bool is_open(const struct pb_stamp_session *session, const struct pb_stamp_sent *sent)
{
    return sent->returned && is_after(sent->sequence, session->base_sequence);
}

/* The newest packet that returned and is old enough; NULL none. */
static const struct pb_stamp_sent *find_edge(const struct pb_stamp_session *session,
                                             fo_us sent_by_us)
{
    const struct pb_stamp_sent *edge = NULL;
    for (unsigned i = 0; session->based && i < PB_STAMP_RING; i++) {
        const struct pb_stamp_sent *sent = &session->ring[i];
        if (is_open(session, sent) && sent->sent_us <= sent_by_us &&
            (edge == NULL || is_after(sent->sequence, edge->sequence))) {
            edge = sent;
        }
    }
    return edge;
}

/* What lies between the base and an edge. */
struct span {
    uint32_t numbers;  /* we went through, holes included */
    uint32_t sent;     /* packets */
    uint32_t returned; /* of these */
    uint32_t counted;  /* by the reflector, without those that we know to be doubled */
    uint32_t count;    /* the reflector's highest number in it */
};

static struct span measure(const struct pb_stamp_session *session, const struct pb_stamp_sent *edge)
{
    struct span span = {.numbers = edge->sequence - session->base_sequence,
                        .sent = edge->ordinal - session->base_ordinal,
                        .count = session->base_count};
    uint32_t twice = session->twice;
    for (unsigned i = 0; i < PB_STAMP_RING; i++) {
        const struct pb_stamp_sent *sent = &session->ring[i];
        if (is_open(session, sent) && !is_after(sent->sequence, edge->sequence)) {
            span.returned++;
            twice += sent->twice;
            span.count = is_after(sent->count, span.count) ? sent->count : span.count;
        }
    }
    span.counted = span.count - session->base_count;
    span.counted -= twice < span.counted ? twice : span.counted;
    return span;
}

/* A count falls behind our numbers where packets are missing, a copy is equal to them. */
static void prove(struct pb_stamp_session *session, const struct pb_stamp_sent *edge,
                  const struct span *span)
{
    if (span->counted < span->numbers && span->count != edge->sequence) {
        session->reflector = PB_STAMP_STATEFUL;
    } else if (span->sent < span->numbers) {
        session->reflector = PB_STAMP_STATELESS;
    }
}

/* The counted ones are at least those that returned and at most those that were sent; what is above
 * that belongs to packets behind the edge that overtook it, or was doubled. */
static void account(struct pb_stamp_session *session, const struct span *span,
                    struct pb_stamp_statement *statement)
{
    uint32_t reached = span->counted + session->credit;
    session->credit = reached > span->sent ? reached - span->sent : 0;
    reached -= session->credit;
    reached = reached < span->returned ? span->returned : reached;
    statement->sent = span->sent;
    statement->lost_out = span->sent - reached;
    statement->lost_back = reached - span->returned;
}

/* Whether a proven one copies by now. Its count may meet our number by chance; behind a hole a copy
 * meets it again. */
static bool is_copy(struct pb_stamp_session *session, const struct pb_stamp_sent *edge)
{
    bool same = edge->count == edge->sequence;
    if (session->doubted && is_after(edge->sequence, session->hole)) {
        session->doubted = false;
        return same;
    }
    if (same && !session->doubted) {
        session->doubted = true;
        session->hole = session->next;
    }
    return false;
}

static void advance(struct pb_stamp_session *session, const struct pb_stamp_sent *edge,
                    struct pb_stamp_statement *statement)
{
    struct span span = measure(session, edge);
    bool proven = session->reflector == PB_STAMP_STATEFUL;
    uint32_t most = proven ? span.sent : span.numbers;
    uint64_t ahead = (uint64_t)span.counted + session->credit;
    if (ahead > (uint64_t)most + CREDIT_MAX || (proven && is_copy(session, edge))) {
        begin_anew(session, edge, span.count); /* others count there too, or it copies by now */
        return;
    }
    if (!proven) {
        prove(session, edge, &span);
    }
    if (session->reflector == PB_STAMP_STATEFUL) {
        account(session, &span, statement);
    }
    set_base(session, edge, span.count);
}

struct pb_stamp_statement pb_stamp_session_settle(struct pb_stamp_session *session, fo_us now_us,
                                                  fo_us bound_us)
{
    struct pb_stamp_statement statement = {.answered = session->answered};
    const struct pb_stamp_sent *edge = find_edge(session, now_us - bound_us);
    session->answered = false;
    if (edge != NULL) {
        advance(session, edge, &statement);
    }
    statement.reflector = session->reflector;
    return statement;
}
