/* SPDX-License-Identifier: Apache-2.0 */
/* The far end of a serial line: the controlling side of a pty whose other side a test lets the
 * driver open. It cuts questions out of what is written and calls the test for each; with
 * libmodbus's own RTU server on it, it is a slave that nobody of us wrote. */
#ifndef TESTS_SERIAL_PEER_H
#define TESTS_SERIAL_PEER_H

#include "probes/modbus_rtu_frame.h"
#include "tests/integration/probes/loop_room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

struct serial_peer {
    int master, keep; /* keep: our own opening of the other side, so that it never hangs up */
    char path[64];
    uv_poll_t poll;
    uint8_t bytes[512];
    size_t length;
    unsigned questions;
    void (*answer)(struct serial_peer *peer, const uint8_t question[PB_RTU_REQUEST]);
    void *context;
};

static inline void serial_write(struct serial_peer *peer, const uint8_t *bytes, size_t length)
{
    cr_assert_eq(write(peer->master, bytes, length), (ssize_t)length);
}

static inline size_t serial_close_frame(uint8_t *bytes, size_t length)
{
    uint16_t crc = pb_rtu_crc(bytes, length);
    bytes[length] = (uint8_t)crc;
    bytes[length + 1] = (uint8_t)(crc >> 8);
    return length + 2;
}

static inline void serial_on_readable(uv_poll_t *poll, int status, int events)
{
    struct serial_peer *peer = poll->data;
    (void)events;
    ssize_t count = status < 0 ? -1
                               : read(peer->master, peer->bytes + peer->length,
                                      sizeof peer->bytes - peer->length);
    if (count <= 0) {
        return;
    }
    peer->length += (size_t)count;
    while (peer->length >= PB_RTU_REQUEST) {
        uint8_t question[PB_RTU_REQUEST];
        memcpy(question, peer->bytes, sizeof question);
        peer->length -= sizeof question;
        memmove(peer->bytes, peer->bytes + sizeof question, peer->length);
        cr_assert_eq(pb_rtu_crc(question, sizeof question), 0, "a question with a wrong CRC");
        peer->questions++;
        peer->answer(peer, question);
    }
}

static inline void serial_open(struct serial_peer *peer)
{
    struct termios raw;
    memset(peer, 0, sizeof *peer);
    peer->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    cr_assert_geq(peer->master, 0);
    cr_assert_eq(grantpt(peer->master), 0);
    cr_assert_eq(unlockpt(peer->master), 0);
    cr_assert_eq(ptsname_r(peer->master, peer->path, sizeof peer->path), 0);
    peer->keep = open(peer->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_geq(peer->keep, 0);
    cr_assert_eq(tcgetattr(peer->keep, &raw), 0);
    cfmakeraw(&raw);
    cr_assert_eq(tcsetattr(peer->keep, TCSANOW, &raw), 0);
}

static inline void serial_watch(struct serial_peer *peer, struct room *room,
                                void (*answer)(struct serial_peer *,
                                               const uint8_t question[PB_RTU_REQUEST]),
                                void *context)
{
    peer->answer = answer;
    peer->context = context;
    peer->poll.data = peer;
    cr_assert_eq(uv_poll_init(&room->loop, &peer->poll, peer->master), 0);
    uv_poll_start(&peer->poll, UV_READABLE, serial_on_readable);
}

static inline void serial_close(struct serial_peer *peer)
{
    if (peer->answer != NULL) {
        uv_close((uv_handle_t *)&peer->poll, NULL);
    }
    close(peer->keep);
    close(peer->master);
}

#endif
