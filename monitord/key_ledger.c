/* SPDX-License-Identifier: Apache-2.0 */
/* Two small tables of keys. It owns the rule "once per key" inside the process and nothing on disk;
 * the driver asks it before each act and tells it each result. */
#include "monitord/key_ledger.h"

enum md_key_verdict md_key_begin(struct md_key_ledger *ledger, struct fo_key key,
                                 struct fo_result *result)
{
    for (unsigned i = 0; i < ledger->running_count; i++) {
        if (fo_key_equal(ledger->running[i], key)) {
            return MD_KEY_RUNNING;
        }
    }
    for (unsigned i = 0; i < MD_LEDGER_FINISHED_MAX; i++) {
        if (key.sequence != 0 && fo_key_equal(ledger->finished[i].key, key)) {
            *result = ledger->finished[i];
            return MD_KEY_FINISHED;
        }
    }
    if (ledger->running_count == MD_LEDGER_RUNNING_MAX) {
        return MD_KEY_NO_ROOM;
    }
    ledger->running[ledger->running_count++] = key;
    return MD_KEY_NEW;
}

bool md_key_end(struct md_key_ledger *ledger, const struct fo_result *result)
{
    for (unsigned i = 0; i < ledger->running_count; i++) {
        if (!fo_key_equal(ledger->running[i], result->key)) {
            continue;
        }
        ledger->running[i] = ledger->running[--ledger->running_count];
        if (result->outcome != FO_OUTCOME_RETRY) {
            ledger->finished[ledger->finished_next] = *result;
            ledger->finished_next = (ledger->finished_next + 1) % MD_LEDGER_FINISHED_MAX;
        }
        return true;
    }
    return false;
}
