import type { Circuit, EpochMs, Gateway, Overview, PollKind, ResponseOf, Session, Source } from '#lib/contract/index.ts'
import { listEvents } from '#lib/history/index.ts'
import { readCircuits } from './circuits.ts'
import { type Db, queryable } from './db.ts'
import { readEstate } from './estate.ts'
import { eventView } from './events.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { readGateways } from './gateways.ts'
import { readSessions } from './sessions.ts'
import { sourceView } from './sources.ts'
import { iso } from './wire.ts'

type Concern = Overview['worstFirst'][number]
type Severity = Concern['severity']

/** What the counts rest on. */
const kinds: readonly PollKind[] = ['peers', 'summary', 'arp', 'stats']
const CONCERNS = 50
const EVENTS = 20
const EVENTS_SINCE_MS = 24 * 60 * 60_000

/** How the estate is: counts by state, what deserves a look with the worst first, and what happened last. */
export async function getOverview(db: Db, now: EpochMs = Date.now()): Promise<ResponseOf<'overview'>> {
  const q = queryable(db)
  const estate = await readEstate(q)
  const { sessions } = await readSessions(q, undefined, { at: null, now }, estate)
  const { gateways } = await readGateways(q, estate, undefined, now, sessions)
  const { circuits } = await readCircuits(q, estate, undefined, now, sessions)
  const statuses = await readSources(q)
  const sources = statuses.map((status) => sourceView(status, now))
  const events = await listEvents(q, { from: now - EVENTS_SINCE_MS, limit: EVENTS })
  const counted = sessions.filter(isCounted)
  return {
    data: {
      counts: {
        circuits: countBy(circuits, ({ redundancy }) => redundancy),
        gateways: countBy(gateways, ({ state }) => state),
        sessions: countBy(counted, ({ verdict }) => verdict),
        sources: countBy(sources, ({ state }) => state),
      },
      worstFirst: worstFirst([
        ...circuits.map(circuitConcern),
        ...gateways.map(gatewayConcern),
        ...counted.map(sessionConcern),
        ...sourceConcerns(sources),
      ]),
      recentEvents: events.rows.map(eventView),
      incidents: null,
      cost: null,
    },
    asOf: iso(now),
    freshness: freshnessOf(pollsUnder(statuses, kinds, now), now),
  }
}

/**
 * Sibling sessions inside a gateway that never connected are normal, and outside the counts; also while the gateway is not
 * seen, as far as Azure's last word tells.
 */
function isCounted({ role, verdict, azureState, establishedTransitions }: Session): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}

function countBy<Row, State extends string>(rows: readonly Row[], stateOf: (row: Row) => State) {
  const counts: Partial<Record<State, number>> = {}
  for (const row of rows) counts[stateOf(row)] = (counts[stateOf(row)] ?? 0) + 1
  return counts
}

const severities: readonly Severity[] = ['down', 'degraded', 'unknown', 'ok']

const types: readonly Concern['type'][] = ['circuit', 'gateway', 'session', 'source']

/** A source that fails is its resource's reason to be unknown, and no concern of its own beside it. */
function worstFirst(concerns: (Concern | null)[]): Concern[] {
  const real = concerns.filter((concern) => concern !== null)
  const spokenFor = new Set(real.filter(({ type }) => type === 'circuit' || type === 'gateway').map(({ id }) => id))
  return real
    .filter(({ type, id }) => type !== 'source' || !spokenFor.has(id))
    .toSorted(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        types.indexOf(a.type) - types.indexOf(b.type) ||
        a.name.localeCompare(b.name),
    )
    .slice(0, CONCERNS)
}

const circuitSeverities: Record<Circuit['redundancy'], Severity> = {
  no_path: 'down',
  reduced: 'degraded',
  single_homed: 'degraded',
  unknown: 'unknown',
  redundant: 'ok',
  disabled: 'ok',
}

function circuitConcern({ id, name, redundancy, paths }: Circuit): Concern | null {
  const severity = circuitSeverities[redundancy]
  if (severity === 'ok') return null
  const culprit = paths.find(({ state }) => state !== 'up')
  const reason = culprit ? `${culprit.path} path: ${culprit.reason}` : 'No path is known to work.'
  return concern('circuit', { id, name, state: redundancy, severity, reason, since: culprit?.since ?? null })
}

const gatewaySeverities: Record<Gateway['state'], Severity> = {
  isolated: 'down',
  instance_lost: 'degraded',
  peer_lost: 'degraded',
  partial: 'degraded',
  changing: 'degraded',
  unknown: 'unknown',
  healthy: 'ok',
}

function gatewayConcern({ id, name, state, reason }: Gateway): Concern | null {
  const severity = gatewaySeverities[state]
  if (severity === 'ok') return null
  return concern('gateway', { id, name, state, severity, reason: reason ?? state, since: null })
}

/** A gateway's sessions, each by itself: its circuit's paths are spoken for by the circuit. */
function sessionConcern({
  scope,
  scopeName,
  localAddress,
  neighbor,
  path,
  verdict,
  azureState,
}: Session): Concern | null {
  if (verdict !== 'down' || path !== null) return null
  const reason = azureState === null ? 'Azure reports it as not established.' : `Azure reports it as ${azureState}.`
  const name = `${scopeName} ${localAddress} to ${neighbor}`
  return concern('session', { id: scope, name, state: verdict, severity: 'degraded', reason, since: null })
}

/** One concern for each resource of which something is not seen. */
function sourceConcerns(sources: readonly Source[]): Concern[] {
  // what was never polled and never failed is about to be polled
  const unseen = sources.filter(({ state, error }) => state === 'stale' || (state === 'never' && error !== null))
  return [...Map.groupBy(unseen, ({ scope }) => scope).values()].flatMap((own) => {
    const [first] = own
    if (!first) return []
    const polls = [...new Set(own.map(({ kind }) => kind))].join(', ')
    const why = first.error ? `${first.error.code}: ${first.error.detail}` : 'not polled for more than three intervals.'
    const { scope: id, scopeName: name, state } = first
    return [concern('source', { id, name, state, severity: 'unknown', reason: `${polls}: ${why}`, since: null })]
  })
}

function concern(type: Concern['type'], about: Omit<Concern, 'type' | 'href'>): Concern {
  const page = { circuit: 'circuits', gateway: 'gateways', session: 'gateways' } as const
  const href = type === 'source' ? '/sources' : `/${page[type]}/${encodeURIComponent(about.id)}`
  return { type, href, ...about }
}
