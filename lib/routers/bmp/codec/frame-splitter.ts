import { MessageSplitter } from './message-splitter.ts'
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

/** Cuts a TCP stream into frames. */
export class FrameSplitter {
  private readonly messages: MessageSplitter

  constructor(maxFrameBytes = MAX_FRAME_BYTES) {
    this.messages = new MessageSplitter(HEADER_BYTES, (header) => lengthOf(header, maxFrameBytes))
  }

  get isInsideFrame(): boolean {
    return this.messages.isInsideMessage
  }

  /**
   * @yields the frames that the chunk completes
   * @throws BmpStreamError for another version, or a length that is too small or above the limit
   */
  *push(chunk: Uint8Array): Generator<Frame> {
    for (const bytes of this.messages.push(chunk))
      yield { type: bytes[HEADER_BYTES - 1] ?? 0, body: bytes.subarray(HEADER_BYTES) }
  }
}

function lengthOf(header: Uint8Array, maxFrameBytes: number): number {
  const version = header[0]
  if (version === 4) throw malformedStream('BMP version 4, which is a draft: set version 3 (RFC 7854) on the router')
  if (version !== VERSION) throw malformedStream(`BMP version ${version} instead of ${VERSION}, or no BMP at all`)
  const length = u32At(header, 1)
  if (length < HEADER_BYTES) throw malformedStream(`a message of ${length} bytes, shorter than its header`)
  if (length > maxFrameBytes) {
    throw new BmpStreamError('limit', `a message of ${length} bytes; at most ${maxFrameBytes} are read`)
  }
  return length
}
