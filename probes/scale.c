/* SPDX-License-Identifier: Apache-2.0 */
/* Scaling of one raw number at a time, without state and without floating point. It never guesses
 * a unit; the profiles in the maps say what a register holds. */
#include "probes/scale.h"

#include "failover/assert.h"

static bool is_gencomm(int64_t raw, int64_t top)
{
    return raw >= top - 7 && raw <= top;
}

bool pb_scale_is_sentinel(enum cfg_missing missing, int64_t raw)
{
    switch (missing) {
        case CFG_MISSING_NONE:
            return false;
        case CFG_MISSING_COUNT:
            return raw < 0 || raw == 65534 || raw == 65535 || raw == 655350 || raw == INT32_MAX ||
                   raw == UINT32_MAX;
        case CFG_MISSING_TEMPERATURE:
            if (raw <= -273) {
                return true;
            }
            return pb_scale_is_sentinel(CFG_MISSING_SIGNED, raw);
        case CFG_MISSING_SIGNED:
            return raw == INT16_MIN || raw == INT16_MAX || raw == 65535 || raw == 655350 ||
                   raw == INT32_MAX || raw == INT32_MIN || raw == UINT32_MAX;
        case CFG_MISSING_GENCOMM_U16:
            return is_gencomm(raw, UINT16_MAX);
        case CFG_MISSING_GENCOMM_S16:
            return is_gencomm(raw, INT16_MAX);
        case CFG_MISSING_GENCOMM_U32:
            return is_gencomm(raw, UINT32_MAX);
        case CFG_MISSING_GENCOMM_S32:
            return is_gencomm(raw, INT32_MAX);
        case CFG_MISSING_TOP:
            return raw == UINT16_MAX || raw == UINT32_MAX;
        case CFG_MISSING_KINDS:
            break;
    }
    FO_ASSERT(false);
    return false;
}

struct fo_value pb_value_absent(enum fo_variable variable, enum fo_reason reason)
{
    FO_ASSERT(variable < FO_VARIABLE_COUNT);
    FO_ASSERT(reason != FO_REASON_NONE);
    return (struct fo_value){
        .variable = (uint8_t)variable, .quality = FO_ABSENT, .reason = (uint16_t)reason};
}

struct fo_value pb_value_milli(enum fo_variable variable, int64_t milli)
{
    bool plausible = fo_variable_plausible(variable, milli);
    return (struct fo_value){.milli = milli,
                             .variable = (uint8_t)variable,
                             .quality = plausible ? FO_GOOD : FO_SUSPECT,
                             .reason = plausible ? FO_REASON_NONE : FO_REASON_IMPLAUSIBLE};
}

struct fo_value pb_value_raw(enum fo_variable variable, int64_t raw, struct cfg_scale scale,
                             enum cfg_missing missing)
{
    int64_t product;

    FO_ASSERT(scale.multiply > 0 && scale.divide > 0);
    if (pb_scale_is_sentinel(missing, raw)) {
        return pb_value_absent(variable, FO_REASON_SENTINEL);
    }
    if (__builtin_mul_overflow(raw, (int64_t)scale.multiply, &product)) {
        return pb_value_absent(variable, FO_REASON_IMPLAUSIBLE);
    }
    return pb_value_milli(variable, product / scale.divide);
}
