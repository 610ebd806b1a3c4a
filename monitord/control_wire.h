/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket's language: one JSON object a line, both ways, over a unix stream socket whose
 * peer is known by its credentials. This room cuts a byte stream into lines and bounds them; it
 * knows no order. Orders and answers (every answer has "ok"; a refusal has "error", a code, and
 * "message"):
 *
 *   {"order":"status"}                       -> {"ok":true,"status":{…}} (monitord/status.h)
 *   {"order":"watch"}                        -> {"ok":true,"status":{…}} now, at every change, and
 * at least once a second until the peer closes
 *   {"order":"where"}  -> {"ok":true,"journal":PATH,"config":PATH,"history":PATH (history.h)}
 *   {"order":"acknowledge"|"own"|"cannot"|"resolve","incident":"INC-20261121-0003"}
 *                                            -> {"ok":true,"incident":…} or {"ok":false,…}
 *   {"order":"login","person":ID,"passphrase":S}
 *                                            -> {"ok":true,"session":TOKEN}: being checked
 *   {"order":"session","session":TOKEN}      -> {"ok":true,"state":"checking"|"open","person":ID,
 * "last_use":RFC3339|null,"idle_s":N} or "wrong-passphrase", "locked"
 *   {"order":"logout","session":TOKEN}       -> {"ok":true}
 *   {"order":"hold"} {"order":"release"}     -> {"ok":true}
 *   {"order":"switch","server":NAME}
 *                               -> {"ok":true,"approval":{"id","hash","text","left_s"}}
 *   {"order":"maintenance_begin","server":NAME or "target":NAME of a server, line, power device
 * or service (left out: the whole site),"for_s":N,"reason":S}
 *                                            -> the same: both wait for a second person, unless
 * "alone":true and a "reason" break the glass
 *   {"order":"approve","id":ID,"hash":H}
 *                                            -> {"ok":true,"order":…} done, or refused
 *   {"order":"withdraw","id":ID}             -> {"ok":true} by the person who asked
 *   {"order":"conclude","incident":ID,"cause":S,"prevention":S,"false_alarm":B,"due":"YYYY-MM-DD"}
 *     or with "deferral":S and "due" instead of the cause  -> {"ok":true} or "no-cause", "bad-due"
 *   {"order":"drill_note","what":"started"|"ended","result":{"id",…}}   -> {"ok":true}: journalled
 *   {"order":"maintenance_end","server":NAME or "target":NAME}            -> {"ok":true}
 *
 *   {"order":"handover"} {"order":"away"|"back","person":ID (left out: oneself)} -> {"ok":true}
 *   {"order":"raise","subject":NAME (left out: the site),"reason":S}             -> {"ok":true}
 *   {"order":"merge","incident":ID,"into":ID}                                    -> {"ok":true}
 *   {"order":"called","incident":ID,"person":ID,"outcome":"no-answer"|"reached"|"taken"|"cannot"}
 *   {"order":"outside","incident":ID,"contact":ID}                               -> {"ok":true}
 *   {"order":"contacts_test"} -> {"ok":true}: "channels" of the status say how each answered
 *   {"order":"numbers"}       -> {"ok":true,"numbers":{PERSON:NUMBER}}: to call by hand
 *   {"order":"stop_shutdown"} -> {"ok":true}: no stage of the shutdown plan begins or goes on
 *   {"order":"restore_loads","stage":NAME (left out: all)}           -> waits for a second person
 *   {"order":"contacts_drill","for_s":N} {"order":"adopt_ladder"}  -> wait for a second person
 *   {"order":"drill_switchover","server":NAME,"for_s":N,"reason":S}  -> the same, with its "plan":
 *     {"site","from","to","reason","for_s","services":[{"name","class","recovery_time_s"}],
 * "participants":[{"person","title"}]}; with "plan":true the plan alone, and nothing is asked for
 *   {"order":"drill_end","incident":ID}                                          -> {"ok":true}
 *
 * Viewing needs nothing but the right to connect. Acting needs a person: the peer's user must be
 * the `login` of exactly one person of the site, else the order is refused with "not-a-person"; or
 * the order carries the "session" of a person who gave his passphrase ("locked" when over). */
#ifndef MONITORD_CONTROL_WIRE_H
#define MONITORD_CONTROL_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#define MD_CONTROL_REQUEST_MAX 65536
#define MD_CONTROL_REPLY_MAX (16 * 1024 * 1024) /* a status of 4,096 devices */

/* Collects bytes and gives back whole lines. */
struct md_line_buffer {
    char *bytes; /* owned; NULL before the first byte */
    size_t length, capacity;
    size_t taken; /* bytes at the front that were handed out as the last line */
    size_t limit; /* a line longer than this is an error */
};
void md_lines_init(struct md_line_buffer *lines, size_t limit);
/* False: the line in progress passes the limit or memory is out; close the connection. */
bool md_lines_feed(struct md_line_buffer *lines, const char *bytes, size_t length);
/* The next whole line without its newline, NUL-terminated, valid until the next call of any
 * function on `lines`; NULL when there is none yet. */
char *md_lines_next(struct md_line_buffer *lines);
void md_lines_free(struct md_line_buffer *lines);

#endif
