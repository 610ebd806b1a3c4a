/* SPDX-License-Identifier: Apache-2.0 */
/* One outage of the room is one incident (see mains.h): all UPSes that can be read on battery, or
 * the transfer switch or the mains voltage says so and no UPS contradicts. A UPS fed by the
 * generator sees good input too: its word for the mains does not count then. */
#include "failover/mains.h"

#include "failover/assert.h"
#include "failover/condition.h"
#include "failover/incident.h"
#include "failover/record.h"

#define SETTLE_MAX_US (2 * FO_SECOND) /* longest wait for the word of the other UPSes */
#define MIXED_US (10 * FO_SECOND)     /* some see the mains again, others do not: believed then */

struct count {
    unsigned ups_absent, ups_present; /* UPSes that vote */
    unsigned absent, present;         /* transfer switches, mains voltages */
    bool carried;                     /* by a generator */
    bool unheard;                     /* a UPS was on battery when it fell silent */
    bool asked;                       /* a UPS has not had its say since the outage, or our start */
    fo_us newest_us;                  /* newest change to battery; FO_NEVER none */
};

static struct count count_votes(const struct fo_engine *engine)
{
    struct count count = {.newest_us = FO_NEVER};
    fo_us longest_us = 0;
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        const struct fo_device *device = &engine->devices[i];
        bool ups = engine->policy.devices[i].kind == FO_DEVICE_UPS;
        count.carried = count.carried || device->loaded;
        FO_ASSERT(!device->on_battery || device->outage_us != FO_NEVER);
        if (ups && device->on_battery &&
            (count.newest_us == FO_NEVER || device->outage_us > count.newest_us)) {
            count.newest_us = device->outage_us;
        }
        if (device->vote == FO_MAINS_ABSENT) {
            count.ups_absent += ups ? 1 : 0;
            count.absent += ups ? 0 : 1;
        } else if (device->vote == FO_MAINS_PRESENT) {
            count.ups_present += ups ? 1 : 0;
            count.present += ups ? 0 : 1;
        }
        count.unheard = count.unheard ||
                        (ups && device->on_battery && device->communication.state != FO_STATE_OK);
        longest_us = ups && engine->policy.devices[i].interval_us > longest_us
                         ? engine->policy.devices[i].interval_us
                         : longest_us;
    }
    for (unsigned i = 0; count.newest_us != FO_NEVER && i < engine->policy.device_count; i++) {
        const struct fo_device *device = &engine->devices[i];
        bool unread = device->communication.state == FO_STATE_UNKNOWN;
        bool older = device->vote == FO_MAINS_PRESENT && device->good_us < count.newest_us;
        count.asked =
            count.asked || (engine->policy.devices[i].kind == FO_DEVICE_UPS && (unread || older));
    }
    if (count.carried) {
        count.ups_present = 0;
    }
    return count;
}

static bool is_lost(const struct count *count)
{
    if (count->ups_absent > 0) {
        return count->ups_present == 0;
    }
    return count->ups_present == 0 && count->absent > 0 && count->present == 0;
}

/* All who speak see the mains, and none has fallen silent saying otherwise: silence ends no alarm.
 */
static bool is_present(const struct count *count)
{
    return count->ups_absent == 0 && count->absent == 0 && !count->unheard &&
           (count->ups_present > 0 || count->present > 0);
}

static void touch_generators(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        if (engine->policy.devices[i].kind == FO_DEVICE_GENERATOR) {
            fo_deadline_set(&engine->deadlines, FO_TIMER_DEVICE + i, engine->now_us);
            engine->poll |= (uint64_t)1 << i;
        }
    }
    fo_deadline_set(&engine->deadlines, FO_TIMER_OUTPUT, engine->now_us);
    for (unsigned i = 0; i < engine->policy.service_count; i++) {
        fo_deadline_set(&engine->deadlines, FO_TIMER_SERVICE + i, engine->now_us);
    }
}

static void set_lost(struct fo_engine *engine, bool lost, fo_us since_us)
{
    struct fo_mains *mains = &engine->mains;
    struct fo_subject site = fo_subject_of(FO_SUBJECT_SITE, 0);
    fo_us lasted_us = lost ? 0 : engine->now_us - mains->lost_us;
    mains->lost = lost;
    mains->lost_us = lost ? since_us : FO_NEVER;
    mains->mixed_us = FO_NEVER;
    if (!lost) {
        mains->back_us = engine->now_us;
        fo_note(engine, FO_REASON_MAINS_RETURNED, 0, site, lasted_us, 0);
    }
    fo_condition_set(engine, FO_REASON_MAINS_LOST, site, lost);
    if (!lost) {
        fo_incident_did(engine, FO_REASON_MAINS_LOST, site, FO_REASON_MAINS_RETURNED);
    }
    touch_generators(engine);
    fo_durable(engine);
}

/* What saw the mains while they were held to be lost was overruled: only its next word may end
 * that, not the old one that is left when another withdraws its own. */
static void forget_overruled(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        struct fo_device *device = &engine->devices[i];
        device->vote = device->vote == FO_MAINS_PRESENT ? FO_MAINS_NO_VOTE : device->vote;
    }
}

/* UPSes on battery are named once it is clear whether it is the room; false: the rest when there is
 * room for them. */
static bool name_batteries(struct fo_engine *engine)
{
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        if (!engine->devices[i].on_battery) {
            continue;
        }
        if (!fo_output_room(engine)) {
            return false;
        }
        fo_condition_set(engine, FO_REASON_UPS_ON_BATTERY, fo_subject_of(FO_SUBJECT_DEVICE, i),
                         true);
    }
    return true;
}

/* The oldest outage clock among the UPSes: when the mains were lost. */
static fo_us first_outage_us(const struct fo_engine *engine)
{
    fo_us first_us = engine->now_us;
    for (unsigned i = 0; i < engine->policy.device_count; i++) {
        fo_us outage_us = engine->devices[i].outage_us;
        bool recent =
            outage_us != FO_NEVER && engine->now_us - outage_us <= engine->policy.child_window_us;
        first_us = recent && outage_us < first_us ? outage_us : first_us;
    }
    return first_us;
}

fo_us fo_mains_run(struct fo_engine *engine)
{
    struct fo_mains *mains = &engine->mains;
    FO_ASSERT(mains->lost == (mains->lost_us != FO_NEVER));
    struct count count = count_votes(engine);
    fo_us newest_us = count.newest_us != FO_NEVER && count.newest_us > mains->asked_us
                          ? count.newest_us
                          : mains->asked_us;
    if (!mains->lost && count.asked && engine->now_us < newest_us + SETTLE_MAX_US) {
        return newest_us + SETTLE_MAX_US; /* not before the others have had their say */
    }
    if (!mains->lost && is_lost(&count)) {
        set_lost(engine, true, first_outage_us(engine));
        forget_overruled(engine);
    } else if (mains->lost && is_present(&count)) {
        set_lost(engine, false, 0);
    } else if (mains->lost && count.ups_present > 0) {
        mains->mixed_us = mains->mixed_us == FO_NEVER ? engine->now_us : mains->mixed_us;
        if (engine->now_us - mains->mixed_us >= MIXED_US) {
            set_lost(engine, false, 0);
        }
    } else {
        mains->mixed_us = FO_NEVER;
    }
    if (!name_batteries(engine)) {
        return engine->now_us;
    }
    return mains->mixed_us != FO_NEVER ? mains->mixed_us + MIXED_US : FO_NEVER;
}
