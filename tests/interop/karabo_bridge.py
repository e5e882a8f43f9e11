"""Both ends of the Karabo bridge 2.2, written from its description with pyzmq, msgpack and
numpy alone, so that our own encoder and decoder never test each other."""

import msgpack
import numpy as np
import zmq

PATIENCE_MS = 20_000

# What the reference serialiser writes for source SPB_EXP/DET/JF1:daqOutput, train 1234567890
# at 1700000000.25 s, four properties and data.adc = uint16 [[[0 1 2] [3 4 5]]].
GOLDEN = [bytes.fromhex(part) for part in (
    "83a6736f75726365b95350425f4558502f4445542f4a46313a6461714f7574707574a7636f6e74656e74a76d"
    "73677061636ba86d6574616461746185a6736f75726365b95350425f4558502f4445542f4a46313a6461714f"
    "7574707574a974696d657374616d70cb41d954fc40100000ad74696d657374616d702e736563aa3137303030"
    "3030303030ae74696d657374616d702e66726163b2323530303030303030303030303030303030ad74696d65"
    "7374616d702e746964ce499602d2",
    "84b0646174612e6672616d654e756d62657207a46e6f7465a26f6ba26f6bc3a16ec0",
    "85a6736f75726365b95350425f4558502f4445542f4a46313a6461714f7574707574a7636f6e74656e74a561"
    "72726179a470617468a8646174612e616463a56474797065a675696e743136a5736861706593010203",
    "000001000200030004000500")]


def metadata(source, train_id, seconds=1_700_000_000, attoseconds=250_000_000_000_000_000):
    return {"source": source, "timestamp": seconds + attoseconds * 1e-18,
            "timestamp.sec": str(seconds), "timestamp.frac": str(attoseconds).zfill(18),
            "timestamp.tid": train_id}


def block(source, meta, arrays, properties=None):
    """The parts of one source: arrays is {path: numpy array}."""
    parts = [msgpack.packb({"source": source, "content": "msgpack", "metadata": meta},
                           use_bin_type=True),
             msgpack.packb(properties or {}, use_bin_type=True)]
    for path, array in arrays.items():
        parts += [msgpack.packb({"source": source, "content": "array", "path": path,
                                 "dtype": str(array.dtype), "shape": list(array.shape)},
                                use_bin_type=True),
                  np.ascontiguousarray(array).tobytes()]
    return parts


def parse(parts):
    """{source: (metadata, {path: array})} of a message."""
    assert len(parts) % 2 == 0, len(parts)
    sources = {}
    for header, payload in zip(parts[::2], parts[1::2]):
        header = msgpack.unpackb(header, raw=False)
        if header["content"] == "msgpack":
            assert isinstance(msgpack.unpackb(payload, raw=False), dict)
            sources[header["source"]] = (header["metadata"], {})
        else:
            assert header["content"] in ("array", "ImageData"), header
            array = np.frombuffer(payload, dtype=header["dtype"]).reshape(header["shape"])
            sources[header["source"]][1][header["path"]] = array
    return sources


def open_socket(kind, bind=None, connect=None):
    """(socket, endpoint); kind is a zmq socket type."""
    socket = zmq.Context.instance().socket(kind)
    socket.setsockopt(zmq.LINGER, PATIENCE_MS)
    socket.setsockopt(zmq.SNDTIMEO, PATIENCE_MS)
    socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
    if kind == zmq.SUB:
        socket.setsockopt(zmq.SUBSCRIBE, b"")
    if bind:
        socket.bind(bind)
    else:
        socket.connect(connect)
    return socket, socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()


def serve(socket, messages):
    """Sends each message as the socket's type wants it."""
    if socket.type == zmq.XPUB:
        assert socket.recv() == b"\x01"
    for parts in messages:
        if socket.type == zmq.REP:
            assert socket.recv_multipart() == [b"next"]
        socket.send_multipart(parts)
