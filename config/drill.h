/* SPDX-License-Identifier: Apache-2.0 */
/* A site as it is drilled: the same file, read unchanged, with all that could reach out of the
 * drill replaced. It owns the list of what is replaced, and reads and opens nothing. The programs
 * call it behind `--drill DIRECTORY`, the simulator when it builds the room that stands for the
 * site. */
#ifndef CONFIG_DRILL_H
#define CONFIG_DRILL_H

#include "config/diagnostic.h"
#include "config/site.h"

#define CFG_DRILL_DIRECTORY_MAX 60     /* bytes: sockets lie below it */
#define CFG_DRILL_COMMUNITY "noroshi"  /* of the simulated SNMP cards */
#define CFG_DRILL_DEVICES "198.18.119" /* /24 of RFC 2544 for devices that have no IPv4 address */

/* Turns a loaded site into its drill. Replaced are: state, sockets and key (below `directory`, an
 * absolute path), every channel but the terminal (directory/message, a program that keeps what it
 * is given), every program of an act (directory/act-NAME), every device's driver and profile (what
 * monitorsim speaks, at the device's own address where it has one). Gone are: shadow mode, other
 * places, the control group, shared terminals, the recorder, the day of the next drill.
 * policy.drill is set, so that every message is marked and only the drill list is called. False
 * with an error in findings when the directory is unfit or memory is out; the site must then not be
 * used. Call it once. */
bool cfg_site_drill(struct site *site, const char *directory, struct cfg_findings *findings);
/* The same for an agent: state, socket, key and pid file below directory/NAME, no steps, no
 * position command, the alarm through directory/message. gate_by_agent: this kernel refuses the
 * gate. */
bool cfg_agent_drill(struct cfg_agent *agent, const char *directory, bool gate_by_agent,
                     struct cfg_findings *findings);

#endif
