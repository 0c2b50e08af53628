/**
 * Maximum number of chunks that wait separately; more are joined. A chunk takes some 200 bytes in addition to its
 * length.
 */
const MAX_CHUNKS = 1_024

/**
 * Splits a TCP stream into messages whose headers give their lengths, independent of the chunk boundaries. It buffers
 * at most one unfinished message.
 */
export class MessageSplitter {
  private pending: Uint8Array[] = []
  private size = 0
  /** length of the message at the start of `pending`; 0 = its header is incomplete */
  private wanted = 0
  private readonly headerBytes: number
  private readonly lengthOf: (header: Uint8Array) => number

  /**
   * Creates a splitter for messages with headers of this length in bytes.
   * @param lengthOf returns the length of the whole message from its header, and throws if the header is invalid
   */
  constructor(headerBytes: number, lengthOf: (header: Uint8Array) => number) {
    this.headerBytes = headerBytes
    this.lengthOf = lengthOf
  }

  /** Whether a message has begun and is not complete. */
  get isInsideMessage(): boolean {
    return this.size > 0
  }

  /** Number of buffered chunks that wait for the rest of their message. */
  get chunks(): number {
    return this.pending.length
  }

  /**
   * Adds a chunk of the stream.
   * @yields the messages that the chunk completes, with their headers
   */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    if (chunk.length === 0) return
    this.pending.push(chunk)
    this.size += chunk.length
    // Chunks are joined when a message is complete, or when {@link MAX_CHUNKS} wait, so that a message in many small
    // chunks does not take much more memory than its length.
    if (this.size < (this.wanted || this.headerBytes)) {
      if (this.pending.length >= MAX_CHUNKS) this.pending = [joined(this.pending, this.size)]
      return
    }
    let bytes = this.pending.length === 1 ? chunk : joined(this.pending, this.size)
    for (;;) {
      this.wanted = bytes.length < this.headerBytes ? 0 : this.lengthOf(bytes)
      if (this.wanted === 0 || bytes.length < this.wanted) break
      const message = bytes.subarray(0, this.wanted)
      bytes = bytes.subarray(this.wanted)
      this.wanted = 0
      this.hold(bytes)
      yield message
    }
    this.hold(bytes)
  }

  private hold(bytes: Uint8Array): void {
    this.pending = bytes.length > 0 ? [bytes] : []
    this.size = bytes.length
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
