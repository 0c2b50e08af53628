import type { EpochMs, RouterProtocol } from '#lib/contract/index.ts'
import { BmpDecoder } from '../codec/decoder.ts'
import type { BmpMessage } from '../codec/message.ts'
import { BmpStreamError, malformedStream } from '../codec/stream-error.ts'
import { CHUNK_BYTES } from './thread-messages.ts'

/** A message and when its last bytes were read from the socket, by the database's clock. */
export interface ArrivedMessage {
  at: EpochMs
  /** what it says had not happened then, where the station knows; absent = the message may say more */
  notBefore?: EpochMs | null
  message: BmpMessage
}

interface Chunk {
  at: EpochMs
  notBefore: EpochMs | null
  bytes: Uint8Array
}

/** Bytes that are decoded at once, in some 10 ms; one message more may be. */
const BATCH_BYTES = 65_536

/** What one connection sent and is not decoded yet. */
export class RouterStream {
  private readonly decoder = new BmpDecoder()
  private readonly chunks: Chunk[] = []
  private isIntroduced = false
  private readonly protocol: RouterProtocol

  constructor(protocol: RouterProtocol) {
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
   * Decodes the next batch.
   * @returns messages up to what could not be read; bytes: how many are done with, each chunk with {@link CHUNK_BYTES}; error: the connection is over, null = it is not
   */
  next(): { messages: ArrivedMessage[]; bytes: number; error: BmpStreamError | null } {
    const messages: ArrivedMessage[] = []
    let bytes = 0
    try {
      while (bytes < BATCH_BYTES) {
        const chunk = this.chunks.shift()
        if (!chunk) break
        bytes += chunk.bytes.length + CHUNK_BYTES
        const { at, notBefore } = chunk
        for (const message of this.decoder.push(chunk.bytes)) {
          this.introduce(message)
          const isOver = this.protocol === 'bgp' && message.type === 'unreadable'
          messages.push({ at, notBefore, message: isOver ? endedBy(message) : message })
          if (isOver) throw malformedStream(message.detail)
        }
      }
      return { messages, bytes, error: null }
    } catch (error) {
      if (!(error instanceof BmpStreamError)) throw error
      return { messages, bytes, error }
    }
  }

  /** RFC 7854 section 4.3: what a router says first is who it is. */
  private introduce({ type }: BmpMessage): void {
    if (!this.isIntroduced && type !== 'initiation')
      throw malformedStream(`the first message is a ${type} and no Initiation`)
    this.isIntroduced = true
  }
}

/** An UPDATE that can't be read ends the session that it came by (RFC 4271 section 6.3). */
const endedBy = ({ peer }: Extract<BmpMessage, { type: 'unreadable' }>): BmpMessage => ({
  type: 'peerDown',
  peer,
  reason: { by: 'remote', notification: { code: 3, subcode: 1, communication: null, hardResetOf: null } },
})
