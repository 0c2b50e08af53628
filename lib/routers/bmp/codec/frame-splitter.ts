import { u32At } from './wire-text.ts'
import { BmpStreamError, malformedStream } from './stream-error.ts'

/** Version, length and type (RFC 7854 section 4.1). */
const HEADER_BYTES = 6
const VERSION = 3

/**
 * The longest frame that is read. A Peer Up holds two OPENs, each of up to 65,535 bytes where extended messages are used (RFC 8654);
 * nothing else that is read here is longer.
 */
export const MAX_FRAME_BYTES = 262_144

/** One BMP message, still in bytes. */
export interface Frame {
  type: number
  /** what follows the common header */
  body: Uint8Array
}

/** Cuts a TCP stream into frames, however the stream was cut into chunks. It holds at most one unfinished frame. */
export class FrameSplitter {
  private pending: Uint8Array[] = []
  private size = 0
  /** length of the frame that `pending` begins with; 0 = its header is not complete */
  private wanted = 0
  private readonly maxFrameBytes: number

  constructor(maxFrameBytes = MAX_FRAME_BYTES) {
    this.maxFrameBytes = maxFrameBytes
  }

  /** Whether a frame has begun and is not complete. */
  get isInsideFrame(): boolean {
    return this.size > 0
  }

  /**
   * @yields the frames that the chunk completes
   * @throws BmpStreamError for another version, or a length that is too small or above the limit
   */
  *push(chunk: Uint8Array): Generator<Frame> {
    if (chunk.length === 0) return
    this.pending.push(chunk)
    this.size += chunk.length
    // chunks are joined once a frame is complete, so that a frame in many small chunks costs no more than its length
    if (this.size < (this.wanted || HEADER_BYTES)) return
    let bytes = this.pending.length === 1 ? chunk : joined(this.pending, this.size)
    for (;;) {
      this.wanted = bytes.length < HEADER_BYTES ? 0 : this.lengthOf(bytes)
      if (this.wanted === 0 || bytes.length < this.wanted) break
      const frame = { type: bytes[HEADER_BYTES - 1] ?? 0, body: bytes.subarray(HEADER_BYTES, this.wanted) }
      bytes = bytes.subarray(this.wanted)
      this.wanted = 0
      this.hold(bytes)
      yield frame
    }
    this.hold(bytes)
  }

  private hold(bytes: Uint8Array): void {
    this.pending = bytes.length > 0 ? [bytes] : []
    this.size = bytes.length
  }

  private lengthOf(bytes: Uint8Array): number {
    const version = bytes[0]
    if (version !== VERSION) throw malformedStream(`BMP version ${version} instead of ${VERSION}, or no BMP at all`)
    const length = u32At(bytes, 1)
    if (length < HEADER_BYTES) throw malformedStream(`a message of ${length} bytes, shorter than its header`)
    if (length > this.maxFrameBytes) {
      throw new BmpStreamError('limit', `a message of ${length} bytes; at most ${this.maxFrameBytes} are read`)
    }
    return length
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
