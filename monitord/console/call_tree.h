/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to call by hand, in which order, about what, with which words: the tree of calls as data,
 * out of the status and the site. It knows no number and owns no tick. Pure but for the mask's
 * question who is reading; contacts_hand.c prints it, tree_desk.c and watch_plain.c show it. */
#ifndef MONITORD_CONSOLE_CALL_TREE_H
#define MONITORD_CONSOLE_CALL_TREE_H

#include "config/site.h"
#include "monitord/console/speech.h"

#include <stdio.h>

/* Whether nobody outside can be reached has just begun. Says yes once an onset, also when it holds
 * at the first look; a status that does not say it (NULL: none yet) changes nothing. */
struct md_tree_onset {
    bool holds;
};
bool md_tree_begins(struct md_tree_onset *onset, const json_t *status);
/* The incident people are called about: open; real before a drill, of a class-2 service before
 * others, then the most severe, then that which md_rank_incidents puts first. NULL: none is open.
 * Borrowed from status. */
const json_t *md_tree_incident(const json_t *status);
/* Who is called for a role now, as the daemon says, in the order of the ladder; each once; in a
 * drill only those on its list: [{"id","person","title"}], "id" for orders, the others for reading.
 * site NULL (this user may not read it): in the order of "duty", by titles of roles, and nobody in
 * a drill. New reference. */
json_t *md_tree_persons(const struct site *site, const json_t *status, bool drill);
/* The same with "person" and "title" as this process's user may read them (mask.h). */
json_t *md_tree_persons_masked(const struct site *site, const json_t *status, bool drill);
/* What to say on the telephone; a drill says so first and last. */
void md_tree_script(const struct md_speech *speech, const json_t *status, const json_t *incident,
                    char *text, size_t size);
/* The tree as lines without numbers: why, about what, the script, the persons, how to record. */
void md_tree_print(FILE *out, const struct md_speech *speech, const struct site *site,
                   const json_t *status);

#endif
