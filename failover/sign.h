/* SPDX-License-Identifier: Apache-2.0 */
/* Signs of a device: a bit that flashes for one reading is not believed (two equal readings in a
 * row change it). Inline helpers over struct fo_device for the machines of UPS and generator. */
#ifndef FAILOVER_SIGN_H
#define FAILOVER_SIGN_H

#include "failover/assert.h"
#include "failover/engine_state.h"

#define FO_SIGN_READINGS 2

static inline bool fo_sign_is(const struct fo_device *device, enum fo_sign sign)
{
    return (device->signs >> sign & 1) != 0;
}
/* One reading of the sign; whether it is believed now. */
static inline bool fo_sign_read(struct fo_device *device, enum fo_sign sign, bool said)
{
    FO_ASSERT(sign < FO_SIGNS);
    if (said == fo_sign_is(device, sign)) {
        device->against[sign] = 0;
        return said;
    }
    device->against[sign]++;
    if (device->against[sign] >= FO_SIGN_READINGS) {
        device->against[sign] = 0;
        device->signs ^= (uint16_t)(1U << sign);
    }
    return fo_sign_is(device, sign);
}

#endif
