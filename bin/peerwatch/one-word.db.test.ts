import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIncidentTitle } from '#components/events/incident-text.ts'
import { getCircuitStatus, getGatewayStatus, getPathStatus, getSessionStatus } from '#components/ui/status-text.ts'
import { allApiEndpoints, type ApiEndpointResponse } from '#lib/api/index.ts'
import { getCircuit, listCircuits } from '#lib/circuits/answers/index.ts'
import type { CircuitPath, EpochMs, PollOutcome, PeerRow, PollKind } from '#lib/contract/index.ts'
import { circuitPaths, type DetectedEvent, eventKindRecords } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import {
  formatCircuitState,
  formatGatewayState,
  gatewayStateLabels,
  redundancyLabels,
  sessionVerdictLabels,
} from '#lib/gateways/api/state-text.ts'
import { getGateway, listGateways } from '#lib/gateways/answers/index.ts'
import {
  getOrCreateSourceId,
  computeEventId,
  syncPollSchedule,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { getIncident as innerGetIncident } from '#lib/incidents/answers/index.ts'
import { mailOfIncident } from '#lib/notify/testing/mail-of-incident.ts'
import { getOverview, getWall } from '#lib/overview/answers/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCustomerNeighbor,
  testFieldsOfIdleSession,
  createGatewayPeer,
} from '#lib/questions/testing/estate-feed.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  createTestPollRecorder,
  recordPoll,
  privatePeering,
} from '#lib/questions/testing/record-feed.ts'
import { listSessions as innerListSessions } from '#lib/sessions/answers/index.ts'
import { createCsvColumns } from './csv-columns.ts'
import { sessionsCommand } from './sessions.ts'
import { formatStatusHeadline, statusCommand } from './status.ts'
import { endpoints as sessionEndpoints } from '#lib/sessions/api/index.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'

const getIncident = wrapFunctionWithJsonEncoding(allApiEndpoints.incident, innerGetIncident)
const listSessions = wrapFunctionWithJsonEncoding(sessionEndpoints.sessions, innerListSessions)

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const DOWN = { ...testFieldsOfIdleSession, state: 'idle' as const }
const CIRCUITS = ['ckt-a', 'ckt-b'] as const
const hubGateway = (kind: 'expressRouteGateways' | 'vpnGateways', name: string) => {
  const base = createGatewayRow(name)
  return {
    ...base,
    resourceId: base.resourceId.replace('virtualNetworkGateways', kind),
    type: `microsoft.network/${kind.toLowerCase()}`,
    config: { properties: { provisioningState: 'Succeeded' } },
  }
}
const RESOURCES = [
  ...CIRCUITS.map((name, n) => createCircuitRow(name, privatePeering(n))),
  createGatewayRow('ergw', 'ExpressRoute', 'hub'),
  createGatewayRow('vpngw', 'Vpn', 'hub'),
  hubGateway('expressRouteGateways', 'hub-ergw'),
  hubGateway('vpnGateways', 'hub-vpngw'),
  ...CIRCUITS.map((name) => createConnectionRow(`to-${name}`, 'ergw', name, 0)),
]

/** Last poll of a source: its age at the time of the query, and its result. */
interface Last {
  ageSeconds: number
  outcome: PollOutcome
  isUp: boolean[]
}
const last = fc.record({
  ageSeconds: fc.oneof(fc.integer({ min: 5, max: 100 }), fc.integer({ min: 100, max: 1_500 })),
  outcome: fc.constantFrom<PollOutcome[]>('ok', 'ok', 'ok', 'unavailable', 'throttled', 'unauthorized', 'timeout'),
  isUp: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
})

