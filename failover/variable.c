/* SPDX-License-Identifier: Apache-2.0 */
/* Names, units and plausible ranges of everything a power device can say: static tables made from
 * the lists in variable.h. It never holds a value. Probes, the engine, status and the site file's
 * device profiles call it. */
#include "failover/variable.h"

#include "failover/assert.h"

struct variable {
    const char *name, *unit;
    int64_t lowest, highest; /* both 0: states and flags, everything is plausible */
};
static const struct variable variables[FO_VARIABLE_COUNT] = {
#define X(id, name_text, unit_text, low, high) \
    [FO_VAR_##id] = {.name = name_text, .unit = unit_text, .lowest = low, .highest = high},
    FO_VARIABLES(X)
#undef X
};

static const char *const ups_tokens[FO_UPS_TOKEN_COUNT] = {
#define X(token) [FO_UPS_BIT_##token] = #token,
    FO_UPS_TOKENS(X)
#undef X
};

static const char *const generator_statuses[FO_GEN_STATUSES] = {
    [FO_GEN_STOPPED] = "stopped", [FO_GEN_CRANKING] = "cranking", [FO_GEN_WARMING] = "warming",
    [FO_GEN_RUNNING] = "running", [FO_GEN_LOADED] = "loaded",     [FO_GEN_COOLING] = "cooling",
    [FO_GEN_FAULT] = "fault",
};
static const char *const generator_modes[FO_GEN_MODES] = {
    [FO_GEN_MODE_OFF] = "off",
    [FO_GEN_MODE_MANUAL] = "manual",
    [FO_GEN_MODE_AUTO] = "auto",
    [FO_GEN_MODE_TEST] = "test",
};
static const char *const transfer_sources[FO_SOURCES] = {
    [FO_SOURCE_NONE] = "none",
    [FO_SOURCE_MAINS] = "mains",
    [FO_SOURCE_GENERATOR] = "generator",
};

const char *fo_variable_name(enum fo_variable variable)
{
    FO_ASSERT((unsigned)variable < FO_VARIABLE_COUNT);
    return variables[variable].name;
}

const char *fo_variable_unit(enum fo_variable variable)
{
    FO_ASSERT((unsigned)variable < FO_VARIABLE_COUNT);
    return variables[variable].unit;
}

/* failover/ may call four functions of the C library only, and strcmp is not one of them. */
static bool text_equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

enum fo_variable fo_variable_find(const char *name)
{
    FO_ASSERT(name != NULL);
    for (unsigned i = 0; i < FO_VARIABLE_COUNT; i++) {
        if (text_equal(variables[i].name, name)) {
            return (enum fo_variable)i;
        }
    }
    return FO_VARIABLE_COUNT;
}

bool fo_variable_plausible(enum fo_variable variable, int64_t milli)
{
    FO_ASSERT((unsigned)variable < FO_VARIABLE_COUNT);
    const struct variable *entry = &variables[variable];
    if (entry->lowest == 0 && entry->highest == 0) {
        return true;
    }
    return milli >= entry->lowest && milli <= entry->highest;
}

const char *fo_ups_token_name(enum fo_ups_token bit)
{
    FO_ASSERT((unsigned)bit < FO_UPS_TOKEN_COUNT);
    return ups_tokens[bit];
}

const char *fo_generator_status_name(enum fo_generator_status status)
{
    FO_ASSERT((unsigned)status < FO_GEN_STATUSES);
    return generator_statuses[status];
}

const char *fo_generator_mode_name(enum fo_generator_mode mode)
{
    FO_ASSERT((unsigned)mode < FO_GEN_MODES);
    return generator_modes[mode];
}

const char *fo_transfer_source_name(enum fo_transfer_source source)
{
    FO_ASSERT((unsigned)source < FO_SOURCES);
    return transfer_sources[source];
}
