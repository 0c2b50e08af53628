import { beforeAll, expect, it } from 'vitest'
import { createIncidentSection, formatTicket } from '#components/tickets/ticket-sections.ts'
import { armTypes, circuitPaths, type DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import {
  getOrCreateSourceId,
  computeEventId,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { getIncident as innerGetIncident } from '#lib/incidents/answers/index.ts'
import { mailOfIncident } from '#lib/notify/testing/mail-of-incident.ts'
import { getWall, getWallHistory } from '#lib/overview/answers/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import fc from '#lib/platform/testing/fast-check.ts'
import {
  createCounterRows,
  createCustomerNeighbor,
  testFieldsOfIdleSession,
} from '#lib/questions/testing/estate-feed.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createTestPollRecorder,
  recordPoll,
  privatePeering,
} from '#lib/questions/testing/record-feed.ts'
import { getAvailabilityReport, getUptime } from '#lib/reports/answers/index.ts'
import { endpoints as reportEndpoints } from '#lib/reports/api/index.ts'
import { buildReportMail } from '#lib/reports/mail/report-mail.ts'
import { findWorstAvailability } from '#lib/contract/up-share.ts'
import {
  formatAvailabilityByLayer,
  formatWorstAvailability,
  groupRowByLayer,
  formatLostTimesByLayer,
} from '#lib/contract/words/up-share.ts'
import {
  formatUptimeDay,
  formatUptimeDays,
  formatDaysAvailability,
  getUptimeDayTone,
  hasTrafficLoss,
  toUptimeChartData,
} from '#components/uptime/uptime-text.ts'
import { availabilityCommand } from '../bin/peerwatch/availability.ts'
import { lookUpRoutesToAddress } from '#lib/routes/answers/index.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/incidents/api/index.ts'

const getIncident = wrapFunctionWithJsonEncoding(endpoints.incident, innerGetIncident)

const db = withTestDatabase()
const RUNS = 6
const now = Date.UTC(2026, 10, 20, 12)
const at = (minutesAgo: number) => now - minutesAgo * MS_PER_MINUTE
const feed = createTestPollRecorder(db)
const names = Array.from({ length: RUNS }, (_, n) => String(n))

/** Polls both paths of a circuit. */
async function paths(name: string, minutes: number, isUp: boolean) {
  for (const path of circuitPaths) {
    const own = { neighbor: `172.16.${name}.${path === 'primary' ? 1 : 5}` }
    await recordPoll(db, {
      kind: 'summary',
      resourceId: circuitId(`ckt-${name}`),
      subresource: `AzurePrivatePeering/${path}`,
      at: at(minutes),
      rows: [createCustomerNeighbor(path, isUp ? own : { ...testFieldsOfIdleSession, ...own })],
    })
  }
}

beforeAll(async () => {
  await recordPoll(db, {
    kind: 'inventory',
    resourceId: `/subscriptions/${circuitId('x').split('/')[2]}`,
    at: at(24 * 60),
    rows: {
      resources: names.flatMap((n) => [
        createCircuitRow(`ckt-${n}`, privatePeering(Number(n))),
        createGatewayRow(`ergw-${n}`, 'ExpressRoute', `hub-${n}`),
        createConnectionRow(`cxn-${n}`, `ergw-${n}`, `ckt-${n}`, 0),
      ]),
      listedTypes: [armTypes.circuit, armTypes.connection, armTypes.virtualNetworkGateway],
      failedTypes: [],
    },
  })
  await feed.schedule(
    ...names.flatMap((n) => [
      { kind: 'learned' as const, resourceId: gatewayId(`ergw-${n}`) },
      ...circuitPaths.map((path) => ({
        kind: 'summary' as const,
        resourceId: circuitId(`ckt-${n}`),
        subresource: `AzurePrivatePeering/${path}`,
      })),
    ]),
  )
  const site = (n: string) => ({
    name: `site-${n}`,
    prefixes: [],
    home: computeShortId(circuitId(`ckt-${n}`)),
    routers: [],
  })
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { sites: names.map(site) }, { by: 'ops', expected: null }),
  )
}, 60_000)

