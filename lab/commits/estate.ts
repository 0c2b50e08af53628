import type { PollObservation, PollKind, RouteRow } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { claimDuePolls, addMissingPollsToSchedule, type PollLease } from '#lib/platform/leases/index.ts'
import type { UncommittedPollResult } from '#lib/poller/commit/commit-poll.ts'
import { TopologyCache } from '#lib/poller/detection/topology-cache.ts'

const NETWORK = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
const START = Date.UTC(2026, 10, 20, 3)
export const EVERY_SECONDS = 60

/** Content of a poll compared with the previous poll of its source and kind. */
export type PollContentVariant = 'same' | 'changed' | 'down' | 'fails' | 'incomplete' | 'late' | 'again'

interface Polled {
  resourceId: string
  subresource: string
  kind: PollKind
}

/** Returns a poll of every kind that can be recorded as unchanged. */
export function createPollOfEveryKind(name: string): Polled[] {
  const gateway = { resourceId: `${NETWORK}/virtualNetworkGateways/${name}`, subresource: '' }
  const path = { resourceId: `${NETWORK}/expressRouteCircuits/${name}`, subresource: 'AzurePrivatePeering/primary' }
  return [
    { ...gateway, kind: 'peers' },
    { ...gateway, kind: 'learned' },
    { ...gateway, subresource: '10.0.4.4', kind: 'advertised' },
    { ...path, kind: 'summary' },
    { ...path, kind: 'arp' },
    { ...path, kind: 'tables' },
    { resourceId: `${NETWORK}/expressRouteCircuits/${name}`, subresource: 'AzurePrivatePeering', kind: 'stats' },
    { resourceId: `${NETWORK}/connections/${name}`, subresource: '', kind: 'connection' },
    { ...gateway, kind: 'metrics' },
  ]
}

/**
 * Adds polls to the timetable.
 * @returns their source IDs, in the given order
 */
export async function schedulePolls(db: Database, polls: readonly Polled[]): Promise<number[]> {
  const ids: number[] = []
  for (const { resourceId, subresource } of polls)
    ids.push(await getOrCreateSourceId(db.pool, { resourceId, subresource }))
  await addMissingPollsToSchedule(
    db,
    polls.map(({ kind }, i) => ({ sourceId: ids[i] ?? 0, kind, everySeconds: EVERY_SECONDS })),
  )
  return ids
}

/** Makes all polls due and leases them. The leases have the order of the given polls. */
export async function makeDueAndLeasePolls(
  db: Database,
  ids: readonly number[],
  polls: readonly Polled[],
): Promise<PollLease[]> {
  await db.pool.query("UPDATE poll_schedule SET next_at = '-infinity', lease_until = NULL WHERE source_id = ANY ($1)", [
    ids,
  ])
  const { leases } = await claimDuePolls(db, { owner: 'test', leaseSeconds: 600, limit: 1_000 })
  return polls.map(({ kind }, i) => {
    const own = leases.find((one) => one.sourceId === ids[i] && one.kind === kind)
    if (!own) throw new Error(`${kind} is not due`)
    return own
  })
}

/** Builds the observation of a poll in a round, according to `variant`. */
export function buildObservation(
  { resourceId, subresource, kind }: Polled,
  round: number,
  variant: PollContentVariant,
): PollObservation {
  // `late` starts 5 s earlier in its minute than the other variants, so that its distance to the previous poll is not
  // the poll interval; `again` has the time of the previous poll
  const at = START + (variant === 'again' ? round - 1 : round) * 60_000 + (variant === 'late' ? 0 : 5_000)
  const sample = (variant === 'again' ? round - 1 : round) + 1
  const failed = variant === 'fails'
  return {
    target: { resourceId, subresource },
    kind,
    startedAt: at,
    finishedAt: at + 1_000 + (round % 7),
    outcome: failed ? 'unavailable' : variant === 'incomplete' ? 'incomplete' : 'ok',
    error: failed || variant === 'incomplete' ? { ...FAILURE } : null,
    silentInstances: variant === 'incomplete' && kind === 'peers' ? ['10.0.4.13'] : [],
    budget: round % 3 === 0 ? { remaining: { reads: 100 - round } } : null,
    correlationId: `${kind}-${round}`,
    rows: failed ? [] : rowsOf(kind, sample, variant),
  } as unknown as PollObservation
}

const FAILURE = { code: 'X', detail: 'as tested', httpStatus: null, retryAfterSeconds: null, missingAction: null }

