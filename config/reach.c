/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the contact network as a whole: when both lines are down, whom does the first rung still
 * reach, and who can answer. It never judges a single person's keys; decode_people.c has. Called by
 * crosscheck.c. */
#include "config/reach.h"

#include "config/schema.h"

/* It tells a machine, and whether a person looks is not known. */
static bool only_shows(const struct fo_channel_policy *channel)
{
    return channel->kind == FO_CHANNEL_TOWER || channel->kind == FO_CHANNEL_INFORM;
}

static bool person_free_of_lines(const struct fo_policy *policy, unsigned person)
{
    const struct fo_person_policy *ladder = &policy->persons[person];
    for (unsigned i = 0; i < FO_CHANNELS_MAX && ladder->channels[i] != FO_NONE; i++) {
        const struct fo_channel_policy *channel = &policy->channels[ladder->channels[i]];
        /* a signal tower is never the only annunciator: its maker excludes that use */
        if (channel->needs_lines == 0 && !only_shows(channel)) {
            return true;
        }
    }
    return false;
}

static bool person_is_only_shown(const struct fo_policy *policy, unsigned person)
{
    const struct fo_person_policy *ladder = &policy->persons[person];
    for (unsigned i = 0; i < FO_CHANNELS_MAX && ladder->channels[i] != FO_NONE; i++) {
        if (!only_shows(&policy->channels[ladder->channels[i]])) {
            return false;
        }
    }
    return ladder->channels[0] != FO_NONE;
}

static bool person_at_terminal(const struct fo_policy *policy, unsigned person)
{
    const struct fo_person_policy *ladder = &policy->persons[person];
    for (unsigned i = 0; i < FO_CHANNELS_MAX && ladder->channels[i] != FO_NONE; i++) {
        if (policy->channels[ladder->channels[i]].kind == FO_CHANNEL_TERMINAL) {
            return true;
        }
    }
    return false;
}

static bool has_class_2(const struct site *site)
{
    for (unsigned i = 0; i < site->service_count; i++) {
        if (site->policy.services[i].availability_class == 2) {
            return true;
        }
    }
    return false;
}

static void first_rung_check(struct cfg_source *source, config_setting_t *root,
                             const struct site *site)
{
    const struct fo_policy *policy = &site->policy;
    config_setting_t *rung = cfg_list_item(root, "ladder", 0);
    unsigned persons = 0, free = 0, terminal = 0;
    for (unsigned i = 0; i < site->person_count; i++) {
        if (policy->persons[i].roles & policy->rungs[0].roles) {
            persons++;
            free += person_free_of_lines(policy, i);
            terminal += person_at_terminal(policy, i);
        }
    }
    if (rung == NULL || persons == 0) {
        return; /* reported where the role or the rung stands */
    }
    if (free == 0 && has_class_2(site)) {
        cfg_error_at(source, rung, "roles",
                     "nobody on the first rung can be reached without a line; a class 2 service "
                     "needs at least one person there with a channel that needs no line (terminal, "
                     "SMS modem)");
    } else if (free == 0) {
        cfg_warning_at(source, rung, "roles",
                       "nobody on the first rung can be reached without a line");
    }
    if (terminal == 0) {
        cfg_warning_at(source, rung, "roles",
                       "nobody on the first rung has the terminal among the channels");
    }
}

void cfg_reach_check(struct cfg_source *source, const struct site *site)
{
    config_setting_t *root = config_root_setting(&source->config);
    unsigned logins = 0;
    first_rung_check(source, root, site);
    for (unsigned i = 0; i < site->person_count; i++) {
        logins += site->persons[i].login != NULL;
        if (person_is_only_shown(&site->policy, i)) {
            cfg_error_at(source, cfg_list_item(root, "persons", i), "channels",
                         "has nothing but a signal tower or an SNMP receiver, which show that "
                         "something is wrong but reach nobody by themselves: add the terminal, "
                         "SMS …");
        }
    }
    if (site->person_count > 0 && logins == 0) {
        cfg_warning_at(source, root, "persons",
                       "nobody has a login, so nobody can acknowledge at the terminal");
    } else if (logins == 1) {
        cfg_warning_at(source, root, "persons",
                       "only one person has a login; an ordered switchover needs two");
    }
}
