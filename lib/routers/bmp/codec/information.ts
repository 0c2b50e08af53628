import type { ByteReader } from './byte-reader.ts'
import { readText } from './wire-text.ts'

/** Texts of one message beyond this number are skipped. */
const MAX_TEXTS = 16

const TYPE_STRING = 0

/** Type, length and value, as Initiation, Termination and Peer Up carry them (RFC 7854 section 4.4). */
interface InformationItem {
  type: number
  value: Uint8Array
}

/** Reads all that are left. @throws BmpStreamError when a length does not fit */
export function readInformation(reader: ByteReader): InformationItem[] {
  const items: InformationItem[] = []
  while (reader.left > 0) {
    const type = reader.u16('an information type')
    items.push({ type, value: reader.take(reader.u16('an information length'), `information ${type}`) })
  }
  return items
}

/** The first text of a type; null = none, or an empty one. */
export function textOf(items: readonly InformationItem[], type: number): string | null {
  const item = items.find((candidate) => candidate.type === type)
  return item ? readText(item.value) || null : null
}

/** Free texts, in order. */
export function freeTexts(items: readonly InformationItem[]): string[] {
  return items
    .filter(({ type }) => type === TYPE_STRING)
    .slice(0, MAX_TEXTS)
    .map(({ value }) => readText(value))
}