function rowsOf(kind: PollKind, sample: number, variant: PollContentVariant): unknown[] {
  const isDown = variant === 'down'
  const moved = variant === 'changed' ? sample : 0
  const up = isDown ? null : sample * 60_000
  switch (kind) {
    case 'peers':
      return ['10.0.4.12', ...(variant === 'incomplete' ? [] : ['10.0.4.13'])].map((localAddress) => ({
        localAddress,
        neighbor: '10.0.4.4',
        asn: 12_076,
        state: isDown ? 'idle' : 'established',
        azureState: isDown ? 'Idle' : 'Connected',
        connectedDurationMs: up,
        routesReceived: isDown ? null : 3 + moved,
        messagesSent: BigInt(sample * 2),
        messagesReceived: BigInt(sample * 3),
      }))
    case 'summary':
      return [
        {
          neighbor: '172.16.0.2',
          asn: 65_001,
          state: isDown ? 'idle' : 'established',
          azureState: isDown ? 'Idle' : String(5 + moved),
          downReason: null,
          prefixesReceived: isDown ? null : 5 + moved,
          upDown: up === null ? null : { ms: up, unitMs: 1_000 },
        },
      ]
    case 'arp':
      return ['On-Prem', 'Microsoft'].map((name, i) => ({
        ageMinutes: sample,
        interface: name,
        ipAddress: `172.16.0.${i + 1}`,
        macAddress: isDown && i === 0 ? null : `00:00:5e:00:53:${String(moved % 100).padStart(2, '0')}`,
      }))
    case 'learned':
    case 'advertised':
    case 'tables':
      return isDown ? [] : ['10.1.0.0/16', '10.2.0.0/16'].map((prefix, i) => route(kind, prefix, i === 0 ? moved : 0))
    case 'stats':
      return ['primary', 'secondary'].map((path) => ({ path, ...bytes(sample, isDown) }))
    case 'metrics':
      return metricsAt(sample, variant)
    default:
      return [
        {
          connectionStatus: isDown ? 'NotConnected' : 'Connected',
          routingWeight: moved,
          fastPath: false,
          counters: { path: null, ...bytes(sample, isDown) },
          tunnels: [{ name: 't', status: 'Connected', ...bytes(sample, false) }],
        },
      ]
  }
}

/** Builds three one-minute buckets. Each bucket appears in three polls, and the second poll revises its value. */
function metricsAt(sample: number, variant: PollContentVariant): unknown[] {
  const series = ['in_0', 'in_1', ...(variant === 'changed' ? [`in_${sample}_new`] : [])]
  return series.flatMap((roleinstance) =>
    [sample - 2, sample - 1, sample].map((minute) => ({
      metric: 'ExpressRouteGatewayBitsPerSecond',
      unit: 'BitsPerSecond',
      dimensions: { roleinstance },
      at: START + minute * 60_000,
      grainSeconds: 60,
      average: variant === 'down' ? 0 : minute === sample ? minute * 50 : minute * 100,
      maximum: null,
      minimum: null,
      total: null,
    })),
  )
}

/**
 * Builds the byte counters of a sample.
 * @param isReset whether the counters restart
 */
const bytes = (sample: number, isReset: boolean) => ({
  bytesIn: isReset ? 1n : 2n ** 60n + BigInt(sample) * 1_000n,
  bytesOut: isReset ? 1n : BigInt(sample) * 7n,
})

const route = (kind: PollKind, prefix: string, moved: number): RouteRow => ({
  instance: kind === 'tables' ? null : '10.0.4.12',
  prefix,
  nextHop: '10.0.4.4',
  peer: kind === 'tables' ? null : '10.0.4.4',
  origin: 'EBgp',
  asPath: [12_076, 65_001, ...(moved > 0 ? [65_000 + moved] : [])],
  weight: 32_769,
  localPref: null,
})

export function createPollResult(
  own: PollLease,
  observation: PollObservation,
  estate: TopologyCache,
): UncommittedPollResult {
  return {
    lease: own,
    observation,
    scope: 'scope',
    localAddresses: observation.kind === 'summary' ? { ipv4: '172.16.0.1', ipv6: null } : null,
    everySeconds: own.everySeconds,
    notBefore: null,
    endsBurst: false,
    asksFor: [],
    sessionsChanged: false,
    estate,
  }
}

export const newEstate = () => new TopologyCache()

const TABLES = [
  'coverage',
  'poll_state',
  'session',
  'session_interval',
  'session_prefixes',
  'arp_entry',
  'arp_interval',
  'route',
  'route_interval',
  'counter',
  'counter_sample',
  'connection_state',
  'connection_interval',
  'metric_series',
  'metric_sample',
  'detection_state',
  'event',
]
/** Columns that are not compared, because the database itself generates their IDs or times. */
const OWN = [
  'id',
  'session_id',
  'entry_id',
  'route_id',
  'counter_id',
  'series_id',
  'attributes_id',
  'updated_at',
  'source_id',
]

/** Returns all rows that the polls of the sources left, without the columns in OWN. */
export async function readRemainingRows(db: Database, ids: readonly number[]): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {}
  for (const table of TABLES) {
    const { rows } = await db.pool.query<{ row: string }>(
      `SELECT (array_position($1::int[], source_id) || ' ' || (to_jsonb(t) - $2::text[])::text) AS row FROM ${table} t
       WHERE source_id = ANY ($1) ORDER BY 1`,
      [ids, OWN],
    )
    found[table] = rows.map(({ row }) => row)
  }
  const { rows } = await db.pool.query(
    `SELECT kind, lease_owner, asked_at IS NULL AS is_answered FROM poll_schedule WHERE source_id = ANY ($1) ORDER BY source_id, kind`,
    [ids],
  )
  return { ...found, schedule: rows }
}
