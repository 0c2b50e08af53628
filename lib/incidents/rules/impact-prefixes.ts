import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { OTHER_CUSTOMERS_PATH_LABEL } from '#lib/contract/customer.ts'
import type { EventKind } from '#lib/contract/event-kinds/index.ts'
import type { DetectedEvent } from '#lib/contract/events/event.ts'
import type { NewPathKind, RouteCounts, RouteEffectKind } from './impact-routes.ts'
import type { RoutesSeenState } from '../api/index.ts'
import { getEventFlagValue } from '#lib/contract/events/subject.ts'

/** The fields of an event on which the impact depends. */
export interface ImpactEvent extends Pick<DetectedEvent, 'kind' | 'scope' | 'subject' | 'ended'> {
  scopeName: string
  partOf: string | null
  flags: readonly string[]
  evidence: readonly { before?: unknown; after?: unknown; prefixTotal?: number | undefined }[]
}

/** Minimum and maximum of a number of prefixes. `atMost` null = no maximum is known. */
interface ImpactedPrefixes {
  atLeast: number
  atMost: number | null
}

/** Numbers of affected prefixes by effect; null = unknown. */
export interface PrefixCounts {
  /** prefixes without any path */
  prefixesLost: ImpactedPrefixes | null
  /** prefixes that moved to other paths, or have fewer paths than before */
  prefixesRerouted: ImpactedPrefixes | null
  /** withdrawn prefixes whose addresses are still covered by a less specific prefix */
  prefixesCovered: ImpactedPrefixes | null
  /** withdrawn prefixes whose addresses are reachable only over a default route or the Internet */
  prefixesOnDefault: ImpactedPrefixes | null
}

/** The prefixes that an incident affects, as numbers and as texts. */
interface PrefixImpact {
  counts: PrefixCounts
  /** phrases about prefixes that were lost, for the summary */
  lost: string[]
  others: string[]
}

/** Facts about an incident that determine its numbers and whether its texts are in the past tense. */
interface Seen {
  isOver: boolean
  routes: RoutesSeenState
}

/** Text after the number of prefixes whose loss only the reports of customers' routers prove. */
export const REPORTED_LOSS_TEXT = ' as reported by the routers, not confirmed by Azure yet'

export const PATH_MOVE_EVENT_KINDS = ['failover', 'best_path_shift', 'ecmp_reduced'] as const

/**
 * Returns the auxiliary verb before a participle, followed by a blank: `was ` or `were ` for an incident that is over,
 * otherwise an empty text.
 */
export const formatBeVerb = (isOver: boolean, isOne: boolean) => (isOver ? (isOne ? 'was ' : 'were ') : '')

/** Counts affected prefixes by comparing route tables. Each prefix counts once. */
export function countPrefixesByTables({ effects, isWhole }: RouteCounts, { isOver, routes }: Seen): PrefixImpact {
  const among = (kinds: readonly RouteEffectKind[]) => effects.filter(({ kind }) => kinds.includes(kind))
  const rangeOf = (found: RouteCounts['effects']): ImpactedPrefixes => ({
    atLeast: sumOf(found.filter(({ isCertain }) => isCertain)),
    atMost: isWhole ? sumOf(found) : null,
  })
  const countOf = (...kinds: RouteEffectKind[]) =>
    routes === 'read' || among(kinds).length > 0 ? rangeOf(among(kinds)) : null
  const textOf = (found: RouteCounts['effects'], state: string, now = '') => {
    const { text, isOne } = rangeText(rangeOf(found))
    return found.length === 0 ? [] : [`${text} ${isOver ? formatBeVerb(isOver, isOne) : now}${state}`]
  }
  const moved = Map.groupBy(among(['moved', 'reduced']), ({ destination }) => destination ?? 'another')
  return {
    counts: {
      prefixesLost: countOf('lost'),
      prefixesRerouted: countOf('moved', 'reduced'),
      prefixesCovered: countOf('covered'),
      prefixesOnDefault: countOf('internet', 'default_only'),
    },
    lost: [false, true].flatMap((reported) => {
      const proved = (kind: RouteEffectKind) =>
        among([kind]).filter(({ isReported = false }) => isReported === reported)
      const by = reported ? REPORTED_LOSS_TEXT : ''
      return [
        ...textOf(proved('lost'), `cut off${by}`),
        ...textOf(proved('internet'), `sent to the Internet${by}`),
        ...(reported ? [] : textOf(among(['default_only']), 'on a default route only')),
      ]
    }),
    others: [
      ...textOf(among(['covered']), 'covered only by a less specific one'),
      ...[...moved].flatMap(([destination, found]) => textOf(found, `on ${DESTINATIONS[destination]}`, 'now ')),
    ],
  }
}

