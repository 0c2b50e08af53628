/**
 * Reads an AS path as Azure and routers print it: ASNs joined by dashes or blanks, sometimes with an empty
 * segment, a best-path `*`, or a trailing origin letter (`I`, `E`, `?`).
 * @returns the ASNs in order, nearest first; empty for a locally originated route; null if a segment is no number
 */
export function parseAsPath(text: string): number[] | null {
  const path: number[] = []
  for (const segment of text.split(/[-\s*(){},]+/)) {
    if (segment === '' || /^[ie?]$/i.test(segment)) continue
    const bare = segment.replace(/[ie?]$/i, '')
    if (!/^\d{1,15}$/.test(bare)) return null
    path.push(Number(bare))
  }
  return path
}

export interface AsRun {
  asn: number
  /** how often it stands in a row; above 1 it is prepended */
  times: number
}

/** Folds prepends: equal neighbors in the path become one run. */
export function foldPrepends(asPath: readonly number[]): AsRun[] {
  const runs: AsRun[] = []
  for (const asn of asPath) {
    const last = runs.at(-1)
    if (last && last.asn === asn) last.times++
    else runs.push({ asn, times: 1 })
  }
  return runs
}
