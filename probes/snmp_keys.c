/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps master keys by a keyed hash of the password. The hashing is net-snmp's; this room only
 * spares it. One thread, like everything of net-snmp. */
#include "probes/snmp_keys.h"

#include "config/secret_file.h"
#include "failover/assert.h"
#include "probes/snmp_library.h"

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/library/keytools.h>
#include <net-snmp/net-snmp-includes.h>
#include <sodium.h>
#include <string.h>

struct entry {
    bool used;
    uint8_t auth;
    uint8_t name[crypto_generichash_BYTES]; /* of the password, keyed: no use outside */
    struct pb_snmp_key key;
};
static struct entry entries[PB_SNMP_KEYS_MAX];
static unsigned next_entry;
static uint8_t name_key[crypto_generichash_KEYBYTES];
static bool name_key_made;

static void name_password(const char *password, uint8_t name[crypto_generichash_BYTES])
{
    if (!name_key_made) {
        randombytes_buf(name_key, sizeof name_key);
        name_key_made = true;
    }
    crypto_generichash(name, crypto_generichash_BYTES, (const unsigned char *)password,
                       strlen(password), name_key, sizeof name_key);
}

static bool make(uint8_t auth, const char *password, struct pb_snmp_key *key)
{
    size_t protocol_length, length = sizeof key->bytes;
    const oid *protocol = pb_snmp_library_auth(auth, &protocol_length);

    if (strlen(password) < USM_LENGTH_P_MIN ||
        generate_Ku(protocol, (u_int)protocol_length, (const u_char *)password, strlen(password),
                    key->bytes, &length) != SNMPERR_SUCCESS) {
        return false;
    }
    key->length = (uint8_t)length;
    return true;
}

static bool find_or_make(uint8_t auth, const char *password, struct pb_snmp_key *key)
{
    uint8_t name[crypto_generichash_BYTES];

    name_password(password, name);
    for (unsigned i = 0; i < PB_SNMP_KEYS_MAX; i++) {
        if (entries[i].used && entries[i].auth == auth &&
            memcmp(entries[i].name, name, sizeof name) == 0) {
            *key = entries[i].key;
            return true;
        }
    }
    if (!make(auth, password, key)) {
        return false;
    }
    struct entry *entry = &entries[next_entry++ % PB_SNMP_KEYS_MAX];
    entry->used = true;
    entry->auth = auth;
    memcpy(entry->name, name, sizeof name);
    entry->key = *key;
    return true;
}

bool pb_snmp_key_of_file(uint8_t auth, const char *password_file, struct pb_snmp_key *key)
{
    char password[CFG_SECRET_MAX], error[256];

    FO_ASSERT(auth != CFG_AUTH_NONE);
    memset(key, 0, sizeof *key);
    if (password_file == NULL || !cfg_secret_read(password_file, password, error, sizeof error)) {
        return false;
    }
    bool made = find_or_make(auth, password, key);
    sodium_memzero(password, sizeof password);
    return made;
}

bool pb_snmp_key_localise(uint8_t auth, const struct pb_snmp_key *key, const uint8_t *engine,
                          size_t engine_length, struct pb_snmp_key *local)
{
    size_t protocol_length, length = sizeof local->bytes;
    const oid *protocol = pb_snmp_library_auth(auth, &protocol_length);

    if (generate_kul(protocol, (u_int)protocol_length, engine, engine_length, key->bytes,
                     key->length, local->bytes, &length) != SNMPERR_SUCCESS) {
        return false;
    }
    local->length = (uint8_t)length;
    return true;
}
