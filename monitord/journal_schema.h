/* SPDX-License-Identifier: Apache-2.0 */
/* The journal on disk: SQLite, WAL, synchronous=FULL. One append-only table with a hash chain, one
 * row with the engine's newest snapshot. The daemon's writer thread writes it (journal.h),
 * everything else opens it read-only (journal_read.h).
 *
 *   meta(key TEXT PRIMARY KEY, value TEXT)            schema = "1", site
 *   entry(seq INTEGER PRIMARY KEY,                    from 1, without gaps
 *         boot INTEGER, at_us INTEGER, wall_ms INTEGER,
 *         kind TEXT,                                  start stop record command result order alarm
 *         body TEXT,                                  compact JSON with sorted keys
 *         hash BLOB)                                  32 bytes
 *   snapshot(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER, boot INTEGER, at_us INTEGER,
 *            wall_ms INTEGER, host_boot TEXT, bytes BLOB)
 *
 * hash(n) = BLAKE2b-256(hash(n-1) || "seq|boot|at_us|wall_ms|kind|body"), decimal numbers, hash(0)
 * = 32 zero bytes (crypto_generichash). Bodies: record
 * {"reason":220,"name":"incident_opened","why":"mains_lost","subject":{"kind","name"},
 *            "incident":"INC-…","number":3,"key":"boot-seq","person":ID,"epoch":1,"a":0,"b":0}
 *   command {"key":"boot-seq","kind":"notify","server","line","reason":NAME,"incident","number",
 *            "person":ID,"channel":NAME,"message":"opened","attempt":1,"resend":false,
 *            "drill":false,"shadow":true}    (shadow: decided in shadow mode, never done)
 *   result  {"key","outcome":"done|accepted|retry|failed|unjournalled","reason":NAME,"detail":0}
 *   order   {"order":"acknowledge","person":ID,"uid":0,"incident":ID,"refused":null|CODE};
 *           "conclude", "drill_started" and "drill_ended" have "text":JSON (orders_notes.c);
 *           an answer away from the terminal has "channel":NAME instead of "uid"
 * Keys that mean nothing for a row are left out. */
#ifndef MONITORD_JOURNAL_SCHEMA_H
#define MONITORD_JOURNAL_SCHEMA_H

#define MD_JOURNAL_SCHEMA_VERSION 1
#define MD_JOURNAL_HASH_SIZE 32
#define MD_JOURNAL_FILE "journal.sqlite" /* in the site's state_directory */

#endif
