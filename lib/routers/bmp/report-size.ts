import type { RouterRouteAttributes } from '#lib/contract/index.ts'

/**
 * Upper estimate in bytes of the memory of a waiting report. Its attributes are not included, because several reports
 * share them.
 */
export const REPORT_BYTES = 320

/** Estimated memory in bytes of an object, or of a text in addition to its characters. */
const OBJECT_BYTES = 48
const NUMBER_BYTES = 16

/** Returns an upper estimate of the memory in bytes of a set of attributes, from the lengths of its texts and lists. */
export function bytesOfAttributes(attributes: RouterRouteAttributes): number {
  const { asPath, asPathText = '', communities, extendedCommunities, largeCommunities, unreadable } = attributes
  let bytes = 6 * OBJECT_BYTES + asPathText.length + NUMBER_BYTES * ((asPath?.length ?? 0) + unreadable.length)
  for (const texts of [communities, extendedCommunities, largeCommunities])
    for (const text of texts) bytes += OBJECT_BYTES + text.length
  return bytes
}
