/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of which most are zero, made shorter. Pure; the recording's items use it. */
#ifndef MONITORD_RECORDING_PACK_H
#define MONITORD_RECORDING_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most this many bytes for `length` of them. */
#define MD_PACKED_MAX(length) (4 + (length) + (length) / 8 + 2)

/* Returns the length written. */
size_t md_pack(const uint8_t *bytes, size_t length, uint8_t *packed);
/* The whole of `packed` into bytes of at most `most`; returns the length, or SIZE_MAX when it is
 * damaged or longer. */
size_t md_unpack(const uint8_t *packed, size_t size, uint8_t *bytes, size_t most);

#endif
