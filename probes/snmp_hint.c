/* SPDX-License-Identifier: Apache-2.0 */
/* The few layers of BER (X.690) that tell a notification from anything else. It never looks at an
 * object or a value and keeps nothing; hint_port.c calls it for each datagram. */
#include "probes/snmp_hint.h"

#include "failover/assert.h"

#define TAG_INTEGER 0x02
#define TAG_OCTETS 0x04
#define TAG_SEQUENCE 0x30
#define TAG_RESPONSE 0xa2
#define TAG_TRAP_V1 0xa4
#define TAG_INFORM 0xa6
#define TAG_TRAP_V2 0xa7

enum version { VERSION_1 = 0, VERSION_2C = 1, VERSION_3 = 3 };

/* A stretch of the datagram that has not been read yet. */
struct rest {
    const uint8_t *at;
    size_t length;
};

/* Takes one element off the front: its tag and contents. False when it is not whole, or its length
 * is of a form SNMP never needs (indefinite, more than two bytes). */
static bool take(struct rest *rest, uint8_t *tag, struct rest *contents)
{
    if (rest->length < 2) {
        return false;
    }
    size_t size = rest->at[1];
    size_t head = 2;
    if (size > 0x7f) {
        size_t more = size & 0x7f;
        if (more == 0 || more > 2 || rest->length < 2 + more) {
            return false;
        }
        size = more == 1 ? rest->at[2] : (size_t)rest->at[2] << 8 | rest->at[3];
        head += more;
    }
    if (size > rest->length - head) {
        return false;
    }
    *tag = rest->at[0];
    *contents = (struct rest){rest->at + head, size};
    rest->at += head + size;
    rest->length -= head + size;
    return true;
}

static bool take_tag(struct rest *rest, uint8_t wanted, struct rest *contents)
{
    uint8_t tag;
    return take(rest, &tag, contents) && tag == wanted;
}

/* request-id, error-status 0, error-index 0, variable-bindings. The zeros stand in the confirmation
 * as they came and there mean "well". */
static bool is_inform(struct rest pdu)
{
    struct rest id, status, index, variables;
    return take_tag(&pdu, TAG_INTEGER, &id) && id.length >= 1 && id.length <= 5 &&
           take_tag(&pdu, TAG_INTEGER, &status) && status.length == 1 && status.at[0] == 0 &&
           take_tag(&pdu, TAG_INTEGER, &index) && index.length == 1 && index.at[0] == 0 &&
           take_tag(&pdu, TAG_SEQUENCE, &variables) && pdu.length == 0;
}

/* Behind the community: one PDU to the end. at: where its tag stands. */
static enum pb_hint read_pdu(struct rest message, uint8_t version, const uint8_t **at)
{
    uint8_t tag;
    struct rest pdu;

    *at = message.at;
    if (!take(&message, &tag, &pdu) || message.length > 0 || pdu.length == 0) {
        return PB_HINT_NONE;
    }
    if (tag == TAG_INFORM && version == VERSION_2C && is_inform(pdu)) {
        return PB_HINT_INFORM;
    }
    bool trap = tag == (version == VERSION_1 ? TAG_TRAP_V1 : TAG_TRAP_V2);
    return trap ? PB_HINT_TRAP : PB_HINT_NONE;
}

static enum pb_hint read_message(const uint8_t *bytes, size_t length, const uint8_t **pdu_at)
{
    struct rest datagram = {bytes, length};
    struct rest message, version, next;

    if (!take_tag(&datagram, TAG_SEQUENCE, &message) || datagram.length > 0 ||
        !take_tag(&message, TAG_INTEGER, &version) || version.length != 1) {
        return PB_HINT_NONE;
    }
    if (version.at[0] == VERSION_3) { /* header, security parameters, data of any kind */
        return take_tag(&message, TAG_SEQUENCE, &next) && take_tag(&message, TAG_OCTETS, &next) &&
                       message.length > 0
                   ? PB_HINT_TRAP
                   : PB_HINT_NONE;
    }
    if (version.at[0] > VERSION_2C || !take_tag(&message, TAG_OCTETS, &next)) {
        return PB_HINT_NONE;
    }
    return read_pdu(message, version.at[0], pdu_at);
}

enum pb_hint pb_snmp_hint_read(const uint8_t *bytes, size_t length)
{
    const uint8_t *pdu_at;
    return read_message(bytes, length, &pdu_at);
}

void pb_snmp_hint_confirm(uint8_t *bytes, size_t length)
{
    const uint8_t *pdu_at;
    FO_ASSERT(read_message(bytes, length, &pdu_at) == PB_HINT_INFORM);
    bytes[pdu_at - bytes] = TAG_RESPONSE;
}
