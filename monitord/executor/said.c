/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses one line of what a program said and cleans it. It owns nothing that lasts. */
#include "monitord/executor/said.h"

#include <string.h>

struct piece {
    const char *bytes;
    size_t length;
};

static bool contains(struct piece piece, const char *word)
{
    return memmem(piece.bytes, piece.length, word, strlen(word)) != NULL;
}

static struct piece trimmed(struct piece piece)
{
    while (piece.length > 0 && (unsigned char)piece.bytes[0] <= ' ') {
        piece.bytes++;
        piece.length--;
    }
    while (piece.length > 0 && (unsigned char)piece.bytes[piece.length - 1] <= ' ') {
        piece.length--;
    }
    return piece;
}

/* The next line that is not empty; false at the end. */
static bool next_line(const char **at, struct piece *line)
{
    while (**at != '\0') {
        *line = (struct piece){*at, strcspn(*at, "\n")};
        *at += line->length + ((*at)[line->length] == '\n' ? 1 : 0);
        *line = trimmed(*line);
        if (line->length > 0) {
            return true;
        }
    }
    return false;
}

/* "2026-11-28 18:05:01,203 ERROR: Failed: …" and "ERROR:root:Failed: …" begin with the level. */
static struct piece without_level(struct piece line)
{
    static const char *const levels[] = {"ERROR:root:", "ERROR: ", "WARNING:root:", "WARNING: "};

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        const char *found = memmem(line.bytes, line.length, levels[i], strlen(levels[i]));

        if (found != NULL) {
            found += strlen(levels[i]);
            line.length -= (size_t)(found - line.bytes);
            line.bytes = found;
            return line;
        }
    }
    return line;
}

static bool is_secret(struct piece name)
{
    return contains(name, "passw") || contains(name, "community") || contains(name, "secret") ||
           contains(name, "key");
}

#define SECRETS_MAX 8 /* an agent has a password, one for privacy, a community */

/* Values that must not be told. */
static unsigned secrets_of(const struct cfg_act *act, struct piece secrets[SECRETS_MAX])
{
    const char *at = act->options != NULL ? act->options : "";
    struct piece line;
    unsigned count = 0;

    while (count < SECRETS_MAX && next_line(&at, &line)) {
        const char *equals = memchr(line.bytes, '=', line.length);
        size_t name = equals != NULL ? (size_t)(equals - line.bytes) : line.length;

        if (name + 1 < line.length && is_secret((struct piece){line.bytes, name})) {
            secrets[count++] = (struct piece){equals + 1, line.length - name - 1};
        }
    }
    return count;
}

/* The length of the longest secret that begins here; 0 none. */
static size_t secret_at(struct piece rest, const struct piece *secrets, unsigned count)
{
    size_t longest = 0;

    for (unsigned i = 0; i < count; i++) {
        if (secrets[i].length <= rest.length && secrets[i].length > longest &&
            memcmp(rest.bytes, secrets[i].bytes, secrets[i].length) == 0) {
            longest = secrets[i].length;
        }
    }
    return longest;
}

void md_act_said(const struct cfg_act *act, const char *output, char said[MD_SAID_SIZE])
{
    struct piece chosen = {"", 0}, secrets[SECRETS_MAX], line;
    unsigned count = secrets_of(act, secrets);
    size_t length = 0;

    while (next_line(&output, &line)) {
        bool is_warning = contains(line, "WARNING:");

        if (chosen.length == 0 || !is_warning) {
            chosen = without_level(line);
        }
        if (!is_warning) {
            break;
        }
    }
    while (chosen.length > 0 && length + 4 < MD_SAID_SIZE) { /* room for "***" */
        size_t hidden = secret_at(chosen, secrets, count);
        unsigned char byte = (unsigned char)chosen.bytes[0];

        if (hidden > 0) {
            memcpy(said + length, "***", 3);
            length += 3;
        } else {
            said[length++] = byte < ' ' || byte == 0x7f ? ' ' : (char)byte;
        }
        chosen.bytes += hidden > 0 ? hidden : 1;
        chosen.length -= hidden > 0 ? hidden : 1;
    }
    said[length] = '\0';
}
