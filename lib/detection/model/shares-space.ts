import { overlapsPrefix, parsePrefix } from '#lib/bgp/index.ts'

/** Whether some prefixes hold addresses of some ranges, or these of those. */
export function sharesSpace(prefixes: readonly string[], ranges: readonly string[]): boolean {
  const space = ranges.flatMap((text) => parsePrefix(text) ?? [])
  return prefixes.some((text) => {
    const prefix = parsePrefix(text)
    return prefix !== null && space.some((range) => overlapsPrefix(range, prefix))
  })
}
