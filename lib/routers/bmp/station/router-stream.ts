import type { EpochMs, RouterReportingProtocol } from '#lib/contract/index.ts'
import { BmpDecoder } from '../codec/decoder.ts'
import type { BmpMessage } from '../codec/message.ts'
import { BmpStreamError, createMalformedStreamError } from '../codec/stream-error.ts'
import { RECEIVED_CHUNK_OVERHEAD_BYTES } from './thread-messages.ts'

/**
 * A decoded message of a router. `at` is the time at which its last bytes were read from the socket, by the database's
 * clock.
 */
export interface ArrivedMessage {
  at: EpochMs
  /**
   * Earliest time at which the event of the message may have happened; null or absent = unknown here, but the message
   * itself may contain a time.
   */
  notBefore?: EpochMs | null
  message: BmpMessage
}

interface Chunk {
  at: EpochMs
  notBefore: EpochMs | null
  bytes: Uint8Array
}

/**
 * Maximum number of bytes that are decoded without a pause, which takes about 10 ms. The last chunk is decoded as a
 * whole, even if it exceeds this number.
 */
const BATCH_BYTES = 65_536

/** Received data of one connection that waits to be decoded. */
export class UndecodedRouterDataQueue {
  private readonly decoder = new BmpDecoder()
  private readonly chunks: Chunk[] = []
  private isIntroduced = false
  private readonly protocol: RouterReportingProtocol

  constructor(protocol: RouterReportingProtocol) {
    this.protocol = protocol
  }

  push(chunk: Chunk): void {
    this.chunks.push(chunk)
  }

  get isEmpty(): boolean {
    return this.chunks.length === 0
  }

  get isInsideMessage(): boolean {
    return this.decoder.isInsideMessage
  }

  /**
   * Decodes the next part of the waiting data.
   * @returns `messages` before the first error; `bytes` = memory of the decoded data, including {@link RECEIVED_CHUNK_OVERHEAD_BYTES} for
   *   each chunk; `error` = reason for ending the connection, or null
   */
  next(): { messages: ArrivedMessage[]; bytes: number; error: BmpStreamError | null } {
    const messages: ArrivedMessage[] = []
    let bytes = 0
    try {
      while (bytes < BATCH_BYTES) {
        const chunk = this.chunks.shift()
        if (!chunk) break
        bytes += chunk.bytes.length + RECEIVED_CHUNK_OVERHEAD_BYTES
        const { at, notBefore } = chunk
        for (const message of this.decoder.push(chunk.bytes)) {
          this.introduce(message)
          const isOver = this.protocol === 'bgp' && message.type === 'unreadable'
          messages.push({ at, notBefore, message: isOver ? endedBy(message) : message })
          if (isOver) throw createMalformedStreamError(message.detail)
        }
      }
      return { messages, bytes, error: null }
    } catch (error) {
      if (!(error instanceof BmpStreamError)) throw error
      return { messages, bytes, error }
    }
  }

  /**
   * Checks that the first message of the connection is an Initiation (RFC 7854 section 4.3).
   * @throws BmpStreamError if it is not
   */
  private introduce({ type }: BmpMessage): void {
    if (!this.isIntroduced && type !== 'initiation')
      throw createMalformedStreamError(`the first message is a ${type} and no Initiation`)
    this.isIntroduced = true
  }
}

/**
 * Converts an unreadable UPDATE of a BGP session to the end of this session (Peer Down), because an unreadable UPDATE
 * makes the collector end the session (RFC 4271 section 6.3).
 */
const endedBy = ({ peer }: Extract<BmpMessage, { type: 'unreadable' }>): BmpMessage => ({
  type: 'peerDown',
  peer,
  reason: { by: 'remote', notification: { code: 3, subcode: 1, communication: null, hardResetOf: null } },
})
