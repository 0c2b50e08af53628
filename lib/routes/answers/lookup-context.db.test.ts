import { beforeAll, describe, expect, it } from 'vitest'
import type { DetectedEvent, SummaryRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  getOrCreateSourceId,
  computeEventId,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { formatLookupContextSentence, createLookupTimeFormat } from '../words/lookup-context-text.ts'
import { getIncident } from '#lib/incidents/answers/index.ts'
import { lookUpRoutesToAddress as innerLookUpRoute } from './route-lookup.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/routes/api/index.ts'

const lookUpRoute = wrapFunctionWithJsonEncoding(endpoints.routeLookup, innerLookUpRoute)

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * MS_PER_MINUTE
/**
 * Number of minutes with polls every minute. The primary path goes down in minutes 47 and 60, and is up again in
 * minutes 50 and 63.
 */
const END = 120
const now = minute(END) + 30_000
const LON = gatewayId('ergw')
const CIRCUIT = circuitId('ckt-lon')

const summary = (n: number, neighbor: string, isUp: boolean): SummaryRow[] => [
  {
    neighbor,
    asn: 65001,
    state: isUp ? 'established' : 'active',
    azureState: isUp ? '5' : 'Active',
    downReason: null,
    prefixesReceived: isUp ? 5 : null,
    upDown: { ms: isUp ? n * MS_PER_MINUTE + 86_400_000 : MS_PER_MINUTE, unitMs: 1_000 },
  },
]

const event = (key: string, fields: Partial<DetectedEvent>): DetectedEvent => ({
  key,
  kind: 'path_down',
  severity: 'major',
  scope: computeShortId(CIRCUIT),
  subject: 'AzurePrivatePeering/primary',
  started: { earliest: minute(59), latest: minute(60) },
  ended: { earliest: minute(62), latest: minute(63) },
  duration: null,
  detectedAt: minute(60),
  evidence: [],
  causes: [{ class: 'provider_or_customer_link', owner: 'provider', confidence: 0.7, evidence: [], nextStep: 'Call.' }],
  flags: [],
  ...fields,
})

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const provider = { serviceProviderProperties: { serviceProviderName: 'Equinix', bandwidthInMbps: 1_000 } }
  const rows = [
    createCircuitRow('ckt-lon', provider),
    createGatewayRow('ergw'),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
  ]
  await feed.inventory(minute(0), rows)
  for (let n = 0; n <= END; n++) {
    const at = minute(n)
    for (const [path, neighbor] of [
      ['primary', '172.16.0.1'],
      ['secondary', '172.16.0.5'],
    ] as const) {
      const isUp = path === 'secondary' || n < 47 || (n > 49 && n < 60) || n > 62
      const isRefused = path === 'secondary' && n >= 100
      // the primary path is not polled for eight minutes
      if (path === 'primary' && n > 30 && n < 38) continue
      await recordPoll(
        db,
        {
          kind: 'summary',
          resourceId: CIRCUIT,
          subresource: `AzurePrivatePeering/${path}`,
          at,
          rows: isRefused ? [] : summary(n, neighbor, isUp),
        },
        isRefused ? { outcome: 'forbidden' } : {},
      )
    }
    await feed.peers(at, 'ergw', [])
    await feed.learned(at, 'ergw', [learnedRoute('10.1.0.0/16')])
  }
  const path = (name: string) => `AzurePrivatePeering/${name}`
  await feed.schedule(
    { resourceId: LON, kind: 'learned' },
    { resourceId: LON, kind: 'peers' },
    { resourceId: CIRCUIT, subresource: path('primary'), kind: 'summary' },
    { resourceId: CIRCUIT, subresource: path('secondary'), kind: 'summary' },
  )
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: CIRCUIT, subresource: '' })
  await upsertEvents(db.pool, sourceId, [
    event('root', {}),
    event('first', {
      started: { earliest: minute(46), latest: minute(47) },
      ended: { earliest: minute(49), latest: minute(50) },
    }),
    // an event about a neighbor of another peering on the gateway, which is not on this path
    event('other', {
      kind: 'session_down',
      scope: computeShortId(LON),
      subject: '10.0.4.12~10.0.4.99',
      severity: 'minor',
    }),
  ])
  const incident = {
    severity: 'major' as const,
    formerRoots: [],
    explainedBy: [],
    openedAt: minute(60),
    closedAt: minute(70),
  }
  const members: string[] = []
  const times = { started: event('root', {}).started, ended: event('root', {}).ended }
  await upsertIncidents(db.pool, [
    { key: 'i', scope: computeShortId(CIRCUIT), root: 'root', ...incident, ...times, members },
    { key: 'j', scope: computeShortId(LON), root: 'other', ...incident, ...times, members },
  ])
  for (const [key, incidentKey] of [
    ['root', 'i'],
    ['first', 'i'],
    ['other', 'j'],
  ] as const)
    await db.pool.query('UPDATE event SET incident_id = $2 WHERE id = $1', [
      computeEventId(key),
      computeEventId(incidentKey),
    ])
})

