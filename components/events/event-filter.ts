import type { CauseOwner, Severity } from '#lib/contract/index.ts'
import { causeOwners } from '#lib/contract/vocabulary.ts'
import { formatCauseOwnerLabel } from '#lib/contract/words/index.ts'
import type { EndpointParameters } from '../data/endpoint.ts'

/**
 * Filter of the event log in the page's URL. Several values in a field are separated by commas, as in the API; null =
 * any.
 */
export interface EventLogFilter {
  kind: string | null
  severity: string | null
  owner: string | null
  scope: string | null
  text: string | null
  /** `each` = child events are listed too; null = only events that are not child events of another event */
  parts: string | null
}

export const emptyEventLogFilter: EventLogFilter = {
  kind: null,
  severity: null,
  owner: null,
  scope: null,
  text: null,
  parts: null,
}

export const isEventFilterActive = (address: EventLogFilter): boolean =>
  Object.values(address).some((value) => value !== null)

/** Converts the filter of the event log to API parameters. */
export function convertEventFilterToQuery({ parts, ...address }: EventLogFilter): EndpointParameters<'events'> {
  return { ...address, partOf: parts === 'each' ? null : 'none' }
}

export const severityChoices: readonly { value: Severity; label: string }[] = [
  { value: 'critical', label: 'Critical' },
  { value: 'major', label: 'Major' },
  { value: 'minor', label: 'Minor' },
  { value: 'warning', label: 'Warning' },
  { value: 'info', label: 'Info' },
]

export const ownerChoices: readonly { value: CauseOwner; label: string }[] = causeOwners.map((value) => ({
  value,
  label: formatCauseOwnerLabel(value),
}))
