import { TcpStreamMessageSplitter } from './message-splitter.ts'
import { readUint32At } from './wire-text.ts'
import { BmpStreamError, createMalformedStreamError } from './stream-error.ts'

/** Length in bytes of the common BMP header, which consists of version, length and type (RFC 7854 section 4.1). */
const HEADER_BYTES = 6
const VERSION = 3

/**
 * Maximum length of a BMP message in bytes. The longest supported message is a Peer Up, because it contains two OPENs,
 * and this limit allows up to 65,535 bytes for each of them.
 */
export const MAX_FRAME_BYTES = 262_144

/** A BMP message whose content is not decoded yet. */
export interface BmpFrame {
  type: number
  /** Bytes of the message after the common header. */
  body: Uint8Array
}

/** Splits a TCP stream into BMP messages without decoding them. */
export class FrameSplitter {
  private readonly messages: TcpStreamMessageSplitter

  constructor(maxFrameBytes = MAX_FRAME_BYTES) {
    this.messages = new TcpStreamMessageSplitter(HEADER_BYTES, (header) => lengthOf(header, maxFrameBytes))
  }

  get isInsideFrame(): boolean {
    return this.messages.isInsideMessage
  }

  /**
   * Adds a chunk of received bytes.
   * @yields the messages that are complete with this chunk
   * @throws BmpStreamError if the version of BMP is not 3, or if the length is too small or exceeds the maximum
   */
  *push(chunk: Uint8Array): Generator<BmpFrame> {
    for (const bytes of this.messages.push(chunk))
      yield { type: bytes[HEADER_BYTES - 1] ?? 0, body: bytes.subarray(HEADER_BYTES) }
  }
}

function lengthOf(header: Uint8Array, maxFrameBytes: number): number {
  const version = header[0]
  if (version === 4)
    throw createMalformedStreamError('BMP version 4, which is a draft: set version 3 (RFC 7854) on the router')
  if (version !== VERSION)
    throw createMalformedStreamError(`BMP version ${version} instead of ${VERSION}, or no BMP at all`)
  const length = readUint32At(header, 1)
  if (length < HEADER_BYTES) throw createMalformedStreamError(`a message of ${length} bytes, shorter than its header`)
  if (length > maxFrameBytes) {
    throw new BmpStreamError('limit', `a message of ${length} bytes; at most ${maxFrameBytes} are read`)
  }
  return length
}
