/**
 * Maximum number of chunks that are buffered separately; more are joined. Each chunk needs about 200 bytes in addition
 * to its length.
 */
const MAX_CHUNKS = 1_024

/**
 * Splits a TCP stream into messages by the length in each message's header. It does not matter how TCP divides the
 * stream into chunks. At most one incomplete message is buffered.
 */
export class TcpStreamMessageSplitter {
  private pending: Uint8Array[] = []
  private size = 0
  /** Length of the message that is being received; 0 = its header is still incomplete. */
  private wanted = 0
  private readonly headerBytes: number
  private readonly lengthOf: (header: Uint8Array) => number

  /**
   * @param headerBytes length of the header in bytes
   * @param lengthOf returns the length of a whole message from its header; throws if the header is invalid
   */
  constructor(headerBytes: number, lengthOf: (header: Uint8Array) => number) {
    this.headerBytes = headerBytes
    this.lengthOf = lengthOf
  }

  /** True if the last received bytes are an incomplete message. */
  get isInsideMessage(): boolean {
    return this.size > 0
  }

  /** Number of buffered chunks of an incomplete message. */
  get chunks(): number {
    return this.pending.length
  }

  /**
   * Adds a chunk of received bytes.
   * @yields the messages that are complete with this chunk, including their headers
   */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    if (chunk.length === 0) return
    this.pending.push(chunk)
    this.size += chunk.length
    // Join chunks only when the message is complete or when there are {@link MAX_CHUNKS}. A message in many small
    // chunks then needs little more memory than its length.
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
