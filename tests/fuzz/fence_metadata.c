/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reading of a fence agent's metadata: whatever an agent prints, it is taken whole or
 * refused with a reason, alike in one piece and byte by byte, and what is taken keeps its bounds.
 * Run by tests/fuzz/run. */
#include "monitord/executor/metadata.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct md_metadata *read_pieces(const uint8_t *data, size_t size, size_t piece,
                                       char error[MD_METADATA_ERROR_SIZE])
{
    struct md_metadata_reader *reader = md_metadata_begin();

    for (size_t at = 0; reader != NULL && at < size; at += piece) {
        size_t now = size - at < piece ? size - at : piece;

        if (!md_metadata_feed(reader, (const char *)data + at, now)) {
            break;
        }
    }
    return reader != NULL ? md_metadata_end(reader, error) : NULL;
}

static void check(const struct md_metadata *metadata)
{
    if (metadata->count > MD_METADATA_PARAMETERS_MAX) {
        abort();
    }
    for (unsigned i = 0; i < metadata->count; i++) {
        const struct md_metadata_parameter *parameter = &metadata->parameters[i];

        if (parameter->name[0] == '\0' ||
            memchr(parameter->name, '\0', sizeof(parameter->name)) == NULL ||
            parameter->choice_count > MD_METADATA_CHOICES_MAX ||
            md_metadata_find(metadata, parameter->name) == NULL) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char error[MD_METADATA_ERROR_SIZE], other_error[MD_METADATA_ERROR_SIZE];
    struct md_metadata *metadata = read_pieces(data, size, size > 0 ? size : 1, error);
    struct md_metadata *other = read_pieces(data, size, 1, other_error);

    if ((metadata == NULL) != (other == NULL) || (metadata == NULL) != (error[0] != '\0')) {
        abort();
    }
    if (metadata != NULL) {
        check(metadata);
        if (memcmp(metadata, other, sizeof(*metadata)) != 0) {
            abort();
        }
    }
    free(metadata);
    free(other);
    return 0;
}
