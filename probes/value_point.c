/* SPDX-License-Identifier: Apache-2.0 */
/* The believed range of a point and the agents that miss it by a power of ten. It never replaces an
 * implausible value by a better one unless the profile allows it. */
#include "probes/value_point.h"

#include "failover/assert.h"

static const struct cfg_own_scale *own_scale(const struct pb_material *material,
                                             const struct cfg_point *point)
{
    for (unsigned i = 0; i < material->scale_count; i++) {
        uint8_t variable = material->scales[i].variable;
        if (variable == point->variable || variable == point->joined) {
            return &material->scales[i];
        }
    }
    return NULL;
}

static bool is_missing(const struct cfg_point *point, int64_t raw)
{
    for (unsigned i = 0; i < point->also_count; i++) {
        if (point->also[i] == raw) {
            return true;
        }
    }
    return pb_scale_is_sentinel((enum cfg_missing)point->missing, raw);
}

/* milli * 10^shift; false when it does not fit. */
static bool shifted(int64_t milli, int shift, int64_t *out)
{
    for (; shift < 0; shift++) {
        milli /= 10;
    }
    for (; shift > 0; shift--) {
        if (__builtin_mul_overflow(milli, (int64_t)10, &milli)) {
            return false;
        }
    }
    *out = milli;
    return true;
}

static bool is_inside(const struct cfg_point *point, int64_t milli)
{
    return milli >= point->least && milli <= point->most;
}

/* The value inside its range by the smallest change of the power of ten that its profile allows.
 * Only "down" is kept for later polls: a voltage that sinks would otherwise look right again. */
static int64_t fitted(const struct cfg_point *point, int64_t milli, int8_t *shift)
{
    static const int8_t down[] = {-1, -2}, both[] = {-1, 1, -2, 2};
    int64_t better;
    if (*shift != 0 && shifted(milli, *shift, &better)) {
        milli = better;
    }
    if (milli == 0 || is_inside(point, milli)) {
        return milli;
    }
    bool any = point->fit == CFG_FIT_BOTH;
    for (unsigned i = 0; i < (any ? sizeof both : sizeof down); i++) {
        int8_t try = any ? both[i] : down[i];
        if (shifted(milli, try, &better) && is_inside(point, better)) {
            if (!any) {
                *shift = (int8_t)(*shift + try);
            }
            return better;
        }
    }
    return milli;
}

struct fo_value pb_point_value(const struct pb_material *material, unsigned index,
                               enum fo_variable variable)
{
    FO_ASSERT(index < material->profile->count);
    const struct cfg_point *point = &material->profile->points[index];
    const struct pb_cell *cell = &material->cells[index];
    const struct cfg_own_scale *own = own_scale(material, point);
    struct cfg_scale scale = own != NULL ? own->scale : point->scale;
    if (!cell->known) {
        return pb_value_absent(variable, (enum fo_reason)cell->reason);
    }
    if (!cell->fraction && is_missing(point, cell->raw)) {
        return pb_value_absent(variable, FO_REASON_SENTINEL);
    }
    if (cell->fraction && is_missing(point, cell->raw / 1000) && cell->raw % 1000 == 0) {
        return pb_value_absent(variable, FO_REASON_SENTINEL);
    }
    struct fo_value value = pb_value_raw(variable, cell->raw, scale, CFG_MISSING_NONE);
    if (value.quality == FO_ABSENT) {
        return value;
    }
    int64_t milli = cell->fraction ? value.milli / 1000 : value.milli;
    if (point->fit != CFG_FIT_NONE && own == NULL) {
        milli = fitted(point, milli, &material->memory->shift[index]);
    }
    value = pb_value_milli(variable, milli);
    bool ranged = point->least != 0 || point->most != 0;
    if (ranged && value.quality == FO_GOOD && milli != 0 && !is_inside(point, milli)) {
        value.quality = FO_SUSPECT;
        value.reason = FO_REASON_IMPLAUSIBLE;
    }
    return value;
}
