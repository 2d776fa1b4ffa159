"""Frames for the benchmark of the decoders, and the time of native ones: bench_codecs.py encode|time FOLDER"""

import glob
import json
import os
import statistics
import struct
import sys
import time

import imagecodecs as ic
import numpy as np

step, folder = sys.argv[1:]
SHAPES = {"ct": (512, 512), "cr": (3000, 2500)}


def rle(pixels):
    """PS3.5 Annex G: a segment for the high bytes, one for the low ones."""
    planes = [(pixels >> 8).astype(np.uint8), pixels.astype(np.uint8)]
    segments = [b"".join(ic.packbits_encode(row.tobytes()) for row in plane) for plane in planes]
    segments = [segment + b"\x80" * (len(segment) % 2) for segment in segments]
    header = [len(segments), 64, 64 + len(segments[0])] + [0] * 13
    return struct.pack("<16I", *header) + b"".join(segments)


ENCODERS = {
    "j2k": lambda a: ic.jpeg2k_encode(a, reversible=True, resolutions=6, codecformat="j2k"),
    "htj2k": lambda a: ic.htj2k_encode(a, reversible=True, resolutions=5),
    "jls": ic.jpegls_encode,
    "ljpeg": lambda a: ic.ljpeg_encode(a, bitspersample=16),
    "jxl": lambda a: ic.jpegxl_encode(a, lossless=True, effort=3, usecontainer=False),
    "rle": rle,
}
DECODERS = {
    "j2k": lambda b: ic.jpeg2k_decode(b, numthreads=1),
    "htj2k": ic.htj2k_decode,
    "jls": ic.jpegls_decode,
    "ljpeg": ic.ljpeg_decode,
    "jxl": lambda b: ic.jpegxl_decode(b, numthreads=1),
    "rle": lambda b: ic.dicomrle_decode(b, "<u2"),
}


def encode():
    for path in sorted(glob.glob(os.path.join(folder, "*.raw"))):
        shape = SHAPES[os.path.basename(path)[:2]]
        pixels = np.fromfile(path, "<u2").reshape(shape)
        for ending, encoder in ENCODERS.items():
            with open(path[:-3] + ending, "wb") as file:
                file.write(encoder(pixels))


def measure():
    for ending, decoder in DECODERS.items():
        for image in SHAPES:
            paths = sorted(glob.glob(os.path.join(folder, f"{image}_*.{ending}")))
            frames = [open(path, "rb").read() for path in paths]
            millis = []
            for repeat in range(-1, 7):
                before = time.process_time()
                for frame in frames:
                    decoder(frame)
                if repeat >= 0:
                    millis.append((time.process_time() - before) * 1000 / len(frames))
            print(json.dumps({"ending": ending, "image": image, "native": statistics.median(millis)}), flush=True)


{"encode": encode, "time": measure}[step]()