const sumOf = (effects: RouteCounts['effects']) => effects.reduce((sum, { count }) => sum + count, 0)

const DESTINATIONS: Readonly<Record<NewPathKind, string>> = {
  path: 'the other path',
  circuit: 'another circuit',
  transport: 'another kind of gateway',
  another: 'another path',
  one_path: 'one active path',
  fewer_paths: 'fewer paths',
}

/**
 * Counts affected prefixes from events, if stored route tables are not available. Different events may be about the
 * same prefixes, so the numbers are a minimum and a maximum.
 */
export function countPrefixesByEvents(shown: readonly ImpactEvent[], { isOver, routes }: Seen): PrefixImpact {
  const of = (...kinds: readonly EventKind[]) => shown.filter(({ kind }) => kinds.includes(kind))
  const [lost, drawn, moved] = [of('no_path'), of('more_specific'), of(...PATH_MOVE_EVENT_KINDS)]
  const countOf = (events: readonly ImpactEvent[]) =>
    events.length > 0 ? prefixCount(events) : routes === 'read' ? { atLeast: 0, atMost: 0 } : null
  const textOf = (events: readonly ImpactEvent[], state: string, now = '') => {
    const { text, isOne } = formatPrefixCount(events)
    return events.length === 0 ? [] : [`${text} ${isOver ? formatBeVerb(isOver, isOne) : now}${state}`]
  }
  return {
    counts: {
      prefixesLost: countOf(lost),
      prefixesRerouted: countOf([...moved, ...drawn]),
      prefixesCovered: null,
      prefixesOnDefault: null,
    },
    lost: textOf(lost, 'cut off'),
    others: [
      ...[...Map.groupBy(moved, destinationOf)].flatMap(([destination, events]) =>
        textOf(events, `on ${destination}`, 'now '),
      ),
      ...textOf(drawn, 'drawn to another path by a more specific route'),
    ],
  }
}

function prefixCount(events: readonly ImpactEvent[]): ImpactedPrefixes {
  const counts = events.map(
    ({ evidence }) => evidence.find(({ prefixTotal }) => prefixTotal !== undefined)?.prefixTotal ?? null,
  )
  const known = counts.filter((count) => count !== null)
  return {
    // The minimum is 1, because an event about routes has at least one prefix.
    atLeast: Math.max(1, ...known),
    atMost: known.length < counts.length ? null : known.reduce((sum, count) => sum + count, 0),
  }
}

/** Formats the number of prefixes of some events, such as `8 prefixes`, `8 to 12 prefixes`, `at least 1 prefix`. */
export const formatPrefixCount = (events: readonly ImpactEvent[]) => rangeText(prefixCount(events))

function rangeText({ atLeast, atMost }: ImpactedPrefixes): { text: string; isOne: boolean } {
  const most = atMost ?? atLeast
  const text =
    atMost === null ? `at least ${atLeast}` : most > atLeast ? rangeOfNumbers(atLeast, most) : String(atLeast)
  return { text: `${text} ${most === 1 ? 'prefix' : 'prefixes'}`, isOne: most === 1 }
}

const rangeOfNumbers = (atLeast: number, atMost: number) =>
  atLeast === 0 ? `up to ${atMost}` : `${atLeast} to ${atMost}`

const LEVELS: Readonly<Record<string, string>> = createSafeLookupTable({
  path: 'the other path',
  gateway: 'another gateway',
  circuit: 'another circuit',
  transport: 'another kind of gateway',
})

/**
 * Returns a phrase for the new path of prefixes, for example `another circuit`. The number of paths is not given if
 * some of them belong to another customer, because it is confidential.
 */
function destinationOf({ kind, flags, evidence }: ImpactEvent): string {
  if (kind !== 'ecmp_reduced') return LEVELS[getEventFlagValue(flags, 'scope') ?? ''] ?? 'another path'
  const after = evidence.find(({ prefixTotal }) => prefixTotal !== undefined)?.after
  const isOnePath =
    typeof after === 'string' && after !== '' && !after.includes(',') && !after.includes(OTHER_CUSTOMERS_PATH_LABEL)
  return isOnePath ? 'one active path' : 'fewer paths'
}
