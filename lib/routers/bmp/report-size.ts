import type { RouterRouteAttributes } from '#lib/contract/index.ts'

/** Estimated maximum memory of a waiting report in bytes, without its attributes, which several reports may share. */
export const ESTIMATED_REPORT_BYTES = 320

/** Estimated memory of a JavaScript object, in bytes. A text needs the same amount in addition to its characters. */
const OBJECT_BYTES = 48
const NUMBER_BYTES = 16

/** Returns the estimated maximum memory of a set of attributes in bytes. */
export function estimateAttributesBytes(attributes: RouterRouteAttributes): number {
  const { asPath, asPathText = '', communities, extendedCommunities, largeCommunities, unreadable } = attributes
  let bytes = 6 * OBJECT_BYTES + asPathText.length + NUMBER_BYTES * ((asPath?.length ?? 0) + unreadable.length)
  for (const texts of [communities, extendedCommunities, largeCommunities])
    for (const text of texts) bytes += OBJECT_BYTES + text.length
  return bytes
}
