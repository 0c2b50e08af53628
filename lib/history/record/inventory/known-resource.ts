import type { EpochMs, ResourceRow } from '#lib/contract/index.ts'
import type { Open } from '../interval.ts'
import type { Missing } from './removals.ts'

/** A resource as its row holds it. */
export interface RecordedResource extends Omit<Required<ResourceRow>, 'config'> {
  id: number
  /** null = only its id is known */
  config: Record<string, unknown> | null
  listedBy: number | null
  open: Open | null
  closedUntil: EpochMs | null
  /** start of the last reading that had it before it was removed; null = it is not */
  removedAfter: EpochMs | null
  /** null = the last answered list of its type had it */
  missing: Missing | null
  /** short id */
  scope: string
  /** the former resource that an operator says it is, to be joined when it is listed next; null = none */
  joins: number | null
  /** an operator says that it is not what it was joined with: parted when it is listed next */
  parts: boolean
  /** went out of sight for the one that was joined with it */
  isAside: boolean
}
