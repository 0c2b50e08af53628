import { formatAddress } from '#lib/bgp/index.ts'

/** Maximum number of characters of a router's free text, such as a description. Longer texts are cut. */
const TEXT_LENGTH = 1_024

const decoder = new TextDecoder('utf-8')

/**
 * Decodes UTF-8 text from a router, removes control characters and cuts the text to {@link TEXT_LENGTH}. Invalid bytes
 * become U+FFFD.
 */
export function decodeWireText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes.subarray(0, 4 * TEXT_LENGTH))
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, TEXT_LENGTH)
}

export function formatIpv4Bytes(bytes: Uint8Array): string {
  return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
}

export function formatIpv6Bytes(bytes: Uint8Array): string {
  let value = 0n
  for (let at = 0; at < 16; at += 4) value = (value << 32n) | BigInt(readUint32At(bytes, at))
  return formatAddress({ family: 6, value })
}

export const areAllBytesZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** Returns the unsigned 32-bit number at a position. Bytes beyond the end count as zero. */
export function readUint32At(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4)
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}
