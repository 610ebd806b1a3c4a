/* SPDX-License-Identifier: Apache-2.0 */
/* Events and the messages of the lease, field by field (see walk.h). It only names fields; what is
 * allowed in them is asked by whoever reads them. */
#include "failover/walk.h"

void fo_walk_stamp(struct fo_codec *codec, struct fo_stamp *stamp)
{
    FO_FIELD(codec, stamp->boot);
    FO_FIELD(codec, stamp->seq);
}

void fo_walk_beat(struct fo_codec *codec, struct fo_beat *beat)
{
    FO_FIELD(codec, beat->sender);
    fo_walk_stamp(codec, &beat->stamp);
    for (unsigned i = 0; i < FO_VOTERS; i++) {
        fo_walk_stamp(codec, &beat->echo[i]);
    }
    FO_FIELD(codec, beat->claim);
    fo_codec_bool(codec, &beat->draining);
    fo_codec_bool(codec, &beat->offer);
    fo_codec_bool(codec, &beat->forced);
    fo_codec_bool(codec, &beat->alone);
    fo_codec_bool(codec, &beat->leaving);
    fo_codec_bool(codec, &beat->rejoin);
    fo_codec_bool(codec, &beat->held);
    fo_codec_bool(codec, &beat->relies);
    FO_FIELD(codec, beat->health);
    FO_FIELD(codec, beat->lease_us);
    FO_FIELD(codec, beat->epoch);
    FO_FIELD(codec, beat->position);
    FO_FIELD(codec, beat->silence_us);
    fo_codec_bool(codec, &beat->relayed.known);
    FO_FIELD(codec, beat->relayed.claim);
    FO_FIELD(codec, beat->relayed.health);
    fo_codec_bool(codec, &beat->relayed.offer);
    fo_codec_bool(codec, &beat->relayed.leaving);
    fo_codec_bool(codec, &beat->relayed.alone);
    fo_codec_bool(codec, &beat->relayed.forced);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        fo_walk_stamp(codec, &beat->freed[i]);
        FO_FIELD(codec, beat->fenced[i]);
    }
    FO_FIELD(codec, beat->choice);
    FO_FIELD(codec, beat->next);
    FO_FIELD(codec, beat->choice_epoch);
}

void fo_walk_answer(struct fo_codec *codec, struct fo_answer *answer)
{
    FO_FIELD(codec, answer->sender);
    fo_walk_stamp(codec, &answer->stamp);
    fo_walk_stamp(codec, &answer->of);
    fo_codec_bool(codec, &answer->given);
    FO_FIELD(codec, answer->reason);
    FO_FIELD(codec, answer->holder);
    FO_FIELD(codec, answer->lease_us);
}

void fo_walk_datagram(struct fo_codec *codec, struct fo_datagram *datagram)
{
    FO_FIELD(codec, datagram->kind);
    FO_FIELD(codec, datagram->to);
    if (datagram->kind == FO_DATAGRAM_BEAT) {
        fo_walk_beat(codec, &datagram->beat);
    } else if (datagram->kind == FO_DATAGRAM_ANSWER) {
        fo_walk_answer(codec, &datagram->answer);
    } else {
        codec->bad = true;
    }
}

static void walk_reading(struct fo_codec *codec, struct fo_reading *reading)
{
    FO_FIELD(codec, reading->device);
    FO_FIELD(codec, reading->quality);
    FO_FIELD(codec, reading->reason);
    FO_FIELD(codec, reading->count);
    if (reading->count > FO_VARIABLES_MAX) {
        codec->bad = true;
        return;
    }
    for (unsigned i = 0; i < reading->count; i++) {
        FO_FIELD(codec, reading->values[i].milli);
        FO_FIELD(codec, reading->values[i].variable);
        FO_FIELD(codec, reading->values[i].quality);
        FO_FIELD(codec, reading->values[i].reason);
    }
}

static void walk_probe(struct fo_codec *codec, struct fo_probe *probe)
{
    FO_FIELD(codec, probe->kind);
    FO_FIELD(codec, probe->index);
    FO_FIELD(codec, probe->target);
    FO_FIELD(codec, probe->quality);
    fo_codec_bool(codec, &probe->ok);
    FO_FIELD(codec, probe->reason);
    FO_FIELD(codec, probe->rtt_us);
    if (probe->kind == FO_PROBE_DIRECTION) {
        FO_FIELD(codec, probe->sent);
        FO_FIELD(codec, probe->lost_out);
        FO_FIELD(codec, probe->lost_back);
    }
}

static void walk_result(struct fo_codec *codec, struct fo_result *result)
{
    FO_FIELD(codec, result->key.boot);
    FO_FIELD(codec, result->key.sequence);
    FO_FIELD(codec, result->outcome);
    FO_FIELD(codec, result->reason);
    FO_FIELD(codec, result->detail);
}

static void walk_order(struct fo_codec *codec, struct fo_order *order)
{
    FO_FIELD(codec, order->kind);
    FO_FIELD(codec, order->person);
    FO_FIELD(codec, order->second);
    FO_FIELD(codec, order->server);
    FO_FIELD(codec, order->incident);
    FO_FIELD(codec, order->until_us);
    FO_FIELD(codec, order->epoch);
    FO_FIELD(codec, order->round);
    fo_codec_bool(codec, &order->alone);
    FO_FIELD(codec, order->subject.kind);
    FO_FIELD(codec, order->subject.index);
    FO_FIELD(codec, order->value);
}

static void walk_roster(struct fo_codec *codec, struct fo_roster *roster)
{
    for (unsigned i = 0; i < FO_ROLES_MAX; i++) {
        FO_FIELD(codec, roster->on[i]);
        FO_FIELD(codec, roster->outgoing[i]);
    }
    FO_FIELD(codec, roster->extra);
    FO_FIELD(codec, roster->gaps);
}

void fo_walk_event(struct fo_codec *codec, struct fo_event *event)
{
    FO_FIELD(codec, event->kind);
    FO_FIELD(codec, event->now_us);
    FO_FIELD(codec, event->wall_ms);
    switch (event->kind) {
        case FO_EVENT_TICK:
            break;
        case FO_EVENT_BOOT:
            FO_FIELD(codec, event->boot.boot);
            fo_codec_bool(codec, &event->boot.same_host_boot);
            break;
        case FO_EVENT_READING:
            walk_reading(codec, &event->reading);
            break;
        case FO_EVENT_PROBE:
            walk_probe(codec, &event->probe);
            break;
        case FO_EVENT_DATAGRAM:
            FO_FIELD(codec, event->datagram.net);
            fo_walk_datagram(codec, &event->datagram.datagram);
            break;
        case FO_EVENT_RESULT:
            walk_result(codec, &event->result);
            break;
        case FO_EVENT_ORDER:
            walk_order(codec, &event->order);
            break;
        case FO_EVENT_SELF:
            FO_FIELD(codec, event->self.kind);
            FO_FIELD(codec, event->self.index);
            FO_FIELD(codec, event->self.value);
            for (unsigned i = 0; i < FO_STATIONS; i++) {
                FO_FIELD(codec, event->self.stations[i]);
            }
            break;
        case FO_EVENT_ROSTER:
            walk_roster(codec, &event->roster);
            break;
        case FO_EVENT_PLACE:
            FO_FIELD(codec, event->place.place);
            FO_FIELD(codec, event->place.cause);
            fo_codec_bool(codec, &event->place.holds);
            break;
        default:
            codec->bad = true;
            break;
    }
}
