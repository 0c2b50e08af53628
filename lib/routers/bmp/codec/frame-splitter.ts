import { MessageSplitter } from './message-splitter.ts'
import { u32At } from './wire-text.ts'
import { BmpStreamError, malformedStream } from './stream-error.ts'

/** Length in bytes of the common BMP header, which consists of version, length and type (RFC 7854 section 4.1). */
const HEADER_BYTES = 6
const VERSION = 3

/**
 * Maximum length of a frame in bytes. A Peer Up has two OPENs, each of up to 65,535 bytes with extended messages
 * (RFC 8654).
 * No other supported message is longer.
 */
export const MAX_FRAME_BYTES = 262_144

/** One BMP message before its content is decoded. */
export interface Frame {
  type: number
  /** bytes after the common BMP header */
  body: Uint8Array
}

/** Splits a TCP stream into frames (undecoded BMP messages). */
export class FrameSplitter {
  private readonly messages: MessageSplitter

  constructor(maxFrameBytes = MAX_FRAME_BYTES) {
    this.messages = new MessageSplitter(HEADER_BYTES, (header) => lengthOf(header, maxFrameBytes))
  }

  get isInsideFrame(): boolean {
    return this.messages.isInsideMessage
  }

  /**
   * Splits a chunk of the stream.
   * @yields the frames that the chunk completes
   * @throws BmpStreamError if the BMP version is not 3, or the length is too small or above the limit
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
