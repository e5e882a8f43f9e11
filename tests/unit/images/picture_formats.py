"""PNG and TIFF, byte by byte from their specifications."""
import struct
import zlib

import numpy as np


def png(pixels, bits=None, colour=0):
    """PNG 1.2 of a grey image (or other `colour` type), packed where `bits` < 8."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    bits = bits or 8 * pixels.itemsize
    rows, cols = pixels.shape[:2]
    if bits < 8:
        each = np.unpackbits(pixels[:, :, None], axis=2)[:, :, 8 - bits:]
        packed = np.packbits(each.reshape(rows, -1), axis=1)
    else:
        packed = pixels.astype(pixels.dtype.newbyteorder(">"))
    lines = b"".join(b"\0" + row.tobytes() for row in packed)
    header = struct.pack(">IIBBBBB", cols, rows, bits, colour, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


SAMPLE_FORMATS = {"u": 1, "i": 2, "f": 3, "c": 6}


def tiff(pages, order="<", deflate=False, strip=2, tile=None, samples=1):
    """TIFF 6.0 of several pages: strips of so many rows, or tiles of (rows, cols)."""
    out = bytearray(b"II*\0\0\0\0\0" if order == "<" else b"MM\0*\0\0\0\0")
    link = 4  # where the offset of the next directory goes
    for page in pages:
        page = page.astype(page.dtype.newbyteorder(order))
        rows, cols = page.shape[:2]
        if tile:
            blocks = []
            for top in range(0, rows, tile[0]):
                for left in range(0, cols, tile[1]):
                    block = np.full(tile, 77, page.dtype)
                    part = page[top:top + tile[0], left:left + tile[1]]
                    block[:part.shape[0], :part.shape[1]] = part
                    blocks.append(block.tobytes())
        else:
            blocks = [page[row:row + strip].tobytes() for row in range(0, rows, strip)]
        if deflate:
            blocks = [zlib.compress(block) for block in blocks]
        offsets = []
        for block in blocks:
            offsets.append(len(out))
            out += block + b"\0" * (len(block) % 2)

        def longs(values):
            if len(values) == 1:
                return values[0]
            where = len(out)
            out.extend(struct.pack(f"{order}{len(values)}I", *values))
            return where
        sizes = [len(block) for block in blocks]
        tags = [(256, 4, 1, cols), (257, 4, 1, rows), (258, 3, 1, 8 * page.itemsize),
                (259, 3, 1, 8 if deflate else 1), (262, 3, 1, 1), (277, 3, 1, samples),
                (339, 3, 1, SAMPLE_FORMATS[page.dtype.kind])]
        if tile:
            tags += [(322, 4, 1, tile[1]), (323, 4, 1, tile[0]),
                     (324, 4, len(offsets), longs(offsets)),
                     (325, 4, len(sizes), longs(sizes))]
        else:
            tags += [(273, 4, len(offsets), longs(offsets)), (278, 4, 1, strip),
                     (279, 4, len(sizes), longs(sizes))]
        struct.pack_into(order + "I", out, link, len(out))
        out += struct.pack(order + "H", len(tags))
        for tag, kind, count, value in sorted(tags):
            packed = struct.pack(order + ("H2x" if kind == 3 and count == 1 else "I"), value)
            out += struct.pack(order + "HHI", tag, kind, count) + packed
        link = len(out)
        out += b"\0\0\0\0"
    return bytes(out)
