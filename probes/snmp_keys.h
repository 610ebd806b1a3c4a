/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords of SNMPv3 users to master keys (RFC 3414 A.2): a million bytes are hashed for each, so
 * what has been made once is kept. snmp_usm.c asks it when a session is opened; it holds no
 * password and knows no device. */
#ifndef PROBES_SNMP_KEYS_H
#define PROBES_SNMP_KEYS_H

#include "config/site.h"

#include <stdint.h>

#define PB_SNMP_KEY_MAX 64   /* bytes of the longest hash (SHA-512) */
#define PB_SNMP_KEYS_MAX 128 /* kept; with more the oldest is made again when it is needed */

struct pb_snmp_key {
    uint8_t bytes[PB_SNMP_KEY_MAX];
    uint8_t length;
};

/* Reads the file and makes the key, about 12 ms for a password that is not known yet. False when
 * the file cannot be used or the password is shorter than 8 characters (RFC 3414, 11.2). auth is
 * enum cfg_snmp_auth and not CFG_AUTH_NONE. */
bool pb_snmp_key_of_file(uint8_t auth, const char *password_file, struct pb_snmp_key *key);
/* The key of one engine (RFC 3414 2.6). False when the library refuses. */
bool pb_snmp_key_localise(uint8_t auth, const struct pb_snmp_key *key, const uint8_t *engine,
                          size_t engine_length, struct pb_snmp_key *local);

#endif
