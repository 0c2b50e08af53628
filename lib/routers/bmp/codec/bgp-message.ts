import { ByteReader } from './byte-reader.ts'
import { createMalformedStreamError } from './stream-error.ts'

/** Length in bytes of the header, which consists of marker, length and type (RFC 4271 section 4.1). */
const HEADER_BYTES = 19

/** Maximum length in bytes of an extended message (RFC 8654 section 3). */
const MAX_BYTES = 65_535

const BGP_TYPE = { open: 1, update: 2, notification: 3 } as const
type BgpType = keyof typeof BGP_TYPE

/**
 * Takes one BGP message of an expected type.
 * @returns a reader of the bytes after its header
 * @throws BmpStreamError if the type or marker is wrong, or the length does not fit
 */
export function takeExpectedBgpMessage(reader: ByteReader, type: BgpType): ByteReader {
  const header = reader.part(HEADER_BYTES, `the header of a BGP ${type}`)
  if (!header.take(16, 'the marker').every((byte) => byte === 0xff))
    throw createMalformedStreamError(`a BGP ${type} without its marker`)
  const length = header.u16('the length')
  if (length < HEADER_BYTES || length > MAX_BYTES) throw createMalformedStreamError(`a BGP ${type} of ${length} bytes`)
  const found = header.u8('the type')
  if (found !== BGP_TYPE[type])
    throw createMalformedStreamError(`a BGP message of type ${found} where ${type} is expected`)
  return new ByteReader(reader.take(length - HEADER_BYTES, `a BGP ${type}`))
}
