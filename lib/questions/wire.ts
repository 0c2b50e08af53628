import { type Bounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { iso, isoBounds } from '#lib/contract/time/time.ts'

export { iso, isoBounds } from '#lib/contract/time/time.ts'

export function isoOrNull(at: EpochMs | null): string | null {
  return at === null ? null : iso(at)
}

export function isoBoundsOrNull(bounds: Bounds | null): [string, string] | null {
  return bounds && isoBounds(bounds)
}

/** Whether bounds have a beginning: false for what was so already at the first poll. */
export function hasBeginning({ earliest }: Bounds): boolean {
  return Number.isFinite(earliest) && earliest !== BEFORE_MONITORING
}
