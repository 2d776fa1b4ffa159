# Pictures of an independent reader for the test of `render`: pydicom decodes, numpy follows the clauses of PS3.3 and PS3.4.
#
# Standard input: lines "frame<TAB>path".  Standard output, for each: one line "P5 columns rows", "P6 columns rows" or
# "none reason", and after the first two the bytes of the picture.  Overlays are not drawn.
import sys
import warnings

import numpy as np
from pydicom import Dataset, dcmread, uid
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_windowing, apply_voi, pixel_array

warnings.simplefilter("ignore")


def macro(ds, frame, name):
    """The item of a functional group (C.7.6.16): the frame's own, else the shared one; else the data set itself."""
    own = ds.get("PerFrameFunctionalGroupsSequence") or []
    shared = ds.get("SharedFunctionalGroupsSequence") or []
    for groups in [*own[frame - 1 : frame], *shared[:1]]:
        if groups.get(name):
            return groups[name][0]
    return ds


def window(values, item, is_picture):
    """0..1 of modality values: the first window (C.11.2.1.2), else the first VOI LUT (C.11.2.1.1), else all of the range."""
    one = Dataset()
    one.PhotometricInterpretation = "MONOCHROME2"
    one.BitsStored, one.PixelRepresentation = 8, 0
    if item.get("WindowCenter") is not None and item.get("WindowWidth") is not None:
        one.WindowCenter, one.WindowWidth = item.WindowCenter, item.WindowWidth
        one.VOILUTFunction = item.get("VOILUTFunction") or "LINEAR"
        return apply_windowing(values, one) / 255
    if item.get("VOILUTSequence"):
        one.VOILUTSequence = item.VOILUTSequence
        # C.11.2.1.1: an index beyond the ends is the end.
        first = item.VOILUTSequence[0].LUTDescriptor
        return apply_voi(values.astype(int), one) / (2.0 ** first[2] - 1)
    used = values[is_picture & np.isfinite(values)].astype(float)
    low, high = (used.min(), used.max()) if used.size else (0.0, 1.0)
    width = high - low or 1.0
    return np.clip((values - (low + high) / 2) / width + 0.5, 0, 1)


def padded(ds, stored):
    """Pixel padding (C.7.5.1.1.2): from the value to the limit, both included, in stored values."""
    value = ds.get("PixelPaddingValue")
    if value is None:
        return np.zeros(stored.shape, bool)
    limit = ds.get("PixelPaddingRangeLimit", value)
    return (stored >= min(value, limit)) & (stored <= max(value, limit))


def picture(path, frame):
    ds = dcmread(path, force=True)
    if "TransferSyntaxUID" not in ds.file_meta:
        implicit, little = ds.original_encoding
        ds.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian if implicit else (
            uid.ExplicitVRLittleEndian if little else uid.ExplicitVRBigEndian
        )
    pixels = pixel_array(ds, index=frame - 1)
    photometric = ds.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, ds)
        # C.7.6.3.1.5: entries of 16 bits are shown by their upper byte, unless only the lower one is used.
        return pixels >> 8 if pixels.itemsize > 1 and pixels.max() > 255 else pixels
    if pixels.ndim == 3:
        return pixels >> (8 * (pixels.itemsize - 1))
    is_picture = ~padded(ds, pixels)
    values = apply_modality_lut(pixels, macro(ds, frame, "PixelValueTransformationSequence"))
    shown = window(values, macro(ds, frame, "FrameVOILUTSequence"), is_picture)
    if photometric == "MONOCHROME1":
        shown = 1 - shown
    shown = np.where(is_picture, np.floor(np.nan_to_num(shown) * 255 + 0.5), 0)
    if ds.get("PixelPresentation") == "COLOR" and "RedPaletteColorLookupTableDescriptor" in ds:
        # C.8.16.2.1.1.1: grey below the first value mapped, the supplemental palette from it on.
        colors = apply_color_lut(pixels, ds)
        colors = colors >> 8 if colors.itemsize > 1 else colors
        first = ds.RedPaletteColorLookupTableDescriptor[1]
        return np.where((pixels >= first)[..., None], colors, shown[..., None])
    return shown


for line in sys.stdin:
    frame, path = line.rstrip("\n").split("\t")
    try:
        shown = picture(path, int(frame)).astype(np.uint8)
        rows, columns = shown.shape[:2]
        answer = f"P{shown.ndim + 3} {columns} {rows}\n".encode() + shown.tobytes()
    except Exception as error:
        answer = ("none " + " ".join(f"{type(error).__name__} {error}".split()) + "\n").encode("utf-8", "replace")
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
