/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the quorum lease in a heartbeat group, and the relations between them that the
 * reference page on the lease demands. Both kinds of file have the same group, and the two agents
 * and the monitor must say the same in it. decode_site.c and decode_agent.c call it. */
#include "config/decode.h"
#include "config/units.h"

#define BEATS_GOOD 11 /* below so many beats in a lease: false lapses under heavy loss */
#define BEATS_MIN 6
#define LEASE_CALM_US (250 * FO_MS) /* shorter ones want two networks */
#define LEASE_MAX_COMMON_US FO_SECOND
#define BEAT_SLOW_US (80 * FO_MS) /* only slower beats may need a longer LMAX */

/* words that both kinds of file know */
const char *const cfg_words_alone[] = {"resume", "stop", NULL};
const char *const cfg_words_language[] = {"ja", "en", NULL};

static void duration_print(fo_us us, char text[32])
{
    cfg_measure_print(CFG_MEASURE_DURATION, us, text, 32);
}

static void beats_check(struct cfg_source *source, config_setting_t *heartbeat,
                        const struct cfg_lease_text *text)
{
    char good[32], least[32];
    int64_t counted = text->lease - text->gate_margin;
    duration_print(BEATS_GOOD * text->interval + text->gate_margin, good);
    duration_print(BEATS_MIN * text->interval + text->gate_margin, least);
    if (counted < BEATS_MIN * text->interval) {
        cfg_error_at(source, heartbeat, "lease",
                     "is too short for its interval: with fewer than %d beats in it a few lost "
                     "packets shut the gate; at least %s, better %s",
                     BEATS_MIN, least, good);
    } else if (counted < BEATS_GOOD * text->interval) {
        cfg_warning_at(source, heartbeat, "lease",
                       "is short for its interval: fewer than %d beats fit into it, so heavy loss "
                       "can shut the gate for a moment; %s is calmer",
                       BEATS_GOOD, good);
    }
}

static void networks_check(struct cfg_source *source, config_setting_t *heartbeat,
                           const struct cfg_lease_text *text, unsigned networks)
{
    if (networks != 1) {
        return;
    }
    cfg_warning_at(source, heartbeat, "networks",
                   "there is only one; two networks of their own switches are recommended, one "
                   "fault then never hides a server");
    if (text->lease < LEASE_CALM_US) {
        cfg_warning_at(source, heartbeat, "lease",
                       "below 250ms on a single network lapses under bursts of loss; make it "
                       "longer or add a network");
    }
}

void cfg_lease_fill(struct cfg_source *source, config_setting_t *heartbeat,
                    const struct cfg_lease_text *text, unsigned networks, bool alone_resumes,
                    struct fo_lease_params *lease)
{
    int errors = source->findings->errors;
    beats_check(source, heartbeat, text);
    networks_check(source, heartbeat, text, networks);
    if (text->lease > text->lease_max) {
        cfg_error_at(source, heartbeat, "lease", "must not be longer than lease_max");
    }
    if (text->lease_max > LEASE_MAX_COMMON_US && text->interval <= BEAT_SLOW_US) {
        cfg_error_at(source, heartbeat, "lease_max",
                     "above 1s is only for intervals above 80ms; every start waits that long "
                     "before it votes");
    }
    struct fo_lease_params params = {.beat_us = text->interval,
                                     .lease_us = text->lease,
                                     .lease_max_us = text->lease_max,
                                     .margin_us = text->margin,
                                     .gate_us = text->gate_margin,
                                     .drift_ppm = (uint32_t)text->drift,
                                     .alone_resumes = alone_resumes};
    if (source->findings->errors == errors && !fo_lease_params_valid(&params)) {
        cfg_error_at(source, heartbeat, NULL, "these numbers do not make a valid lease together");
    }
    *lease = params;
}

void cfg_alone_note(struct cfg_source *source, config_setting_t *group, bool alone_resumes)
{
    if (group != NULL) {
        cfg_warning_at(source, group, "when_alone",
                       alone_resumes
                           ? "\"resume\": a server cut off from everybody serves on; should every "
                             "network between the two be cut while the other is elected, both "
                             "answer until one network is back"
                           : "\"stop\": a server cut off from everybody stops serving; when the "
                             "other server and the monitor are dead, nobody answers until a "
                             "person orders it");
    }
}
