/** Builds a byte sequence from consecutive numbers in network byte order. */
export class ByteWriter {
  private readonly parts: Uint8Array[] = []

  u8(value: number): this {
    return this.bytes(Uint8Array.of(value))
  }

  u16(value: number): this {
    return this.bytes(Uint8Array.of(value >>> 8, value & 0xff))
  }

  u32(value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, value)
    return this.bytes(bytes)
  }

  u64(value: bigint): this {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, value)
    return this.bytes(bytes)
  }

  bytes(value: Uint8Array): this {
    this.parts.push(value)
    return this
  }

  done(): Uint8Array {
    return Buffer.concat(this.parts)
  }
}
