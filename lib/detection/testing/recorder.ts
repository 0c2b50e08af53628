import { diffTables, establishedSpan } from '#lib/bgp/index.ts'
import type {
  Bounds,
  Change,
  ConfigChange,
  Observation,
  Outcome,
  PeerRow,
  PollMark,
  ResourceRow,
  RouteRow,
  SessionSample,
  SummaryRow,
  SilentSession,
} from '#lib/contract/index.ts'

type Seen = Pick<SilentSession, 'moved' | 'firstAt' | 'lastAt'>

export interface Recorded {
  mark: PollMark
  changes: Change[]
  silentSessions: SilentSession[]
}

/** What one source and kind showed last, as history would keep it. */
interface Last {
  okAt: number | null
  attemptAt: number | null
  outcome: Outcome | null
  sessions: Map<string, { sample: SessionSample; ageMs: number | null; seenAt: number; seen: Seen | null }>
  routes: RouteRow[]
  configs: Map<string, ResourceRow>
}

/**
 * Stands in for history in tests of detection: turns a series of observations into marks and changes, in memory, as the
 * contract of `Change` says. It keeps no past.
 */
export class Recorder {
  readonly #last = new Map<string, Last>()
  readonly #ids = new Map<string, number>()

  record(observation: Observation, scope: string, localAddress = ''): Recorded {
    const { target, kind, startedAt, finishedAt, outcome, silentInstances } = observation
    const source = `${target.resourceId} ${target.part}`
    const sourceId = this.#ids.get(source) ?? this.#ids.size + 1
    this.#ids.set(source, sourceId)
    const last = this.#last.get(`${source} ${kind}`) ?? blank()
    this.#last.set(`${source} ${kind}`, last)
    const mark: PollMark = {
      sourceId,
      scope,
      part: target.part,
      kind,
      startedAt,
      finishedAt,
      outcome,
      previousOkAt: last.okAt,
      previousAttemptAt: last.attemptAt,
      silentInstances,
    }
    const changes: Change[] =
      last.outcome === outcome ? [] : [{ type: 'outcome', before: last.outcome, after: outcome }]
    last.outcome = outcome
    last.attemptAt = startedAt
    if (outcome === 'ok' || outcome === 'incomplete') {
      changes.push(...rowChanges(observation, last, localAddress))
      if (outcome === 'ok') last.okAt = startedAt
    }
    return { mark, changes, silentSessions: silentIn(observation, last) }
  }

  /** Every path table that has been read. */
  pathTables(): { circuit: string; part: string; rows: RouteRow[] }[] {
    return [...this.#last].flatMap(([key, { routes, okAt }]) => {
      const [circuit = '', part = '', kind] = key.split(' ')
      return kind === 'tables' && okAt !== null ? [{ circuit, part, rows: routes }] : []
    })
  }

  /** Every learned row of every gateway, as last read. */
  learned(): { gateway: string; rows: RouteRow[] }[] {
    return [...this.#last].flatMap(([key, { routes }]) =>
      key.endsWith(' learned') ? [{ gateway: key.split(' ')[0] ?? '', rows: routes }] : [],
    )
  }
}

function blank(): Last {
  return {
    okAt: null,
    attemptAt: null,
    outcome: null,
    sessions: new Map(),
    routes: [],
    configs: new Map(),
  }
}

function rowChanges(observation: Observation, last: Last, localAddress: string): Change[] {
  switch (observation.kind) {
    case 'peers':
      return sessionChanges(observation, observation.rows.map(peerSample), last)
    case 'summary':
      return sessionChanges(
        observation,
        observation.rows.map((row) => summarySample(row, localAddress)),
        last,
      )
    case 'learned':
    case 'tables':
      return routeChanges(observation, observation.rows, last)
    case 'inventory':
      return configChanges(observation, observation.rows.resources, last)
    default:
      return []
  }
}

interface Sampled {
  localAddress: string
  neighbor: string
  ageMs: number | null
  unitMs: number
  sample: Omit<SessionSample, 'establishedAt'>
}

function peerSample(row: PeerRow): Sampled {
  return {
    localAddress: row.localAddress,
    neighbor: row.neighbor,
    ageMs: row.connectedDurationMs,
    unitMs: 0,
    sample: {
      state: row.state,
      azureState: row.azureState,
      asn: row.asn,
      downReason: null,
      prefixesReceived: row.routesReceived,
      messagesSent: row.messagesSent?.toString() ?? null,
      messagesReceived: row.messagesReceived?.toString() ?? null,
    },
  }
}

function summarySample(row: SummaryRow, localAddress: string): Sampled {
  return {
    localAddress,
    neighbor: row.neighbor,
    ageMs: row.state === 'established' ? (row.upDown?.ms ?? null) : null,
    unitMs: row.upDown?.unitMs ?? 0,
    sample: {
      state: row.state,
      azureState: row.azureState,
      asn: row.asn,
      downReason: row.downReason,
      prefixesReceived: row.prefixesReceived,
      messagesSent: null,
      messagesReceived: null,
    },
  }
}

const DELTA = 2_000

