/* SPDX-License-Identifier: Apache-2.0 */
/* The stable names of enumerations, subjects and keys in JSON, in the journal and on sockets. It
 * owns no word for people (those are in text*.c) and reads nothing but the site; status, journal
 * bodies and the control socket use it. */
#ifndef MONITORD_CODE_NAMES_H
#define MONITORD_CODE_NAMES_H

#include "config/site.h"
#include "failover/command.h"

#include <jansson.h>

#define MD_KEY_TEXT_SIZE 40

/* Each returns static storage and "unknown" for a number out of range. */
const char *md_state_name(unsigned state);       /* ok degraded down unknown */
const char *md_role_name(unsigned role);         /* active standby fenced unknown */
const char *md_mode_name(unsigned mode);         /* normal maintenance drill frozen */
const char *md_quality_name(unsigned quality);   /* good suspect stale absent */
const char *md_device_kind_name(unsigned kind);  /* ups generator transfer-switch */
const char *md_subject_kind_name(unsigned kind); /* site device server line service person … */
const char *md_channel_kind_name(unsigned kind); /* terminal smtp command sms … */
const char *md_message_name(unsigned message);   /* opened worsened reminder recovered */
const char *md_command_kind_name(unsigned kind); /* send choose fence route notify … */
const char *md_outcome_name(unsigned outcome);   /* done accepted retry failed unjournalled */
const char *md_order_name(unsigned order);       /* acknowledge own cannot resolve … */

/* Name of a subject in the site file ("dispatch-1"); a person's is the id; "" for one that the site
 * does not have. Lives as long as the site. */
const char *md_subject_name(const struct site *site, struct fo_subject subject);
/* {"kind":…,"name":…}; new reference, NULL when out of memory. */
json_t *md_subject_json(const struct site *site, struct fo_subject subject);
/* "boot-sequence" in hex without leading zeros; always fits MD_KEY_TEXT_SIZE. */
void md_key_text(struct fo_key key, char text[MD_KEY_TEXT_SIZE]);
/* The reverse; false (key untouched) unless the whole text is one. */
bool md_key_parse(const char *text, struct fo_key *key);

#endif
