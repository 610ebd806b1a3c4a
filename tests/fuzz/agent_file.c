/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the configuration of dispatch-agent: any text is either refused with findings, or gives a
 * configuration that keeps the bounds the agent relies on. Run by tests/fuzz/run. */
#include "config/decode.h"
#include "config/source.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_health(const struct fo_health_policy *health)
{
    return health->window >= 1 && health->window <= 16 && health->bad_of >= 1 &&
           health->bad_of <= health->window && health->good_run >= 1 && health->hold_us >= 0;
}

static void agent_check(const struct cfg_agent *agent)
{
    if (agent->name == NULL || agent->self > FO_VOTER_S || agent->key_file == NULL ||
        agent->state_directory == NULL || agent->control_socket == NULL || agent->net_count < 1 ||
        agent->net_count > FO_NETS_MAX || !fo_lease_params_valid(&agent->lease) ||
        agent->service_prefix4 > 32 || agent->service_prefix6 > 128 ||
        agent->monitor_missed_us < FO_SECOND || agent->check_interval_us <= 0 ||
        agent->check_timeout_us <= 0 || agent->step_timeout_us <= 0 ||
        !is_health(&agent->check_health)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cfg_findings findings;
    static struct cfg_agent agent;
    struct cfg_source source;

    findings = (struct cfg_findings){0};
    agent = (struct cfg_agent){0};
    if (!cfg_source_read(&source, "fuzzed.conf", (const char *)data, size, sizeof agent,
                         &findings)) {
        if (findings.errors == 0) {
            abort(); /* refused without a word */
        }
        return 0;
    }
    cfg_decode_agent(&source, &agent);
    struct cfg_arena *arena = source.arena;
    cfg_source_close(&source);
    if (findings.errors == 0) {
        agent_check(&agent);
    }
    cfg_arena_free(arena);
    return 0;
}
