/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes what is made of SNMP answers: each shipped SNMP profile is walked poll by poll with values
 * of every type, errors, too few and foreign objects, walks that never end and silence as the bytes
 * say; every reading must be one that may be believed. Run by tests/fuzz/run. */
#include "probes/snmp_map.h"
#include "probes/snmp_reading.h"
#include "tests/fuzz/reading_check.h"

#define POLLS 4
#define REQUESTS_MAX (4 * CFG_POINTS_MAX + 2 * PB_SNMP_ALARM_ROWS)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t take_integer(struct bytes *bytes)
{
    static const int64_t odd[] = {-1,         32767,     65535, 655350, INT32_MAX,
                                  4294967295, INT32_MIN, 0,     100,    INT64_MAX};
    uint8_t kind = take_byte(bytes);

    return kind < 128   ? (int64_t)take_word(bytes)
           : kind < 192 ? odd[kind % 10]
                        : (int64_t)((uint64_t)take_word(bytes) << 48 | take_word(bytes));
}

static void take_varbind(struct pb_snmp_varbind *varbind, const struct cfg_oid *asked, bool next,
                         struct bytes *bytes)
{
    uint8_t kind = take_byte(bytes);

    varbind->oid = *asked;
    if (kind % 8 == 7) { /* of another object */
        varbind->oid.arcs[varbind->oid.length - 1] += 1 + kind / 8;
    } else if (next && varbind->oid.length < CFG_OID_MAX) {
        varbind->oid.arcs[varbind->oid.length++] = 1 + kind / 8;
    }
    varbind->type = take_byte(bytes) % (PB_SNMP_OTHER + 1);
    varbind->integer = take_integer(bytes);
    varbind->value = varbind->oid;
    varbind->value.arcs[varbind->value.length - 1] = take_byte(bytes) % 32;
    for (unsigned i = 0; i < PB_SNMP_TEXT_MAX && i < kind % 12u; i++) {
        varbind->text[i] = (char)take_byte(bytes);
    }
}

static void reply(struct pb_snmp_map *map, const struct pb_snmp_request *request,
                  struct bytes *bytes)
{
    static struct pb_snmp_answer answer;
    uint8_t kind = take_byte(bytes);

    if (request->count == 0 || request->count > PB_SNMP_BATCH) {
        abort();
    }
    if (kind % 16 == 15) {
        pb_snmp_map_silent(map, FO_REASON_NO_ANSWER);
        return;
    }
    memset(&answer, 0, sizeof answer);
    if (kind % 16 == 14) {
        answer.error_status = take_byte(bytes) % 20;
        answer.error_index = (int8_t)take_byte(bytes);
    }
    answer.count = kind % 16 == 13 ? take_byte(bytes) % (PB_SNMP_BATCH + 1u) : request->count;
    for (unsigned i = 0; i < answer.count; i++) {
        take_varbind(&answer.varbinds[i], &request->oids[i % request->count], request->next, bytes);
    }
    pb_snmp_map_answer(map, &answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, data + size};
    struct pb_snmp_map map;
    struct pb_snmp_request request;
    struct fo_reading reading;

    pb_snmp_map_init(&map, profile_by(take_byte(&bytes), CFG_PROTOCOL_SNMP), NULL);
    for (unsigned poll = 0; poll < POLLS; poll++) {
        unsigned requests = 0;
        pb_snmp_map_begin(&map);
        while (pb_snmp_map_ask(&map, &request)) {
            if (++requests > REQUESTS_MAX) {
                abort(); /* a poll ends */
            }
            reply(&map, &request, &bytes);
        }
        pb_snmp_reading_make(&map, (fo_us)(poll + 1) * 90 * FO_SECOND, &reading);
        reading_check(&reading);
        for (unsigned i = 0; i < reading.count; i++) {
            struct pb_snmp_trace trace;
            (void)pb_snmp_reading_trace(&map, (enum fo_variable)reading.values[i].variable, &trace);
        }
    }
    return 0;
}
