/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes STAMP replies and the session behind them. Each input is a course of packets sent, time
 * passed and replies, most of which answer a packet of ours with a number that the input chooses,
 * as a reflector gone mad would; whatever comes, no statement may lose more than was sent. Run by
 * tests/fuzz/run. */
#include "probes/stamp_session.h"

#include <stdlib.h>
#include <string.h>

#define TIME_OF(number) ((uint64_t)(number) << 8 | 0x5a)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pb_stamp_session session;
static fo_us now_us;
static uint32_t sent_in_all, told_in_all;

static void send(void)
{
    uint32_t number = pb_stamp_session_next(&session);
    uint8_t bytes[PB_STAMP_SIZE];
    pb_stamp_encode(number, TIME_OF(number), bytes);
    pb_stamp_session_sent(&session, TIME_OF(number), now_us);
    sent_in_all++;
}

static void settle(void)
{
    struct pb_stamp_statement said = pb_stamp_session_settle(&session, now_us, 10 * FO_MS);
    told_in_all += said.sent;
    if (said.lost_out > said.sent || said.lost_back > said.sent - said.lost_out ||
        told_in_all > sent_in_all || (said.sent > 0 && said.reflector != PB_STAMP_STATEFUL)) {
        abort();
    }
}

/* As the input has it, or made to answer a packet near the newest. */
static void reply(const uint8_t *bytes, size_t length, uint8_t how)
{
    uint8_t copy[PB_STAMP_SIZE + 20];
    struct pb_stamp_reply read;
    length = length < sizeof copy ? length : sizeof copy;
    memcpy(copy, bytes, length);
    if (!pb_stamp_decode(copy, length, &read)) {
        return;
    }
    if ((how & 1) != 0) {
        read.sender_sequence = session.next - 1 - (how >> 4);
        read.sender_timestamp = TIME_OF(read.sender_sequence);
        read.sequence = (how & 2) != 0 ? session.highest + (how >> 2 & 3) : read.sequence;
    }
    (void)pb_stamp_session_take(&session, &read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    now_us = FO_SECOND;
    sent_in_all = told_in_all = 0;
    pb_stamp_session_begin(&session, size > 0 ? UINT32_MAX - data[0] : 0);
    for (size_t at = 1; at + 1 < size;) {
        uint8_t what = data[at], how = data[at + 1];
        at += 2;
        now_us += (fo_us)(what >> 2) * FO_MS;
        if ((what & 3) == 0) {
            settle();
        } else if ((what & 3) == 1) {
            send();
        } else {
            size_t left = size - at;
            reply(data + at, left, how);
            at += left < PB_STAMP_SIZE ? left : PB_STAMP_SIZE;
        }
    }
    settle();
    return 0;
}
