/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes what is heard about a service address, in both families, and the count behind it. Each
 * input is a course of questions, windows and packets, some of which get the checksum they should
 * have; whatever comes, no packet may say more than its bytes, and no count more than was heard.
 * Run by tests/fuzz/run. */
#include "probes/address_frame.h"
#include "probes/address_tally.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct pb_ip four = {AF_INET, {10, 77, 1, 100}}, own4 = {AF_INET, {10, 77, 1, 20}};
static const struct pb_ip six = {AF_INET6,
                                 {0x20, 1, 0x0d, 0xb8, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}};
static const struct pb_ip own6 = {AF_INET6,
                                  {0x20, 1, 0x0d, 0xb8, 0, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20}};

static void seal(uint8_t *bytes, size_t length)
{
    size_t message = length > 5 ? (size_t)bytes[4] << 8 | bytes[5] : 0;
    uint32_t sum = (uint32_t)message + IPPROTO_ICMPV6;

    if (message < 4 || message > length - HEADER || length < HEADER) {
        return;
    }
    bytes[HEADER + 2] = bytes[HEADER + 3] = 0;
    for (size_t i = 8; i < HEADER + message; i++) {
        sum += (uint32_t)bytes[i] << (i % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    bytes[HEADER + 2] = (uint8_t)(~sum >> 8);
    bytes[HEADER + 3] = (uint8_t)~sum;
}

static bool holds(const uint8_t *bytes, size_t length, const uint8_t station[6])
{
    for (size_t at = 0; at + 6 <= length; at++) {
        if (memcmp(bytes + at, station, 6) == 0) {
            return true;
        }
    }
    return false;
}

/* In memory of its own length, so that one byte too far is seen. */
static void hear(struct pb_address_tally *tally, const uint8_t *data, size_t length, uint8_t how)
{
    const bool is6 = (how & 4) != 0;
    uint8_t station[6] = {9, 9, 9, 9, 9, 9};
    uint8_t *bytes = malloc(length > 0 ? length : 1);

    if (bytes == NULL) {
        return;
    }
    memcpy(bytes, data, length);
    if (is6 && (how & 8) != 0) {
        seal(bytes, length);
    }
    enum pb_address_said said =
        pb_address_read(bytes, length, is6 ? &six : &four, is6 ? &own6 : &own4, station);

    if (said == PB_ADDRESS_NOTHING) {
        if (memcmp(station, "\11\11\11\11\11\11", 6) != 0) {
            abort();
        }
    } else {
        if (!holds(bytes, length, station) || (is6 && bytes[7] != 255)) {
            abort();
        }
        pb_address_heard(tally, station, said == PB_ADDRESS_ANSWERED);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pb_address_tally tally = {0};
    uint8_t most = 0;

    for (size_t at = 0; at + 1 < size;) {
        uint8_t how = data[at], length = data[at + 1];
        at += 2;
        if ((how & 3) == 0) {
            pb_address_asked(&tally);
        } else if ((how & 3) == 1) {
            most = tally.count > most ? tally.count : most;
            (void)pb_address_window(&tally);
        } else {
            size_t left = size - at < length ? size - at : length;
            hear(&tally, data + at, left, how);
            at += left;
        }
        struct fo_self self = pb_address_self(&tally);

        if (self.value > most || tally.count > PB_ADDRESS_STATIONS_MAX) {
            abort();
        }
    }
    return 0;
}
