import type { CauseOwner, EventKind, Severity } from '#lib/contract/index.ts'
import type { Notice, Reason } from './decide.ts'
import { rank } from './incident-facts.ts'

/** What a channel wants to hear; an empty list asks for nothing in particular. */
export interface ChannelFilters {
  minSeverity: Severity
  /** short ids of circuits and gateways */
  scopes: readonly string[]
  kinds: readonly EventKind[]
  owners: readonly CauseOwner[]
}

/** What an incident is about, as far as channels choose by it. */
export interface Matter {
  scopes: readonly string[]
  kinds: readonly EventKind[]
  owner: CauseOwner
}

/** What only those hear who heard of it before. */
const forListeners: ReadonlySet<Reason> = new Set(['acknowledged', 'unverifiable', 'closed'])

/**
 * The reason for which a channel hears a notice; null = it does not. Who hears of something for the first time hears that it
 * opened, whatever it is for the others.
 * @param heard the channel was told of this opening
 */
export function reasonFor(filters: ChannelFilters, heard: boolean, notice: Notice, matter: Matter): Reason | null {
  if (forListeners.has(notice.reason) && !notice.first) return heard ? notice.reason : null
  if (!wants(filters, notice.severity, matter)) return null
  return heard || notice.reason === 'flapping' || notice.first ? notice.reason : 'opened'
}

function wants(filters: ChannelFilters, severity: Severity, { scopes, kinds, owner }: Matter): boolean {
  return (
    rank(severity) >= rank(filters.minSeverity) &&
    among(filters.scopes, scopes) &&
    among(filters.kinds, kinds) &&
    among(filters.owners, [owner])
  )
}

function among<T>(wanted: readonly T[], offered: readonly T[]): boolean {
  return wanted.length === 0 || offered.some((one) => wanted.includes(one))
}
