/** Frames on a stream, as QEMU's `-netdev stream` writes them: four bytes of length, big-endian, before each. */

/** A frame as it is sent. */
export function withLength(frame: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(frame.length);
  return Buffer.concat([length, frame]);
}

/** Takes the stream in whatever pieces it comes, and hands over whole frames. */
export function splitFrames(take: (frame: Buffer) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      take(rest.subarray(4, end));
      rest = rest.subarray(end);
    }
  };
}
