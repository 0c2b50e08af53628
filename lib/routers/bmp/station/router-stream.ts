import type { EpochMs } from '#lib/contract/index.ts'
import { BmpDecoder } from '../codec/decoder.ts'
import type { BmpMessage } from '../codec/message.ts'
import { BmpStreamError, malformedStream } from '../codec/stream-error.ts'

/** A message and when its last bytes were read from the socket, by the database's clock. */
export interface ArrivedMessage {
  at: EpochMs
  message: BmpMessage
}

interface Chunk {
  at: EpochMs
  bytes: Uint8Array
}

/** Bytes that are decoded at once, in some 10 ms; one message more may be. */
const BATCH_BYTES = 65_536

/** What one connection sent and is not decoded yet. */
export class RouterStream {
  private readonly decoder = new BmpDecoder()
  private readonly chunks: Chunk[] = []
  private isIntroduced = false

  push(at: EpochMs, bytes: Uint8Array): void {
    this.chunks.push({ at, bytes })
  }

  get isEmpty(): boolean {
    return this.chunks.length === 0
  }

  get isInsideMessage(): boolean {
    return this.decoder.isInsideMessage
  }

  /**
   * Decodes the next batch.
   * @returns messages up to what could not be read; bytes: how many are done with; error: the connection is over, null = it is not
   */
  next(): { messages: ArrivedMessage[]; bytes: number; error: BmpStreamError | null } {
    const messages: ArrivedMessage[] = []
    let bytes = 0
    try {
      while (bytes < BATCH_BYTES) {
        const chunk = this.chunks.shift()
        if (!chunk) break
        bytes += chunk.bytes.length
        for (const message of this.decoder.push(chunk.bytes)) {
          this.introduce(message)
          messages.push({ at: chunk.at, message })
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