const iso = (n: number) => new Date(minute(n)).toISOString()
const ask = async (n: number, ip = '10.1.2.3', when = now) => {
  const { around } = (await lookUpRoute(db, { ip, at: minute(n) }, when)).data
  return {
    around,
    sentence: around && formatLookupContextSentence(around, createLookupTimeFormat(new Date(minute(n)).toISOString())),
  }
}

describe('within 15 minutes of a moment, on the path of an address,', () => {
  it('something happened: what, when, whose', async () => {
    const { around, sentence } = await ask(70)
    expect(around).toMatchObject({
      verdict: 'something',
      covered: true,
      incidents: [
        { id: computeEventId('i'), kind: 'path_down', owner: 'provider', ownerName: 'Equinix', confidence: 0.7 },
      ],
      events: [{ id: computeEventId('root') }],
    })
    const { cause, root } = (await getIncident(db, computeEventId('i'), now)).data
    expect([cause?.ownerName, root?.causes[0]?.ownerName]).toEqual(['Equinix', 'Equinix'])
    expect(sentence).toMatch(
      /^Path down: ckt-lon, primary path, 03:59:00–04:00:00 to 04:02:00–04:03:00 UTC, Equinix, likely\. Meanwhile: primary path down at least .* – .*, secondary path up, /,
    )
  })

  it.each([
    [48, '03:46:00–03:47:00 to 03:49:00–03:50:00'],
    [52, '03:46:00–03:47:00 to 03:49:00–03:50:00'],
    [59, '03:59:00–04:00:00 to 04:02:00–04:03:00'],
  ])(
    'of an incident of two outages the one at minute %i, or nearest to it, and the path down twice',
    async (n, times) => {
      const { sentence } = await ask(n)
      expect(sentence).toContain(`Path down: ckt-lon, primary path, ${times} UTC, Equinix, likely`)
      expect(sentence).toMatch(/primary path down at least 03:4\S+ – 03:(49|50)\S+ and 04:0\S+ – 04:0\S+, secondary/)
    },
  )

  it('nothing happened, and all of it was seen', async () => {
    const { around, sentence } = await ask(80)
    expect(around).toMatchObject({ verdict: 'nothing', incidents: [], events: [], uncovered: [], untilNow: false })
    expect(sentence).toBe(
      'No incident on this path between 04:05 and 04:35 UTC: both paths up, loss not measured, traffic not measured.',
    )
    expect(around?.paths.map(({ path, inUse, states }) => [path, inUse, states.map(({ is }) => is)])).toEqual([
      ['primary', true, ['up']],
      ['secondary', true, ['up']],
    ])
  })

  it('a part of it was not seen: that is no quiet', async () => {
    const { around, sentence } = await ask(30)
    expect(around).toMatchObject({
      verdict: 'unknown',
      covered: false,
      uncovered: [{ kind: 'summary', path: 'primary', outcome: 'not_polled' }],
    })
    expect(sentence).toMatch(
      /^Uncertain: no incident was seen between 03:15 and 03:45 UTC, but not all of it was seen: primary path up where seen, secondary path up,/,
    )
    expect(sentence).toMatch(/03:30:02 – 03:38:00 was not seen \(ckt-lon primary path: not polled\)/)
  })

  it('Azure refused to say: neither is that, and it names the refusal', async () => {
    const { around, sentence } = await ask(118)
    expect(around).toMatchObject({ verdict: 'unknown', untilNow: false })
    expect(sentence).toMatch(
      /^Uncertain: .* between 04:43 and 04:58 UTC, .*secondary path not seen.*Azure refused \(403\)/,
    )
  })

  it('of a moment of the past it is the same whenever that is asked, and what ended later went on at its end', async () => {
    const { around, sentence } = await ask(46)
    expect(around).toMatchObject({ from: iso(31), to: iso(61) })
    expect(around?.events.find(({ id }) => id === computeEventId('root'))).toMatchObject({ endedBetween: null })
    for (const later of [61.2, 90, 120]) expect((await ask(46, '10.1.2.3', minute(later))).sentence).toBe(sentence)
    // the time after it has not ended, so none of it counts
    expect((await ask(46, '10.1.2.3', minute(60.9))).around).toMatchObject({ to: iso(46), untilNow: false })
  })

  it('after the last polls, the path in use is the last known path', async () => {
    const { data } = await lookUpRoute(db, { ip: '10.1.2.3' }, minute(END + 5))
    expect(data).toMatchObject({ known: 'unknown', candidates: [], lastKnown: { match: '10.1.0.0/16' } })
    expect(data.around).toMatchObject({ verdict: 'unknown', covered: false })
    expect(data.around?.paths.map(({ path, inUse }) => [path, inUse])).toEqual([
      ['primary', true],
      ['secondary', true],
    ])
  })

  it('a path that was not seen itself is none that was quiet', async () => {
    expect((await ask(70, '192.0.2.1')).around).toBeNull()
    expect((await ask(-30)).around).toBeNull()
  })
})
