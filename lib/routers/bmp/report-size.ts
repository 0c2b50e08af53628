import type { RouterRouteAttributes } from '#lib/contract/index.ts'

/** Bytes that a waiting report takes in memory, without its attributes, which several reports share. An estimate from above. */
export const REPORT_BYTES = 320

/** Bytes of an object or a text beyond its characters. */
const OBJECT_BYTES = 48
const NUMBER_BYTES = 16

/** Returns the bytes that a set of attributes takes in memory. An estimate from above, from the lengths of its texts and lists. */
export function bytesOfAttributes(attributes: RouterRouteAttributes): number {
  const { asPath, asPathText = '', communities, extendedCommunities, largeCommunities, unreadable } = attributes
  let bytes = 6 * OBJECT_BYTES + asPathText.length + NUMBER_BYTES * ((asPath?.length ?? 0) + unreadable.length)
  for (const texts of [communities, extendedCommunities, largeCommunities])
    for (const text of texts) bytes += OBJECT_BYTES + text.length
  return bytes
}
