import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRequiredSignInSettings } from './api/testing/signed-api.ts'
import { getOverviewExitState } from '../bin/peerwatch/status.ts'
import { buildEstateMap } from '#components/map/estate-map.ts'
import { getCircuitStatus, getGatewayStatus, omitLastKnownTime } from '#components/ui/status-text.ts'
import type { StateTone } from '#components/ui/drawing/glyph.tsx'
import { endpoints as gatewayEndpoints } from '#lib/gateways/api/index.ts'
import { endpoints as circuitEndpoints } from '#lib/circuits/api/index.ts'
import { getCircuit as innerGetCircuit, listCircuits as innerListCircuits } from '#lib/circuits/answers/index.ts'
import { createTimesSection, formatTicket } from '#components/tickets/ticket-sections.ts'
import { getOutageDuration } from '#components/events/incident-text.ts'
import { formatWallTile } from '#components/wall/wall-text.ts'
import { computeProvenMinDuration } from '#lib/contract/events/proof-end.ts'
import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { redundancyLabels } from '#lib/gateways/api/state-text.ts'
import {
  getHandover as innerGetHandover,
  getIncident as innerGetIncident,
  getIncidents as innerGetIncidents,
} from '#lib/incidents/answers/index.ts'
import { listSessions as innerListSessions } from '#lib/sessions/answers/index.ts'
import { getGateway, listGateways } from '#lib/gateways/answers/index.ts'
import { listSources, computeShortId, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { getOverview, getWall as innerGetWall } from '#lib/overview/answers/index.ts'
import { endpoints } from '#lib/overview/api/index.ts'
import { readWholeEstateMetrics } from '#lib/setup/answers/index.ts'
import {
  arpTable,
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { overrideSettings } from '#lib/platform/settings.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import fc from '#lib/platform/testing/fast-check.ts'
import { endpoints as incidentEndpoints } from '#lib/incidents/api/index.ts'
import { endpoints as sessionEndpoints } from '#lib/sessions/api/index.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'

const getIncident = wrapFunctionWithJsonEncoding(incidentEndpoints.incident, innerGetIncident)
const getCircuit = wrapFunctionWithJsonEncoding(circuitEndpoints.circuit, innerGetCircuit)
const getHandover = wrapFunctionWithJsonEncoding(incidentEndpoints.handover, innerGetHandover)
const getWall = wrapFunctionWithJsonEncoding(endpoints.wall, innerGetWall)
const listCircuits = wrapFunctionWithJsonEncoding(circuitEndpoints.circuits, innerListCircuits)
const listSessions = wrapFunctionWithJsonEncoding(sessionEndpoints.sessions, innerListSessions)
const getIncidents = wrapFunctionWithJsonEncoding(incidentEndpoints.incidents, innerGetIncidents)

const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000

const db = withTestDatabase()

// the metrics depend on the settings, because they include whether alerting is proved
beforeAll(() => overrideSettings(() => createRequiredSignInSettings(db.url)))
afterAll(() => overrideSettings(undefined))

/** Polls both paths as up for five minutes, then the named paths as lost. */
async function polled(from: number, lost: Lost) {
  await createTestEstatePollRecorder(db).inventory(minute(from), createInventoryRows())
  for (let n = from; n < from + 7; n++) await poll(n, n > from + 4 ? lost : { primary: false, secondary: false })
}

type Lost = Record<'primary' | 'secondary', boolean>

/** Records every poll of one minute. */
async function poll(n: number, lost: Lost) {
  const feed = createTestEstatePollRecorder(db)
  const isLost = (path: 'primary' | 'secondary') => lost[path]
  const row = (neighbor: string, path: 'primary' | 'secondary') =>
    createGatewayPeer('10.0.4.12', neighbor, isLost(path) ? testFieldsOfIdleSession : {})
  await feed.peers(minute(n), [row('10.0.4.4', 'primary'), row('10.0.4.5', 'secondary')])
  for (const path of ['primary', 'secondary'] as const) {
    await feed.summary(minute(n), path, [
      azureSide(),
      createCustomerNeighbor(path, isLost(path) ? testFieldsOfIdleSession : {}),
    ])
    await feed.arp(minute(n), path, isLost(path) ? arpTable(path, null) : arpTable(path))
  }
}

type Verdict = 'bad' | 'unknown' | 'well'
const ofTone = (tone: StateTone): Verdict =>
  tone === 'down' || tone === 'degraded' || tone === 'notice' ? 'bad' : tone === 'unknown' ? 'unknown' : 'well'

/** Returns the state of the one circuit and its gateway on each surface. */
async function surfaces(now: number) {
  const overview = endpoints.overview.response.parse(await getOverview(db, { mayReadCost: false }, now))
  const wall = await getWall(db, {}, now)
  const page = { limit: 10 }
  const circuits = (await listCircuits(db, page, now)).data
  const gateways = gatewayEndpoints.gateways.response.parse(await listGateways(db, page, now)).data
  const { worstFirst: problems } = overview.data
  const map = buildEstateMap({ circuits, gateways, networks: [], sites: [], problems })
  const circuit = (await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, now)).data
  const gateway = gatewayEndpoints.gateway.response.parse(await getGateway(db, TEST_ESTATE_GATEWAY_ARM_ID, now)).data
  const families = new Map((await readWholeEstateMetrics(db, now)).map(({ name, samples }) => [name, samples]))
  const metric = (name: string, of: string): Verdict | null => {
    if (families.get('peerwatch_unknown_reason')?.some(({ labels }) => labels.of === of)) return 'unknown'
    const state = families.get(name)?.find(({ value }) => value === 1)?.labels.state
    return state === undefined ? null : state === 'redundant' || state === 'healthy' ? 'well' : 'bad'
  }
  const tile = (id: string): Verdict | null => {
    const state = wall.data.tiles.find((one) => one.id === id)?.state
    return state === undefined ? null : state === 'up' ? 'well' : state === 'unknown' ? 'unknown' : 'bad'
  }
  return {
    overview,
    map,
    wall,
    circuit,
    gateway,
    // a healthy resource is named by the row itself, other resources also by the list of problems
    words: {
      list: circuits.map((one) => omitLastKnownTime(getCircuitStatus(one)).word)[0],
      page: omitLastKnownTime(getCircuitStatus(circuit)).word,
      map: map.places.flatMap(({ rows }) => rows.map(({ status }) => status.word))[0],
      wall: wall.data.tiles.find(({ id }) => id === `circuit/${circuit.id}`)?.called.toUpperCase(),
      home:
        problems.find(({ id }) => id === circuit.id)?.called.toUpperCase() ??
        omitLastKnownTime(getCircuitStatus(circuit)).word,
    },
    ofCircuit: {
      map: map.places.flatMap(({ rows }) => rows.map(({ status }) => ofTone(status.tone)))[0],
      wall: tile(`circuit/${circuit.id}`),
      page: ofTone(getCircuitStatus(circuit).tone),
      metrics: metric('peerwatch_circuit_redundancy', 'circuit'),
    },
    ofGateway: {
      map: map.gateways.map(({ status }) => ofTone(status.tone))[0],
      // a gateway that lost only a path of the circuit is represented by the circuit's tile
      wall: tile(`gateway/${gateway.id}`) ?? tile(`circuit/${circuit.id}`),
      page: ofTone(getGatewayStatus(gateway).tone),
      metrics: metric('peerwatch_gateway_state', 'gateway'),
    },
  }
}

const same = (verdicts: Record<string, Verdict | null | undefined>) =>
  expect([...new Set(Object.values(verdicts))], JSON.stringify(verdicts)).toHaveLength(1)

it('an outage has one begin, one end and one least duration on every surface, and the least never falls', async () => {
  const lost = { primary: true, secondary: false }
  await polled(-100, lost)
  const { data: fallen } = await listSessions(
    db,
    { scope: TEST_ESTATE_CIRCUIT_ARM_ID, limit: 10 },
    minute(-94) + 20_000,
  )
  const began = fallen.find(({ path, verdict }) => path === 'primary' && verdict === 'down')?.downSince ?? ['', '']
  // bounds from the polls around it; earlier polls with the same answer are combined
  expect(began.map((at) => Math.floor((Date.parse(at) - START) / 60_000))).toEqual([-100, -95])
  const scope = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
  const source = (await listSources(db.pool)).find((one) => one.scope === scope)?.sourceId ?? 0
  const [earliest, latest] = began.map((at) => Date.parse(at)) as [number, number]
  const said = { scope, evidence: [], causes: [], flags: [], duration: null, detectedAt: minute(-95), incident: 'fall' }
  const record = async (ended: { earliest: number; latest: number } | null) => {
    const own = { ...said, severity: 'major' as const, started: { earliest, latest }, ended }
    // an event of lower severity, seen by other polls, that begins before and ends after the outage
    const beside = { severity: 'info' as const, started: { earliest: earliest - 30_000, latest: latest + 5_000 } }
    const later = ended && { earliest: ended.earliest, latest: ended.latest + 9_000 }
    await upsertEvents(db.pool, source, [
      { ...own, key: 'fall', kind: 'path_down', subject: 'AzurePrivatePeering/primary' },
      { ...own, key: 'redundancy', kind: 'redundancy_lost', subject: 'AzurePrivatePeering' },
      { ...own, ...beside, ended: later, key: 'beside', kind: 'ecmp_reduced', subject: '10.0.4.4 > 10.0.4.5' },
    ])
    const group = { members: ['fall', 'redundancy', 'beside'], openedAt: minute(-95), closedAt: ended && minute(-85) }
    const started = { earliest: beside.started.earliest, latest }
    await upsertIncidents(db.pool, [{ ...own, ...group, key: 'fall', root: 'fall', started, ended: later }])
  }
  await record(null)

  /**
   * Returns the minimum duration of the ongoing outage, after checking that each surface shows the same start and
   * duration.
   */
  const ages = async (now: number) => {
    const { overview, wall, circuit } = await surfaces(now)
    const page = { limit: 10 }
    const { data: sessions } = await listSessions(db, { ...page, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, now)
    const incidents = (await getIncidents(db, { ...page, state: 'open', scope: TEST_ESTATE_CIRCUIT_ARM_ID }, now)).data
    const [first] = incidents
    if (!first) throw new Error('no incident')
    const incident = (await getIncident(db, first.id, now)).data
    const { data: shift } = await getHandover(db, { since: minute(-100) }, now)
    const ofIncidents = [first, incident, ...overview.data.incidents.open, ...shift.stillOpen]
    const tiles = wall.data.tiles.filter(({ id }) => id === `circuit/${circuit.id}`)
    const primary = (paths: typeof circuit.paths) => paths.filter(({ path }) => path === 'primary')
    const stated = [
      overview.data.headline,
      ...overview.data.worstFirst.filter(({ id }) => id === circuit.id),
      ...tiles,
      ...primary(circuit.paths),
      ...primary((await listCircuits(db, page, now)).data[0]?.paths ?? []),
      ...sessions.filter(({ path }) => path === 'primary').map((one) => ({ ...one, since: one.downSince })),
    ]
    expect(stated.length).toBeGreaterThanOrEqual(6)
    expect(new Set(ofIncidents.map(({ startedBetween }) => startedBetween.join()))).toEqual(new Set([began.join()]))
    expect(new Set(stated.map(({ since }) => since?.join()))).toEqual(new Set([began.join()]))
    const leasts = new Set([
      ...stated.map((one) => computeProvenMinDuration(latest, one, now)),
      ...ofIncidents.map((one) => getOutageDuration(one, now).least),
    ])
    expect([...leasts], `at ${new Date(now).toISOString()}`).toHaveLength(1)
    const [least = 0] = leasts
    const words = formatDuration(least)
    if (now < minute(-90))
      expect(tiles.map((tile) => formatWallTile(tile, now, 'UTC').lasted)).toEqual([
        least < 1_000 ? null : `≥ ${words}`,
      ])
    if (least >= 1_000 && !overview.data.headline.unconfirmedSince)
      expect(overview.data.headline.sentence).toContain(`since ${formatUtcMinuteOfDay(latest, now)}`)
    expect(formatTicket([createTimesSection(incident, now)])).toContain(words)
    return least
  }
  let least = 0
  const moments = [minute(-94) + 20_000, minute(-94) + 50_000, minute(-93) + 40_000, minute(-91)]
  for (const now of moments) {
    const next = await ages(now)
    // time after the last poll is not counted
    expect(next).toBeLessThanOrEqual(minute(-94) - latest)
    expect(next).toBeGreaterThanOrEqual(least)
    least = next
  }
  await poll(-90, lost)
  const after = await ages(minute(-90) + 10_000)
  expect(after).toBeGreaterThan(least)

  await poll(-89, { primary: false, secondary: false })
  const ended = { earliest: minute(-90), latest: minute(-89) + 1_000 }
  await record(ended)
  const now = minute(-89) + 20_000
  // the incident ends with its last fault, which is the event of lower severity; its outage ends earlier
  const bounds = [ended.earliest, ended.latest + 9_000].map((at) => new Date(at).toISOString())
  const { wall } = await surfaces(now)
  const [incident] = (await getIncidents(db, { limit: 1, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, now)).data
  if (!incident) throw new Error('no incident')
  const lasted = getOutageDuration(incident, now)
  expect(incident).toMatchObject({ phase: 'closed', startedBetween: began, endedBetween: bounds })
  // the outage's length excludes the time after the path returned
  expect(lasted.most).toBe(ended.latest - earliest)
  expect(wall.data.tiles.find(({ id }) => id === `circuit/${scope}`)?.recovered).toMatchObject({
    at: bounds[1],
    duration: { atLeastSeconds: lasted.least / 1_000, atMostSeconds: (ended.latest - earliest) / 1_000 },
  })
  expect(lasted.least).toBeGreaterThanOrEqual(after)
})

it.each([
  ['nothing is lost', 0, { primary: false, secondary: false }],
  ['one path is lost', 10, { primary: true, secondary: false }],
  ['both paths are lost', 20, { primary: true, secondary: true }],
] as const)(
  'overview, map, wall, page, metrics and status agree, however late each poll is, while %s',
  async (_, from, lost) => {
    await polled(from, lost)
    const now = minute(from + 9)
    const { rows } = await db.pool.query<{ source_id: string; kind: string }>(
      'SELECT source_id, kind::text FROM poll_state ORDER BY 1, 2',
    )
    const ages = fc.array(fc.constantFrom(20, 100, 170, 400, 900), { minLength: rows.length, maxLength: rows.length })
    await fc.assert(
      fc.asyncProperty(ages, async (seconds) => {
        await db.pool.query(
          `UPDATE poll_state p SET last_started_at = l.at, last_finished_at = l.at, ok_started_at = l.at, ok_finished_at = l.at, read_at = NULL
         FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS l (source, kind, at)
         WHERE p.source_id = l.source AND p.kind::text = l.kind`,
          [
            rows.map(({ source_id: source }) => source),
            rows.map(({ kind }) => kind),
            rows.map((_row, index) => new Date(now - (seconds[index] ?? 0) * 1_000)),
          ],
        )
        const { overview, wall, circuit, gateway, words, ofCircuit, ofGateway } = await surfaces(now)
        same(ofCircuit)
        same(ofGateway)
        // the wall and home call a single resource with late polls unknown, and lists name its last known state
        const { lastKnown } = circuit
        const was = lastKnown ? `${redundancyLabels[lastKnown.state].toUpperCase()}, last known` : null
        const states = Object.values(words).map((word) => (word === was ? 'UNKNOWN' : word))
        expect(new Set(states).size, JSON.stringify(words)).toBe(1)
        if (was) expect(states[0]).toBe('UNKNOWN')
        // paths that were polled as lost stay lost; paths that were polled as up are not lost only because the next
        // poll is late
        const isLost = lost.primary || lost.secondary
        expect(ofCircuit.page === 'bad', JSON.stringify(circuit.paths)).toBe(isLost)
        expect(ofGateway.page === 'bad', gateway.reason ?? '').toBe(isLost)
        const verdicts = [...Object.values(ofCircuit), ...Object.values(ofGateway)]
        if (isLost) expect(['warning', 'critical']).toContain(getOverviewExitState(overview))
        else if (verdicts.includes('unknown')) expect(getOverviewExitState(overview)).toBe('unknown')
        if (verdicts.some((verdict) => verdict !== 'well')) {
          expect(overview.data.headline.severity).not.toBe('up')
          expect(overview.data.headline.sentence).not.toMatch(/both paths up/i)
          expect(wall.data.allWellSince).toBeNull()
        }
        expect(wall.data.tiles.filter(({ type }) => type === 'collector').length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 4 },
    )
  },
)

it('has one word for a circuit on every surface, whose paths are up while an incident about it goes on', async () => {
  await polled(40, { primary: false, secondary: false })
  const now = minute(47)
  const [source] = await listSources(db.pool)
  const at = { earliest: now - 60_000, latest: now - 50_000 }
  const scope = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
  const raised = { key: 'withdrawn', scope, severity: 'major' as const, started: at, ended: null }
  const shown = {
    evidence: [],
    causes: [],
    flags: [],
    subject: '',
    duration: null,
    detectedAt: now,
    incident: 'incident',
  }
  await upsertEvents(db.pool, source?.sourceId ?? 0, [{ ...raised, ...shown, kind: 'mass_withdraw' }])
  const group = { members: [raised.key], openedAt: now, closedAt: null }
  await upsertIncidents(db.pool, [{ ...raised, ...group, key: 'incident', root: raised.key }])
  const { overview, wall, circuit, words, ofCircuit } = await surfaces(now)
  expect(circuit.redundancy).toBe('redundant')
  expect(new Set(Object.values(words))).toEqual(new Set(['DEGRADED']))
  expect(ofCircuit).toMatchObject({ map: 'bad', wall: 'bad', page: 'bad' })
  expect(overview.data.worstFirst[0]).toMatchObject({ id: scope, called: 'degraded' })
  expect(wall.data.headline.severity).toBe('degraded')
  // a circuit that failed twice and may fail again also has one status word, with its reason next to it
  const time = (n: number) => ({ earliest: minute(n), latest: minute(n) })
  await upsertEvents(db.pool, source?.sourceId ?? 0, [
    { ...raised, ...shown, kind: 'mass_withdraw', started: time(30), ended: time(31) },
    { ...raised, ...shown, key: 'again', kind: 'mass_withdraw', started: time(34), ended: time(35) },
    { ...raised, ...shown, key: 'flaps', kind: 'session_flapping' },
  ])
  await upsertIncidents(db.pool, [
    { ...raised, ...group, key: 'incident', root: raised.key, members: [raised.key, 'again', 'flaps'] },
  ])
  const flaps = await surfaces(now)
  expect(new Set(Object.values(flaps.words))).toEqual(new Set(['FLAPPING']))
  expect(flaps.circuit.impaired?.reason).toBe('flapping: 2 outages in 4 min 00 s')
})

it('a gateway whose circuit brings no prefix any more, while its sessions are up, is degraded on every surface', async () => {
  const feed = createTestEstatePollRecorder(db)
  const silent = (neighbor: string) => createGatewayPeer('10.0.4.12', neighbor, { routesReceived: 0 })
  for (const n of [48, 49]) await feed.peers(minute(n), [silent('10.0.4.4'), silent('10.0.4.5')])
  const { gateway, wall, map, overview } = await surfaces(minute(49) + 5_000)
  expect(gateway).toMatchObject({ state: 'no_prefixes', reason: 'No prefixes from ckt-lon.' })
  expect(getGatewayStatus(gateway)).toMatchObject({ tone: 'degraded', word: 'DEGRADED' })
  expect(map.gateways.map(({ status, instances }) => [status.word, instances[0]?.status.tone])).toEqual([
    ['DEGRADED', 'degraded'],
  ])
  expect(wall.data.tiles.find(({ id }) => id === `gateway/${gateway.id}`)).toMatchObject({ called: 'degraded' })
  expect(overview.data.worstFirst.map(({ id, called }) => [id, called])).toContainEqual([gateway.id, 'degraded'])
  // it stays degraded while no poll runs, because no poll showed a prefix again
  const late = await surfaces(minute(59))
  const at = new Date(minute(49)).toISOString().slice(0, 16)
  expect(late.gateway).toMatchObject({ state: 'no_prefixes', reason: 'No prefixes from ckt-lon.' })
  expect(late.gateway.lastKnown).toBeUndefined()
  expect(late.gateway.unconfirmedSince).toContain(at)
  expect(getGatewayStatus(late.gateway)).toMatchObject({ tone: 'degraded', word: 'DEGRADED' })
  expect(late.wall.data.tiles.find(({ id }) => id === `gateway/${gateway.id}`)).toMatchObject({
    state: 'degraded',
    called: 'degraded',
    unconfirmedSince: late.gateway.unconfirmedSince,
  })
  expect(late.overview.data.worstFirst[0]).toMatchObject({ id: gateway.id, called: 'degraded', severity: 'degraded' })
})