function sessionChanges(poll: Observation, rows: readonly Sampled[], last: Last): Change[] {
  const { startedAt, finishedAt } = poll
  const silent = new Set(poll.silentInstances)
  const changes: Change[] = []
  const seen = new Set<string>()
  for (const { localAddress, neighbor, ageMs, unitMs, sample: bare } of rows) {
    const key = `${localAddress}~${neighbor}`
    if (seen.has(key)) continue
    seen.add(key)
    const reported = ageMs === null ? null : establishedSpan({ startedAt, finishedAt }, ageMs, unitMs)
    const known = last.sessions.get(key)
    const seenAt = known?.seenAt ?? startedAt
    const before = known?.sample ?? null
    const wasUp = before?.state === 'established' && bare.state === 'established'
    const restarted = wasUp && restarts(before, bare, reported, seenAt)
    // an answer that contradicts the one before proves nothing
    const keeps = wasUp && !restarted && before.establishedAt !== null
    const sample: SessionSample = { ...bare, establishedAt: keeps ? before.establishedAt : reported }
    const differs =
      !before ||
      restarted ||
      before.state !== bare.state ||
      before.azureState !== bare.azureState ||
      before.downReason !== bare.downReason
    if (differs) {
      const between: Bounds = { earliest: known ? seenAt : (last.okAt ?? 0), latest: finishedAt }
      changes.push({ type: 'session', localAddress, neighbor, before, after: sample, between, first: !known })
    }
    last.sessions.set(key, { sample, ageMs, seenAt: startedAt, seen: seenAfter(known, bare, ageMs, poll) })
  }
  for (const [key, known] of last.sessions) {
    const [localAddress = '', neighbor = ''] = key.split('~')
    if (seen.has(key) || silent.has(localAddress)) continue
    last.sessions.delete(key)
    const between = { earliest: known.seenAt, latest: finishedAt }
    changes.push({ type: 'session', localAddress, neighbor, before: known.sample, after: null, between, first: false })
  }
  return changes
}

function seenAfter(
  known: { sample: SessionSample; ageMs: number | null; seen: Seen | null } | undefined,
  { state, messagesReceived: now }: Sampled['sample'],
  ageMs: number | null,
  { startedAt, finishedAt }: Observation,
): Seen | null {
  if (state !== 'established' || now === null) return null
  const before = known?.seen ?? null
  if (!before || known?.sample.messagesReceived !== now) {
    return { moved: { earliest: before?.lastAt ?? null, latest: finishedAt }, firstAt: startedAt, lastAt: startedAt }
  }
  return ageMs === known.ageMs ? before : { ...before, lastAt: startedAt }
}

function silentIn({ kind, startedAt }: Observation, { sessions }: Last): SilentSession[] {
  if (kind !== 'peers') return []
  return [...sessions].flatMap(([key, { sample, seen }]) => {
    const [localAddress = '', neighbor = ''] = key.split('~')
    const { messagesReceived } = sample
    if (!seen || messagesReceived === null || seen.lastAt !== startedAt || seen.firstAt === startedAt) return []
    return [{ localAddress, neighbor, messagesReceived, ...seen }]
  })
}

function restarts(before: SessionSample, now: Sampled['sample'], reported: Bounds | null, seenAt: number): boolean {
  const was = before.establishedAt
  if (reported && was) return reported.earliest > was.latest + DELTA && reported.latest >= seenAt
  const lower = (a: string | null, b: string | null) => a !== null && b !== null && BigInt(a) < BigInt(b)
  return lower(now.messagesReceived, before.messagesReceived) || lower(now.messagesSent, before.messagesSent)
}

function routeChanges(poll: Observation, rows: readonly RouteRow[], last: Last): Change[] {
  const silent = new Set(poll.silentInstances)
  const kept = last.routes.filter(({ instance }) => silent.has(instance ?? ''))
  const table = [...rows, ...kept]
  const { announced, withdrawn, changed } = diffTables(last.routes, table)
  last.routes = table
  const between = { earliest: last.okAt ?? 0, latest: poll.finishedAt }
  const attributes = (all: readonly RouteRow[]) =>
    all.map(({ nextHop, asPath, origin, weight, localPref }) => ({ nextHop, asPath, origin, weight, localPref }))
  return [
    ...announced.map((change) => ({ op: 'announce' as const, change })),
    ...withdrawn.map((change) => ({ op: 'withdraw' as const, change })),
    ...changed.map((change) => ({ op: 'change' as const, change })),
  ].map(({ op, change }) => ({
    type: 'route',
    op,
    instance: change.instance,
    peer: change.peer,
    prefix: change.prefix,
    before: attributes(change.before),
    after: attributes(change.after),
    between,
  }))
}

function configChanges(poll: Observation, resources: readonly ResourceRow[], last: Last): Change[] {
  const between = { earliest: last.okAt ?? 0, latest: poll.finishedAt }
  const rows = new Map(resources.map((row) => [row.resourceId, row]))
  const changes: ConfigChange[] = []
  for (const [resourceId, row] of rows) {
    const known = last.configs.get(resourceId)
    const base = { type: 'config' as const, resourceId, resourceType: row.type, between }
    if (!known) changes.push({ ...base, op: 'added', fields: [] })
    else if (JSON.stringify(known.config) !== JSON.stringify(row.config)) {
      const fields = Object.keys({ ...known.config, ...row.config })
        .filter((name) => JSON.stringify(known.config[name]) !== JSON.stringify(row.config[name]))
        .map((name) => ({ path: `/${name}`, before: known.config[name], after: row.config[name] }))
      changes.push({ ...base, op: 'changed', fields })
    }
  }
  for (const [resourceId, known] of last.configs) {
    if (rows.has(resourceId)) continue
    changes.push({ type: 'config', op: 'removed', resourceId, resourceType: known.type, fields: [], between })
  }
  last.configs = rows
  return changes
}
