import type { Overview } from '#lib/overview/api/index.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { siteStateName } from '#lib/contract/words/index.ts'
import { plural } from '../format/quantity.ts'
import type { Count } from '../ui/facts/counts.tsx'
import type { StatusWords } from '../ui/status.tsx'
import {
  circuitsWorstFirst,
  freshnessStatus,
  gatewayStatus,
  gatewaysWorstFirst,
  redundancyStatus,
  verdictStatus,
} from '../ui/words.ts'

type Counts = Overview['counts']

/** States with their words, in the order given: worst first. */
const inOrder = <State extends string>(
  counts: Partial<Record<State, number>>,
  order: State[],
  words: (state: State) => StatusWords,
): Count[] => order.map((state) => ({ ...words(state), count: counts[state] ?? 0 }))

export const circuitCounts = ({ circuits, impaired }: Counts) =>
  withImpaired(inOrder(circuits, circuitsWorstFirst, redundancyStatus), impaired.circuits, impaired.unknownCircuits)

export const gatewayCounts = ({ gateways, impaired }: Counts) =>
  withImpaired(inOrder(gateways, gatewaysWorstFirst, gatewayStatus), impaired.gateways, impaired.unknownGateways)

/** Those that are healthy or unknown by themselves and have a problem nevertheless are neither: what is proved comes first. */
function withImpaired(counts: Count[], healthy: number, unknown: number): Count[] {
  const first = counts.findIndex(({ tone }) => tone !== 'down' && tone !== 'degraded')
  const taken = ({ tone }: Count) => (tone === 'up' ? healthy : tone === 'unknown' ? unknown : 0)
  const others = counts.map((one) => ({ ...one, count: one.count - taken(one) }))
  return others.toSpliced(first, 0, { tone: 'degraded', word: 'DEGRADED', count: healthy + unknown })
}

/** Sessions that never connected are normal for siblings and not counted. */
export const sessionCounts = (counts: Counts['sessions']) =>
  inOrder(counts, ['down', 'unknown', 'not_reported', 'up', 'disabled'], verdictStatus)

export const sourceCounts = (counts: Counts['sources']) =>
  inOrder(counts, ['never', 'stale', 'late', 'fresh'], freshnessStatus)

/** The estate's status in one sentence, from the list that the wall and the map show. */
export function overviewHeadline({ counts, worstFirst, incidents }: Overview): string {
  const watched = Object.values(counts.sources).reduce((sum, count) => sum + count, 0)
  if (worstFirst.length === 0) {
    if (watched === 0) return 'Nothing is polled yet.'
    return [unseenWords(counts) ?? 'All circuits, gateways and sessions are up.', incidentWords(incidents)]
      .filter(Boolean)
      .join(' ')
  }
  const groups = Map.groupBy(worstFirst, ({ severity, ...problem }) =>
    severity === 'maintenance' ? 'maintenance' : JSON.stringify(phraseOf({ severity, ...problem })),
  )
  const parts = [...groups.values()].flatMap((problems) => {
    const [first] = problems
    if (!first) return []
    if (first.severity === 'maintenance') return [`${problems.length} in maintenance`]
    const [one, many] = phraseOf(first)
    return [plural(problems.length, one, many)]
  })
  const unlisted = Object.values(counts.problems).reduce((sum, count) => sum + count, 0) - worstFirst.length
  return `${[...parts, ...(unlisted > 0 ? [plural(unlisted, 'further problem')] : [])].join(', ')}.`
}

/** That all are up is said where all are known. */
function unseenWords({ circuits, gateways, sessions, sources }: Counts): string | null {
  const unknown = [circuits.unknown, gateways.unknown, sessions.unknown, sessions.not_reported].some((count) => count)
  const never = sources.never ?? 0
  if (!unknown && never === 0) return null
  return `No problem is known${never > 0 ? `; ${plural(never, 'poll')} not answered yet` : ', but not all is known'}.`
}

type Problem = Overview['worstFirst'][number]

const states: Partial<Record<Problem['type'], Record<string, readonly [one: string, many: string]>>> = {
  circuit: {
    no_path: ['circuit without a path', 'circuits without a path'],
    reduced: ['circuit on one path', 'circuits on one path'],
    single_homed: ['circuit with one path set up', 'circuits with one path set up'],
    unknown: ['circuit unknown', 'circuits unknown'],
  },
  gateway: {
    isolated: ['gateway isolated', 'gateways isolated'],
    changing: ['gateway being changed', 'gateways being changed'],
    unknown: ['gateway unknown', 'gateways unknown'],
  },
}

/** What one problem is called in a sentence, and several of the same. */
function phraseOf({ type, id, state, kind }: Problem): readonly [one: string, many: string] {
  if (type === 'site')
    return [`site ${siteStateName([`to:${state}`]) ?? state}`, `sites ${siteStateName([`to:${state}`]) ?? state}`]
  if (type === 'session') return ['session down', 'sessions down']
  if (type === 'source')
    return id === 'collector' ? ['late collector', 'late collectors'] : ['stale data source', 'stale data sources']
  if (kind) {
    const at = `with “${eventKindRecords[kind].name}”`
    return type === 'incident' ? [`resource ${at}`, `resources ${at}`] : [`${type} ${at}`, `${type}s ${at}`]
  }
  return states[type]?.[state] ?? [`${type} degraded`, `${type}s degraded`]
}

/** Open incidents that are no problem of now: they have recovered, or what is left of them are warnings. */
function incidentWords({ counts, recovered }: Overview['incidents']): string | null {
  const open = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const parts = [
    recovered > 0 && `${plural(recovered, 'incident')} recovered, monitoring`,
    open > recovered && `${plural(open - recovered, 'incident')} open`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? null : `${parts.join(', ')}.`
}
