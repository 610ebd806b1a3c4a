/* SPDX-License-Identifier: Apache-2.0 */
/* Everything one picture of the screen is made of: the last status, how old it is, where the reader
 * is. Plain data; the watch loop fills it, panels and pages draw it. */
#ifndef MONITORD_CONSOLE_SCENE_H
#define MONITORD_CONSOLE_SCENE_H

#include "monitord/console/canvas.h"
#include "monitord/console/speech.h"

#define MD_SCREEN_WIDTH_MIN 60
#define MD_SCREEN_HEIGHT_MIN 16
#define MD_SCREEN_STALE_S 3.0 /* the daemon sends at least once a second */

enum md_page {
    MD_PAGE_MAIN,
    MD_PAGE_HISTORY,
    MD_PAGE_LINES,
    MD_PAGE_POWER,
    MD_PAGE_CONTACTS,
    MD_PAGE_RUNBOOK,
    MD_PAGE_TREE,
    MD_PAGE_HELP
};
struct md_scene {
    struct md_speech speech;
    const json_t *status;  /* NULL before the first */
    const json_t *history; /* incidents of the journal, newest first; NULL: not readable */
    const char *runbook;   /* page of the incident that keys act on; NULL: there is none */
    const json_t *trends;  /* as md_history_read gives them; NULL: not readable */
    const json_t *tree;    /* of the call tree: {"incident","script","chosen":N,"persons":[{"id",
                            * "person","title","outcome","answered":B,"number"}]}, the last three
                            * only when known; NULL: nothing to call about */
    const char *person;    /* who has unlocked this shared terminal; NULL nobody */
    enum md_page page;
    int scroll;           /* rows of a page that are above the window */
    const char *selected; /* id of the incident that keys act on; NULL: the first */
    bool connected;
    double age_s;       /* since the status came */
    const char *notice; /* answer to the last key, or a question; NULL none */
};

#endif
