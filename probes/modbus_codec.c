/* SPDX-License-Identifier: Apache-2.0 */
/* A libmodbus context on one end of a socketpair, ourselves on the other. Its timeouts are one
 * millisecond, so that even a mistake of ours in framing could not hold the loop for longer. It
 * never connects anywhere and never sets an error recovery mode. */
#include "probes/modbus_codec.h"

#include "failover/assert.h"

#include <errno.h>
#include <modbus/modbus.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_US 1000 /* zero is refused by libmodbus */
#define PAYLOAD_AT (PB_MBAP_HEADER + 2)

struct pb_modbus_codec {
    modbus_t *library;
    int inner; /* libmodbus's end */
    int outer; /* ours */
};

struct pb_modbus_codec *pb_modbus_codec_open(void)
{
    int fds[2];
    struct pb_modbus_codec *codec = calloc(1, sizeof *codec);

    if (codec == NULL) {
        return NULL;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) != 0) {
        free(codec);
        return NULL;
    }
    codec->inner = fds[0];
    codec->outer = fds[1];
    codec->library = modbus_new_tcp("127.0.0.1", 502); /* an address is demanded, never used */
    if (codec->library == NULL || codec->inner >= FD_SETSIZE ||
        modbus_set_socket(codec->library, codec->inner) != 0 ||
        modbus_set_response_timeout(codec->library, 0, TIMEOUT_US) != 0 ||
        modbus_set_byte_timeout(codec->library, 0, TIMEOUT_US) != 0) {
        pb_modbus_codec_close(codec);
        return NULL;
    }
    return codec;
}

void pb_modbus_codec_close(struct pb_modbus_codec *codec)
{
    if (codec->library != NULL) {
        modbus_free(codec->library);
    }
    close(codec->inner);
    close(codec->outer);
    free(codec);
}

/* Nothing of an earlier exchange may lie in either direction. */
static void drain(struct pb_modbus_codec *codec)
{
    uint8_t rest[PB_MBAP_MAX];
    while (recv(codec->outer, rest, sizeof rest, MSG_DONTWAIT) > 0) {
    }
    while (recv(codec->inner, rest, sizeof rest, MSG_DONTWAIT) > 0) {
    }
}

size_t pb_modbus_codec_encode(struct pb_modbus_codec *codec,
                              const struct pb_modbus_question *question, uint8_t bytes[PB_MBAP_MAX])
{
    const uint8_t raw[6] = {question->unit,
                            question->function,
                            (uint8_t)(question->first >> 8),
                            (uint8_t)question->first,
                            (uint8_t)(question->count >> 8),
                            (uint8_t)question->count};

    FO_ASSERT(question->count >= 1 && question->count <= PB_MODBUS_REGISTERS_MAX);
    drain(codec);
    if (modbus_send_raw_request(codec->library, raw, sizeof raw) < 0) {
        return 0;
    }
    ssize_t length = recv(codec->outer, bytes, PB_MBAP_MAX, MSG_DONTWAIT);
    if (length <= PB_MBAP_HEADER) {
        return 0;
    }
    bytes[0] = (uint8_t)(question->transaction >> 8); /* a raw request leaves it zero */
    bytes[1] = (uint8_t)question->transaction;
    return (size_t)length;
}

bool pb_modbus_codec_decode(struct pb_modbus_codec *codec,
                            const struct pb_modbus_question *question, const uint8_t *frame,
                            size_t length, uint16_t registers[PB_MODBUS_REGISTERS_MAX])
{
    uint8_t reply[MODBUS_TCP_MAX_ADU_LENGTH];

    FO_ASSERT(length <= PB_MBAP_MAX);
    drain(codec);
    if (send(codec->outer, frame, length, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)length) {
        return false;
    }
    if (modbus_receive_confirmation(codec->library, reply) != (int)length) {
        drain(codec);
        return false;
    }
    FO_ASSERT(length == PAYLOAD_AT + pb_modbus_exchange_bytes(question));
    pb_modbus_exchange_take(question, reply + PB_MBAP_HEADER, registers);
    return true;
}
