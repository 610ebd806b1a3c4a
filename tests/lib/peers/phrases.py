# SPDX-License-Identifier: Apache-2.0
# Tones instead of recorded phrases, for tests and for trying the telephone before the recordings
# exist: `phrases.py FOLDER NAME…` writes FOLDER/NAME.wav, 8 kHz, mono, 16 bits, 100 ms each, every
# name with a pitch of its own.
import math
import struct
import sys
import wave

RATE, SECONDS = 8000, 0.1

for index, name in enumerate(sys.argv[2:]):
    pitch = 400 + 40 * index
    samples = (int(8000 * math.sin(2 * math.pi * pitch * at / RATE)) for at in range(int(RATE * SECONDS)))
    with wave.open(f"{sys.argv[1]}/{name}.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
