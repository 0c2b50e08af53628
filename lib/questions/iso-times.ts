import { type TimestampBounds, type EpochMs, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { formatIso } from '#lib/contract/time/time.ts'

export { formatIso, convertBoundsToIso } from '#lib/contract/time/time.ts'

export const formatIsoOrNull = (at: EpochMs | null): string | null => (at === null ? null : formatIso(at))

/** Reports whether polls observed the start of a state. False if the state already existed at the first poll. */
export function isStartObserved({ earliest }: TimestampBounds): boolean {
  return Number.isFinite(earliest) && earliest !== INSTANT_BEFORE_MONITORING
}
