/* SPDX-License-Identifier: Apache-2.0 */
/* Words for what a device itself reports: alarms of UPSes and generators, contacts of the room. */
#ifndef MONITORD_TEXT_ALARM_H
#define MONITORD_TEXT_ALARM_H

#include "config/site.h"

/* The words for an alarm's stable name (failover/variable.h: "fail_to_start"); the name itself where
 * there are none, so that nothing a device says is lost. Never NULL; static storage, or name. */
const char *md_text_alarm(enum cfg_language language, const char *name);

#endif
