/* SPDX-License-Identifier: Apache-2.0 */
/* One frame at a time, byte by byte. It stops at the first header that cannot be Modbus; the
 * connection is then closed by its owner. */
#include "probes/modbus_frame.h"

#include "failover/assert.h"

#define LENGTH_AT 4
#define BODY_MIN 2 /* unit and function */

void pb_modbus_frame_reset(struct pb_modbus_frame *frame)
{
    frame->length = 0;
    frame->verdict = PB_FRAME_MORE;
}

static size_t announced(const struct pb_modbus_frame *frame)
{
    return (size_t)frame->bytes[LENGTH_AT] << 8 | frame->bytes[LENGTH_AT + 1];
}

static enum pb_frame_verdict judge(const struct pb_modbus_frame *frame)
{
    if ((frame->length > 2 && frame->bytes[2] != 0) ||
        (frame->length > 3 && frame->bytes[3] != 0)) {
        return PB_FRAME_FAULT; /* protocol identifier: 0 is Modbus */
    }
    if (frame->length < LENGTH_AT + 2) {
        return PB_FRAME_MORE;
    }
    size_t body = announced(frame);
    if (body < BODY_MIN || body > PB_MBAP_MAX - PB_MBAP_HEADER + 1) {
        return PB_FRAME_FAULT;
    }
    return frame->length == LENGTH_AT + 2 + body ? PB_FRAME_READY : PB_FRAME_MORE;
}

size_t pb_modbus_frame_feed(struct pb_modbus_frame *frame, const uint8_t *bytes, size_t count)
{
    size_t taken = 0;
    while (taken < count && frame->verdict == PB_FRAME_MORE) {
        FO_ASSERT(frame->length < PB_MBAP_MAX);
        frame->bytes[frame->length++] = bytes[taken++];
        frame->verdict = judge(frame);
    }
    return taken;
}
