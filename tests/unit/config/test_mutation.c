/* SPDX-License-Identifier: Apache-2.0 */
/* Spoiled files of every kind: whatever bytes come, the answer is a site or findings, never a
 * crash, a leak or a silent acceptance. The seed is fixed; each round names it on failure. */
#include "tests/unit/config/site_text.h"

#include <stdint.h>

#define ROUNDS 1500
#define TEXT_MAX 16384

struct mutant {
    char bytes[TEXT_MAX];
    size_t length;
};

static uint64_t number_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t place_next(uint64_t *state, size_t length)
{
    return length == 0 ? 0 : (size_t)(number_next(state) % length);
}

static void slice_remove(struct mutant *mutant, size_t at, size_t size)
{
    size = size > mutant->length - at ? mutant->length - at : size;
    memmove(mutant->bytes + at, mutant->bytes + at + size, mutant->length - at - size);
    mutant->length -= size;
}

static void slice_insert(struct mutant *mutant, size_t at, const char *bytes, size_t size)
{
    if (mutant->length + size >= TEXT_MAX) {
        return;
    }
    memmove(mutant->bytes + at + size, mutant->bytes + at, mutant->length - at);
    memcpy(mutant->bytes + at, bytes, size);
    mutant->length += size;
}

static void mutant_spoil(struct mutant *mutant, uint64_t *state)
{
    static const char *const pieces[] = {"\"",
                                         "{",
                                         "}",
                                         "(",
                                         ")",
                                         "[",
                                         "]",
                                         ";",
                                         "= 5;",
                                         "= ();",
                                         "-1",
                                         "\"0s\"",
                                         "99999999999",
                                         "\\",
                                         "\"\"",
                                         "true",
                                         "[\"\"]",
                                         "/*",
                                         "\xe3",
                                         "\n",
                                         "0x7fffffff",
                                         "1e9",
                                         "\"1000d\"",
                                         "@include \"x\"",
                                         "9223372036854775807L",
                                         "\"[::1]:1\"",
                                         "\\x00",
                                         "//",
                                         "=",
                                         "{};"};
    char slice[64];
    size_t at = place_next(state, mutant->length);
    size_t from = place_next(state, mutant->length);
    size_t size = 1 + place_next(state, sizeof slice - 1);
    const char *piece = pieces[place_next(state, sizeof pieces / sizeof pieces[0])];
    switch (number_next(state) % 5) {
        case 0:
            if (mutant->length > 0) {
                mutant->bytes[at] = (char)(number_next(state) & 0x7f);
            }
            break;
        case 1:
            slice_remove(mutant, at, size);
            break;
        case 2: /* copy a slice of the text elsewhere */
            size = size > mutant->length - from ? mutant->length - from : size;
            memcpy(slice, mutant->bytes + from, size);
            slice_insert(mutant, at, slice, size);
            break;
        case 3:
            slice_insert(mutant, at, piece, strlen(piece));
            break;
        default: { /* put a piece in the place of the next text in quotation marks */
            const char *quote = memchr(mutant->bytes + at, '"', mutant->length - at);
            const char *end =
                quote == NULL
                    ? NULL
                    : memchr(quote + 1, '"', mutant->length - (size_t)(quote + 1 - mutant->bytes));
            if (end != NULL) {
                slice_remove(mutant, (size_t)(quote - mutant->bytes), (size_t)(end + 1 - quote));
                slice_insert(mutant, (size_t)(quote - mutant->bytes), piece, strlen(piece));
            }
            break;
        }
    }
}

static void mutants_load(const char *good, bool agent, uint64_t seed)
{
    struct mutant *mutant = malloc(sizeof *mutant);
    struct cfg_findings *findings = malloc(sizeof *findings);
    char *path = text_write("", 0);
    unsigned accepted = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t state = seed + round * 0x9e3779b97f4a7c15ULL;
        mutant->length = strlen(good);
        memcpy(mutant->bytes, good, mutant->length);
        for (uint64_t spoils = 1 + number_next(&state) % 4; spoils > 0; spoils--) {
            mutant_spoil(mutant, &state);
        }
        FILE *stream = fopen(path, "w");
        cr_assert_eq(fwrite(mutant->bytes, 1, mutant->length, stream), mutant->length);
        fclose(stream);
        memset(findings, 0, sizeof *findings);
        struct site *site = agent ? NULL : cfg_site_load(path, findings);
        struct cfg_agent *loaded = agent ? cfg_agent_load(path, findings) : NULL;
        bool taken = site != NULL || loaded != NULL;
        cr_assert_eq(taken, findings->errors == 0, "seed %llx round %u", (unsigned long long)seed,
                     round);
        accepted += taken;
        cfg_site_free(site);
        cfg_agent_free(loaded);
    }
    cr_assert_gt(accepted, 0); /* some spoils only touch comments or words for people */
    cr_assert_lt(accepted, ROUNDS);
    unlink(path);
    free(path);
    free(findings);
    free(mutant);
}

Test(mutation, a_spoiled_site_is_a_site_or_findings)
{
    mutants_load(SITE_TEXT, false, 0x6e6f726f736869);
}

Test(mutation, a_spoiled_agents_file_is_an_agent_or_findings)
{
    mutants_load(AGENT_TEXT, true, 0x6167656e74);
}
