import { type Bounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { iso } from '#lib/contract/time/time.ts'

export { iso }

export function isoOrNull(at: EpochMs | null): string | null {
  return at === null ? null : iso(at)
}

/** Bounds as the API writes them. No lower bound at all reads as 1970. */
export function isoBounds({ earliest, latest }: Bounds): [string, string] {
  return [iso(Number.isFinite(earliest) ? earliest : BEFORE_MONITORING), iso(latest)]
}

export function isoBoundsOrNull(bounds: Bounds | null): [string, string] | null {
  return bounds && isoBounds(bounds)
}

/** Whether bounds have a beginning: false for what was so already at the first poll. */
export function hasBeginning({ earliest }: Bounds): boolean {
  return Number.isFinite(earliest) && earliest !== BEFORE_MONITORING
}