interface Source {
  kind: PollKind
  resourceId: string
  subresource: string
  rows: (isUp: readonly boolean[]) => PeerRow[] | ReturnType<typeof createCustomerNeighbor>[]
}
const peersOf = (name: string, asn: number, neighbors: readonly string[]): Source => ({
  kind: 'peers',
  resourceId: gatewayId(name),
  subresource: '',
  rows: (isUp) =>
    ['10.0.4.12', '10.0.4.13'].flatMap((instance, n) =>
      neighbors.map((neighbor, m) =>
        createGatewayPeer(instance, neighbor, { asn, ...(isUp[(2 * n + m) % 4] ? {} : DOWN) }),
      ),
    ),
})
const summaryOf = (name: string, n: number, path: CircuitPath): Source => ({
  kind: 'summary',
  resourceId: circuitId(name),
  subresource: `AzurePrivatePeering/${path}`,
  rows: ([isUp]) => [
    createCustomerNeighbor(path, {
      neighbor: `172.16.${n}.${path === 'primary' ? 1 : 5}`,
      ...(isUp ? {} : { state: 'idle', azureState: 'Active', prefixesReceived: null }),
    }),
  ],
})
const SOURCES: Source[] = [
  ...CIRCUITS.flatMap((name, n) => circuitPaths.map((path) => summaryOf(name, n, path))),
  peersOf('ergw', 12076, ['10.0.4.4', '10.0.4.5']),
  peersOf('vpngw', 65010, ['169.254.21.2']),
]

const lastOf = (isUp: boolean, ageSeconds: number): Last => ({
  ageSeconds,
  outcome: 'ok',
  isUp: [isUp, isUp, isUp, isUp],
})
/**
 * Examples in which each status word occurs: everything up, everything down, no poll for a long time, and one path
 * down.
 */
const EXAMPLES: Last[][] = [
  SOURCES.map(() => lastOf(true, 10)),
  SOURCES.map(() => lastOf(false, 10)),
  SOURCES.map(() => lastOf(true, 1_500)),
  SOURCES.map((_, n) => lastOf(n !== 0, 10)),
]

/** Records the estate until a time, with a given age for each source's last poll. */
async function play(lasts: readonly Last[], now: EpochMs): Promise<void> {
  await createTestPollRecorder(db).inventory(now - 40 * MS_PER_MINUTE, RESOURCES)
  await createTestPollRecorder(db).inventory(now - 30 * MS_PER_SECOND, RESOURCES)
  for (const [n, { rows, ...source }] of SOURCES.entries()) {
    const { ageSeconds = 5, outcome = 'ok' as PollOutcome, isUp = [] } = lasts[n] ?? {}
    const at = now - ageSeconds * MS_PER_SECOND
    await recordPoll(db, { ...source, at: now - 35 * MS_PER_MINUTE, rows: rows([true, true, true, true]) })
    await recordPoll(db, { ...source, at: at - MS_PER_MINUTE, rows: rows(isUp) })
    await recordPoll(db, { ...source, at, rows: outcome === 'ok' ? rows(isUp) : [] }, { outcome })
  }
  await db.transaction((client) =>
    syncPollSchedule(
      client,
      SOURCES.map(({ kind, resourceId, subresource }) => ({ kind, resourceId, subresource, everySeconds: 60 })),
    ),
  )
}

/** Records that a circuit lost one path or both, as detection does. @returns the incident's ID */
async function recordLoss(row: ApiEndpointResponse<'circuits'>['data'][number], now: EpochMs): Promise<string> {
  const isPart = row.redundancy === 'reduced'
  const lost = row.paths.find(({ state }) => state === 'down')?.path
  const key = `${row.id} ${now}`
  const event: DetectedEvent = {
    key,
    kind: isPart ? 'path_down' : 'circuit_down',
    severity: isPart ? 'major' : 'critical',
    scope: row.id,
    subject: isPart ? `AzurePrivatePeering/${lost}` : 'AzurePrivatePeering',
    started: { earliest: now - 34 * MS_PER_MINUTE, latest: now - 30 * MS_PER_MINUTE },
    ended: null,
    duration: null,
    detectedAt: now - 30 * MS_PER_MINUTE,
    evidence: [],
    causes: [],
    flags: [],
    incident: key,
  }
  const { severity, scope, started, ended } = event
  await upsertEvents(
    db.pool,
    await getOrCreateSourceId(db.pool, { resourceId: circuitId(row.name), subresource: '' }),
    [event],
  )
  const times = { openedAt: event.detectedAt, closedAt: null }
  await upsertIncidents(db.pool, [{ key, root: key, scope, severity, members: [], started, ended, ...times }])
  return computeEventId(key)
}

