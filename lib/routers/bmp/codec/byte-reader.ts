import { createMalformedStreamError } from './stream-error.ts'

/**
 * Reads numbers in network byte order. Reading past the end throws a BmpStreamError that names the incomplete field.
 */
export class ByteReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** Returns the next bytes without copying them. */
  take(length: number, what: string): Uint8Array {
    const start = this.advance(length, what)
    return this.bytes.subarray(start, start + length)
  }

  /** Returns a reader of the next `length` bytes. This reader continues after them. */
  part(length: number, what: string): ByteReader {
    return new ByteReader(this.take(length, what))
  }

  rest(): Uint8Array {
    return this.take(this.left, 'the rest')
  }

  u8(what: string): number {
    return this.view.getUint8(this.advance(1, what))
  }

  u16(what: string): number {
    return this.view.getUint16(this.advance(2, what))
  }

  u32(what: string): number {
    return this.view.getUint32(this.advance(4, what))
  }

  u64(what: string): bigint {
    return this.view.getBigUint64(this.advance(8, what))
  }

  private advance(length: number, what: string): number {
    if (length > this.left)
      throw createMalformedStreamError(`${what} is cut off: ${length} bytes expected, ${this.left} left`)
    const start = this.at
    this.at += length
    return start
  }
}
