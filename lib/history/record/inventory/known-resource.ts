import type { EpochMs, ResourceRow } from '#lib/contract/index.ts'
import type { Open } from '../interval.ts'
import type { ResourceAbsence } from './removals.ts'

/** A stored resource. */
export interface RecordedResource extends Omit<Required<ResourceRow>, 'config'> {
  id: number
  /** configuration as last listed; null = only the ARM ID is known */
  config: Record<string, unknown> | null
  listedBy: number | null
  open: Open | null
  closedUntil: EpochMs | null
  /** start of the last poll that listed it before it was removed; null = not removed */
  removedAfter: EpochMs | null
  /** absence in the last complete list of its type; null = the list contained the resource */
  missing: ResourceAbsence | null
  /** short ID of the resource */
  scope: string
  /**
   * ID of the former resource with which an operator identified it; they are joined when it is listed next. null = none
   */
  joins: number | null
  /**
   * true = an operator declared that it is not the resource with which it was joined; they are separated when it is
   * listed next
   */
  parts: boolean
  /** true = hidden in favor of the resource that was joined with it */
  isAside: boolean
}