/** Runs a command of the command line with the given answers. */
async function printed(command: typeof statusCommand | typeof sessionsCommand, answers: Record<string, unknown>) {
  let out = ''
  const client = {
    get: async (name: string) => answers[name],
    pages: async function* (name: string) {
      yield answers[name]
    },
  }
  const context = {
    client,
    options: {},
    words: [],
    now: () => START,
    out: (text: string) => (out += text),
    err: () => '',
  }
  await command.run(context as unknown as Parameters<typeof command.run>[0])
  return out
}
/** Splits a printed table into cells. */
const cellsOf = (out: string) => out.split('\n').map((line) => line.trim().split(/ {2,}/))

const csvOf = (list: 'circuits' | 'gateways' | 'sessions', row: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(createCsvColumns(allApiEndpoints[list].response.shape.data.element)).map(([name, read]) => [
      name,
      read(row),
    ]),
  )
const counted = <Row>(rows: readonly Row[], wordOf: (row: Row) => string) =>
  Object.fromEntries([...Map.groupBy(rows, wordOf)].map(([word, own]) => [word, own.length]))

/** Returns the word of a state on screens: the last known state if it is unknown now and no event replaces it. */
const wordNow = <State extends string>(
  word: string,
  { lastKnown, impaired = null }: { lastKnown?: { state: State } | undefined; impaired?: object | null },
  names: Readonly<Record<State, string>>,
): string => (lastKnown && !impaired ? names[lastKnown.state].toUpperCase() : word.toUpperCase())