/** One address of each prefix that no more specific prefix of the list contains. */
const ADDRESSES: Readonly<Record<string, string>> = {
  '10.1.0.0/16': '10.1.200.1',
  '10.1.5.0/24': '10.1.5.1',
  '10.2.0.0/16': '10.2.200.1',
  '10.2.6.0/24': '10.2.6.1',
  '10.3.0.0/16': '10.3.200.1',
}
const PREFIXES = Object.keys(ADDRESSES)
const DEFAULT = '0.0.0.0/0'
const worlds = fc.record({
  before: fc.subarray(PREFIXES, { minLength: 1 }),
  during: fc.subarray(PREFIXES),
  hasDefault: fc.boolean(),
  isDown: fc.boolean(),
})

it('look-ups, incident, ticket, mail, wall and availability state the same number of lost prefixes', {
  timeout: 180_000,
}, async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(worlds, async ({ before, during, hasDefault, isDown }) => {
      const n = names[run++] ?? ''
      const scope = computeShortId(circuitId(`ckt-${n}`))
      const tableOf = (prefixes: readonly string[]) =>
        [...prefixes, ...(hasDefault ? [DEFAULT] : [])].flatMap((prefix) =>
          ['10.0.4.4', '10.0.4.5'].map((peer) => learnedRoute(prefix, { peer, nextHop: peer })),
        )
      for (const minutes of [60, 22, 21]) await feed.learned(at(minutes), `ergw-${n}`, tableOf(before))
      await feed.learned(at(19), `ergw-${n}`, tableOf(during))
      await feed.learned(at(1), `ergw-${n}`, tableOf(during))
      await paths(n, 60, true)
      for (const minutes of [21, 20]) await paths(n, minutes, true)
      for (const minutes of [19, 1]) await paths(n, minutes, !isDown)
      const event: DetectedEvent = {
        key: n,
        kind: isDown ? 'circuit_down' : 'mass_withdraw',
        severity: 'critical',
        scope,
        subject: 'AzurePrivatePeering',
        started: { earliest: at(20), latest: at(19) },
        ended: null,
        duration: null,
        detectedAt: at(19),
        evidence: [],
        causes: [],
        flags: [],
        incident: n,
      }
      const source = await getOrCreateSourceId(db.pool, { resourceId: circuitId(`ckt-${n}`), subresource: '' })
      await upsertEvents(db.pool, source, [event])
      const { key, severity, started, ended } = event
      const times = { openedAt: at(19), closedAt: null }
      await upsertIncidents(db.pool, [{ key, root: key, scope, severity, members: [], started, ended, ...times }])

      const matchOf = async (prefix: string, moment?: number) =>
        (
          await lookUpRoutesToAddress(
            db,
            { ip: ADDRESSES[prefix] ?? '', scope: gatewayId(`ergw-${n}`), at: moment },
            now,
          )
        ).data.match
      const lost: string[] = []
      const onDefault: string[] = []
      for (const prefix of before) {
        expect(await matchOf(prefix, at(21.5))).toBe(prefix)
        const match = await matchOf(prefix)
        if (match === null) lost.push(prefix)
        if (match === DEFAULT) onDefault.push(prefix)
      }
      const { data: incident } = await getIncident(db, computeEventId(n), now)
      const { prefixesLost, prefixesOnDefault, summary } = incident.impact
      const exactly = (count: number) => ({ atLeast: count, atMost: count })
      expect([prefixesLost, prefixesOnDefault]).toEqual([exactly(lost.length), exactly(onDefault.length)])
      const words = lost.length === 1 ? '1 prefix cut off' : lost.length > 0 ? `${lost.length} prefixes cut off` : null
      const number = /(\d+) prefix(?:es)? cut off/i
      const stated = (text: string | undefined) => number.exec(text ?? '')?.[0].toLowerCase() ?? null
      const mail = await mailOfIncident(db, incident.id, now)
      const tile = (await getWall(db, {}, now)).data.tiles.find(({ id }) => id === `circuit/${scope}`)
      expect({
        api: stated(summary),
        ticket: stated(formatTicket([createIncidentSection(incident)])),
        mail: stated(/^Impact.*$/m.exec(mail.text)?.[0]),
        wall: stated(tile?.meaning),
      }).toEqual({ api: words, ticket: words, mail: words, wall: words })
      const none = onDefault.length === 0 && lost.length === 0
      expect(/no prefix cut off/.test(tile?.meaning ?? '')).toBe(none)
      for (const by of ['circuit', 'site'] as const) {
        const { rows } = (await getAvailabilityReport(db, { month: '2026-11', by }, now)).data
        const own = rows.find(({ name }) => name === (by === 'circuit' ? `ckt-${n}` : `site-${n}`))
        expect(own?.prefixes.map(({ prefix }) => prefix).toSorted()).toEqual([...lost, ...onDefault].toSorted())
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

/** Minutes without traffic, and minutes in which two prefixes were withdrawn, of the circuit `ckt-0`. */
const DEAD = [200, 180] as const
const WITHDRAWN = [150, 140] as const
/** Minutes in which polls were throttled while a third prefix was withdrawn. */
const THROTTLED = [106, 104] as const

it('lists, pages, wall, report, mail, file and command line state the same loss of traffic and of prefixes', {
  timeout: 120_000,
}, async () => {
  const [name, id] = ['ckt-lost', circuitId('ckt-lost')]
  const scope = computeShortId(id)
  await recordPoll(db, {
    kind: 'inventory',
    resourceId: `/subscriptions/${id.split('/')[2]}`,
    at: at(24 * 60 - 1),
    rows: {
      resources: [
        createCircuitRow(name, privatePeering(77)),
        createGatewayRow('ergw-lost', 'ExpressRoute', 'hub-lost'),
        createConnectionRow('cxn-lost', 'ergw-lost', name, 0),
      ],
      listedTypes: [armTypes.circuit, armTypes.connection, armTypes.virtualNetworkGateway],
      failedTypes: [],
    },
  })
  await feed.schedule(
    { kind: 'learned', resourceId: gatewayId('ergw-lost') },
    { kind: 'stats', resourceId: id },
    ...circuitPaths.map((path) => ({
      kind: 'summary' as const,
      resourceId: id,
      subresource: `AzurePrivatePeering/${path}`,
    })),
  )
  const prefixes = ['10.7.0.0/16', '10.8.0.0/16']
  const table = (own: readonly string[]) =>
    ['10.9.0.0/16', ...own].flatMap((prefix) =>
      ['10.0.4.4', '10.0.4.5'].map((peer) => learnedRoute(prefix, { peer, nextHop: peer })),
    )
  for (let minutes = 240; minutes >= 0; minutes -= 2) {
    for (const path of circuitPaths)
      await recordPoll(db, {
        kind: 'summary',
        resourceId: id,
        subresource: `AzurePrivatePeering/${path}`,
        at: at(minutes),
        rows: [createCustomerNeighbor(path, { neighbor: `172.16.77.${path === 'primary' ? 1 : 5}` })],
      })
    const count = BigInt(240 - minutes) * 1_000_000n
    await recordPoll(db, {
      kind: 'stats',
      resourceId: id,
      at: at(minutes),
      rows: [createCounterRows('primary', count, count), createCounterRows('secondary', count, count)],
    })
    const isWithdrawn = minutes <= WITHDRAWN[0] && minutes > WITHDRAWN[1]
    const isThrottled = minutes <= THROTTLED[0] && minutes > THROTTLED[1]
    const third = isThrottled ? [] : ['10.6.0.0/16']
    await feed.learned(at(minutes), 'ergw-lost', table([...third, ...(isWithdrawn ? [] : prefixes)]))
  }
  const source = await getOrCreateSourceId(db.pool, { resourceId: id, subresource: '' })
  const incident = async (
    key: string,
    kind: DetectedEvent['kind'],
    [from, to]: readonly [number, number],
    causes: DetectedEvent['causes'] = [],
  ) => {
    const event: DetectedEvent = {
      key,
      kind,
      severity: 'critical',
      scope,
      subject: 'AzurePrivatePeering',
      started: { earliest: at(from + 2), latest: at(from) },
      ended: { earliest: at(to + 2), latest: at(to) },
      duration: null,
      detectedAt: at(from),
      evidence: [],
      causes,
      flags: [],
      incident: key,
    }
    await upsertEvents(db.pool, source, [event])
    const { severity, started, ended } = event
    const times = { openedAt: at(from), closedAt: at(to) }
    await upsertIncidents(db.pool, [{ key, root: key, scope, severity, members: [], started, ended, ...times }])
  }
  await incident('dead', 'green_but_dead', DEAD)
  await incident('withdrawn', 'mass_withdraw', WITHDRAWN)
  const polling = {
    class: 'collector_throttled',
    owner: 'own_change' as const,
    confidence: 1,
    evidence: [],
    nextStep: '',
  }
  await incident('throttled', 'collector_error', THROTTLED, [polling])

  // the prefixes of the circuit are polled at its gateway
  expect((await getIncident(db, computeEventId('withdrawn'), now)).freshness.state).not.toBe('never')
  const report = await getAvailabilityReport(db, { month: '2026-11', by: 'circuit' }, now)
  const row = report.data.rows.find((one) => one.id === scope)
  if (!row) throw new Error('no row')
  const times = groupRowByLayer(row)
  // 18 of 240 minutes are certainly lost, and up to 22 minutes may be
  expect(formatWorstAvailability(times)).toMatch(/^9\d\.\d{3} % – 9\d\.\d{3} % forwarding$/)
  const lost = formatLostTimesByLayer(times)
  expect(lost).toEqual([
    'no forwarding 18 min 00 s – 22 min 00 s',
    expect.stringMatching(/^3 prefixes without a route for /),
  ])
  expect(row).toMatchObject({ outages: 3, outagesByLayer: { session: 0, forwarding: 1, reachability: 2 } })
  // throttled polls did not withdraw the prefixes
  const [throttled, withdrawn, dead] = row.losses
  expect(throttled).toMatchObject({ incidentId: computeEventId('throttled'), owner: 'unknown' })
  expect(dead).toMatchObject({ layer: 'forwarding', incidentId: computeEventId('dead') })
  expect(withdrawn).toMatchObject({ layer: 'reachability', incidentId: computeEventId('withdrawn'), prefixes })

  // the days of Home, of the list of circuits and of a circuit's page; their period begins earlier, without polls
  const uptime = (await getUptime(db, { days: 30 }, now)).data.find((one) => one.id === scope)
  if (!uptime) throw new Error('no days')
  const view = toUptimeChartData(uptime)
  expect(formatDaysAvailability(view)).toContain(formatWorstAvailability(times))
  expect(formatUptimeDays(view)).toContain(formatAvailabilityByLayer(times))
  expect(formatLostTimesByLayer(view.times)).toEqual(lost)
  expect(view.losses).toEqual(row.losses)
  const today = view.days.at(-1)
  expect(today && [getUptimeDayTone(today), hasTrafficLoss(today)]).toEqual(['degraded', true])
  expect(today && formatUptimeDay(today, view.losses)).toContain('; 10.6.0.0/16, 10.7.0.0/16, 10.8.0.0/16')

  const tile = (await getWallHistory(db, now)).data.tiles.find((one) => one.id === `circuit/${scope}`)
  expect(tile?.month).toMatchObject({ availability: findWorstAvailability(times)?.share.atLeast, layer: 'forwarding' })
  expect(tile?.month?.states.at(-1)).toBe('degraded')

  const { data } = report
  const mail = buildReportMail({ report: 'availability_monthly', byCustomer: data, byCircuit: data }, [], null)
  const file = mail.attachments.find(({ name: of }) => of.endsWith('circuits.csv'))?.text ?? ''
  const printed: string[] = []
  const client = { get: () => Promise.resolve(reportEndpoints.availabilityReport.response.parse(report)) }
  await availabilityCommand.run({
    client: client as never,
    words: [],
    options: {} as never,
    now: () => now,
    signal: new AbortController().signal,
    out: (text) => printed.push(text),
    err: () => {},
  })
  for (const text of [mail.text, mail.html, file, printed.join('')]) {
    expect(text).toContain(formatWorstAvailability(times))
    if (text !== file)
      for (const words of [formatAvailabilityByLayer(times), ...lost, ...prefixes]) expect(text).toContain(words)
  }
})
