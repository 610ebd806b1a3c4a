/* SPDX-License-Identifier: Apache-2.0 */
/* What shadow mode swallows (see shadow.h). It answers for the world and never touches it: neither
 * the grants of the lease nor a message nor the executor. */
#include "monitord/shadow.h"

#include "monitord/log.h"

static void swallow_datagram(void *context, const struct fo_datagram *datagram)
{
    (void)context; /* silent on the wire: the servers stand as if there were no monitor yet */
    (void)datagram;
}

static void swallow_page(void *context, const struct fo_command *command)
{
    struct md_shadow *shadow = context;

    shadow->result(shadow->context, command->key, FO_OUTCOME_ACCEPTED, FO_REASON_SHADOWED, 0);
}

static void swallow_act(void *context, const struct fo_command *command)
{
    struct md_shadow *shadow = context;

    shadow->result(shadow->context, command->key, FO_OUTCOME_DONE, FO_REASON_SHADOWED, 0);
}

static void swallow_call(void *context)
{
    (void)context;
    md_log(MD_LOG_ERROR, "shadow: the engine is lost; nobody is called in shadow mode");
}

static void pass_poll(void *context, unsigned device)
{
    struct md_shadow *shadow = context;

    shadow->inner.poll(shadow->inner.context, device);
}

static void pass_changed(void *context)
{
    struct md_shadow *shadow = context;

    shadow->inner.changed(shadow->inner.context);
}

static void pass_synced(void *context)
{
    struct md_shadow *shadow = context;

    shadow->inner.synced(shadow->inner.context);
}

void md_shadow_take(struct md_shadow *shadow, struct md_acts *acts)
{
    shadow->inner = *acts;
    *acts = (struct md_acts){.send = swallow_datagram,
                             .poll = pass_poll,
                             .notify = swallow_page,
                             .execute = swallow_act,
                             .changed = pass_changed,
                             .synced = pass_synced,
                             .engine_lost = swallow_call,
                             .context = shadow};
}