describe('one verdict has one word', () => {
  it('in API, pages, wall, exports, command line and mail, however late polls are', async () => {
    let runs = 0
    const seen = new Set<string>()
    const compare = async (lasts: Parameters<typeof play>[0]) => {
      await db.pool.query('TRUNCATE resource, source, incident CASCADE')
      // use another time in each run, so that cached answers of earlier runs are not used
      const now = START + ++runs * 24 * 60 * MS_PER_MINUTE
      await play(lasts, now)
      const circuits = allApiEndpoints.circuits.response.parse(await listCircuits(db, { limit: 100 }, now)).data
      const gateways = allApiEndpoints.gateways.response.parse(await listGateways(db, { limit: 100 }, now)).data
      const sessions = await listSessions(db, { limit: 1_000 }, now)
      const overview = allApiEndpoints.overview.response.parse(await getOverview(db, { mayReadCost: false }, now))
      const { data: wall } = await getWall(db, {}, now)
      const tiles = new Map(wall.tiles.map((tile) => [tile.id, tile]))
      const problems = overview.data.worstFirst
      const { counts } = overview.data

      expect(counts.circuits).toEqual(counted(circuits, ({ redundancy }) => redundancy))
      expect(counts.gateways).toEqual(counted(gateways, ({ state }) => state))
      for (const row of circuits) {
        const { data } = allApiEndpoints.circuit.response.parse(await getCircuit(db, row.id, now))
        const word = formatCircuitState(row)
        seen.add(`circuit ${word}`)
        expect(pick(data)).toEqual(pick(row))
        expect(getCircuitStatus(data).word).toBe(wordNow(word, data, redundancyLabels))
        expect(tiles.get(`circuit/${row.id}`)?.called ?? word).toBe(word)
        expect(csvOf('circuits', row)).toMatchObject({ redundancy: row.redundancy })
        const problem = problems.find(({ type, id }) => type === 'circuit' && id === row.id)
        if (problem) expect([problem.state, problem.called]).toEqual([row.redundancy, word])
        for (const path of data.paths) {
          const own = sessions.data.filter((one) => one.scope === row.id && one.path === path.path)
          const isKnown = path.state !== 'unknown'
          expect(getPathStatus(path.state).word).toBe(path.state.replaceAll('_', ' ').toUpperCase())
          if (isKnown && own.length > 0)
            expect(
              own.some(({ verdict }) => verdict === (path.state === 'up' ? 'up' : 'down')),
              path.state,
            ).toBe(true)
        }
      }
      for (const row of gateways) {
        const { data } = allApiEndpoints.gateway.response.parse(await getGateway(db, row.id, now))
        const word = formatGatewayState(row)
        seen.add(`gateway ${word}`)
        expect({ state: data.state, instances: data.instances }).toEqual({
          state: row.state,
          instances: row.instances,
        })
        expect(getGatewayStatus(data).word).toBe(wordNow(word, data, gatewayStateLabels))
        expect(tiles.get(`gateway/${row.id}`)?.called ?? word).toBe(word)
        expect(csvOf('gateways', row)).toMatchObject({ state: row.state })
        const problem = problems.find(({ type, id }) => type === 'gateway' && id === row.id)
        if (problem) expect([problem.state, problem.called]).toEqual([row.state, word])
        const ups = sessions.data.filter(({ scope, verdict }) => scope === row.id && verdict === 'up')
        if (row.state !== 'unknown')
          expect(row.instances.reduce((sum, { sessionsUp }) => sum + sessionsUp, 0)).toBe(ups.length)
      }
      const lines = cellsOf(await printed(sessionsCommand, { sessions }))
      for (const row of sessions.data) {
        seen.add(`session ${row.verdict}`)
        expect(csvOf('sessions', row)).toMatchObject({ verdict: row.verdict })
        expect(
          lines.some((line) => line.includes(row.neighbor) && line.includes(sessionVerdictLabels[row.verdict])),
        ).toBe(true)
        expect(getSessionStatus(row).word).toBe(wordNow(sessionVerdictLabels[row.verdict], row, sessionVerdictLabels))
      }
      const shown = cellsOf(await printed(statusCommand, { overview }))
      for (const { name, called } of problems)
        expect(shown.some((line) => line.includes(name) && line.some((cell) => cell.startsWith(called)))).toBe(true)
      const down = problems.filter(({ severity }) => severity === 'down').length
      expect(formatStatusHeadline(overview)).toContain(`down=${down} `)

      for (const row of circuits.filter(({ redundancy }) => redundancy === 'no_path' || redundancy === 'reduced')) {
        const { data: incident } = await getIncident(db, await recordLoss(row, now), now)
        const { subject, text } = await mailOfIncident(db, incident.id, now)
        const kind = eventKindRecords[row.redundancy === 'reduced' ? 'path_down' : 'circuit_down'].name
        seen.add(`mail ${kind}`)
        expect(formatIncidentTitle(incident)).toContain(kind)
        expect(subject).toContain(`${incident.severity.toUpperCase()}] ${kind}: ${row.name}`)
        expect(text).toMatch(new RegExp(`^Severity:? +${incident.severity}$`, 'm'))
        const [, impact = ''] = /^Impact:? +(.*?)\.?$/m.exec(text) ?? []
        expect(incident.impact.summary.toLowerCase()).toContain(impact.toLowerCase())
      }
    }
    // run the examples separately, because a slow machine ends the property test early and each word must occur
    for (const example of EXAMPLES) await compare(example)
    const lasts = fc.array(last, { minLength: SOURCES.length, maxLength: SOURCES.length })
    await fc.assert(fc.asyncProperty(lasts, compare), { numRuns: 4 })
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'circuit both paths up',
        'circuit one path left',
        'circuit down',
        'circuit unknown',
        'gateway healthy',
        'gateway isolated',
        'gateway not reported',
        'gateway unknown',
        'mail Path down',
        'mail Peering down',
        'session up',
        'session down',
        'session unknown',
      ]),
    )
  }, 120_000)
})

const pick = ({ redundancy, paths, peerings, unconfirmedSince }: ApiEndpointResponse<'circuits'>['data'][number]) => ({
  redundancy,
  paths: paths.map(({ path, state }) => [path, state]),
  peerings: peerings.map(({ name, redundancy: own }) => [name, own]),
  unconfirmedSince,
})
