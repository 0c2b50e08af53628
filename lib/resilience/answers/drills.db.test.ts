import { beforeAll, describe, expect, it } from 'vitest'
import type { DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import { drillBodySchema } from '../api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { getOrCreateSourceId, readCurrentDeclarations, computeShortId, upsertEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { runAsActor } from '#lib/questions/index.ts'
import { announceDrill, cancelAnnouncedDrill, getDrill, getDrills, getExpectedDrill } from './drills.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * 60_000
const iso = (at: EpochMs) => new Date(at).toISOString()
const lon = computeShortId(circuitId('ckt-lon'))
const ams = computeShortId(circuitId('ckt-ams'))
const ergw = computeShortId(gatewayId('ergw'))
const PREFIX = '10.1.0.0/16'
const ONLY_LONDON = '10.2.0.0/16'

const link = (primary: string, secondary: string) => ({
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        primaryPeerAddressPrefix: primary,
        secondaryPeerAddressPrefix: secondary,
      },
    },
  ],
})
const customers = { 'ckt-lon': ['172.16.0.1', '172.16.0.5'], 'ckt-ams': ['172.16.1.1', '172.16.1.5'] } as const
const paths = ['primary', 'secondary'] as const
const names = ['ckt-lon', 'ckt-ams'] as const
/** London is down from the fourth to the eighth minute. */
const isAway = (n: number) => n >= 4 && n < 8

const feed = createTestPollRecorder(db)
const began = { earliest: minute(3), latest: minute(4) + 2_000 }

/** Records minutes of a drill of twenty minutes, in which London is taken down and restored. Amsterdam prepends. */
async function recordMinutes(from: number, to: number) {
  for (let n = from; n <= to; n++) {
    const at = minute(n)
    if (n === 0)
      await feed.inventory(at, [
        createCircuitRow('ckt-lon', link('172.16.0.0/30', '172.16.0.4/30')),
        createCircuitRow('ckt-ams', link('172.16.1.0/30', '172.16.1.4/30')),
        createGatewayRow('ergw', 'ExpressRoute', 'hub'),
        createNetworkRow('hub', ['10.0.0.0/16']),
        createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
        createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
      ])
    const by = (prefix: string, peers: string[], times: number) =>
      peers.map((peer) =>
        learnedRoute(prefix, { instance: '10.0.4.12', peer, asPath: [12076, ...Array<number>(times).fill(65001)] }),
      )
    for (const name of names) {
      for (const [k, path] of paths.entries()) {
        const own = { resourceId: circuitId(name), subresource: `AzurePrivatePeering/${path}` }
        await recordPoll(db, { kind: 'summary', ...own, at, rows: [] })
        await feed.tables(at, name, path, [
          pathRoute(PREFIX, { nextHop: customers[name][k] ?? '' }),
          pathRoute(name === 'ckt-lon' ? ONLY_LONDON : '10.9.0.0/16', { nextHop: customers[name][k] ?? '' }),
          pathRoute('10.0.0.0/16', { nextHop: '10.0.4.12', asPath: [65515] }),
        ])
      }
    }
    await feed.peers(at, 'ergw', [])
    await feed.learned(at, 'ergw', [
      ...(isAway(n)
        ? []
        : [...by(PREFIX, ['10.0.4.4', '10.0.4.5'], 1), ...by(ONLY_LONDON, ['10.0.4.4', '10.0.4.5'], 1)]),
      ...by(PREFIX, ['10.0.4.6', '10.0.4.7'], 3),
      ...by('10.9.0.0/16', ['10.0.4.6', '10.0.4.7'], 3),
    ])
  }
}

beforeAll(async () => {
  await recordMinutes(0, 2)
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: gatewayId('ergw'), kind: 'peers' },
    ...names.flatMap((name) =>
      paths.flatMap((path) =>
        (['summary', 'tables'] as const).map((kind) => ({
          resourceId: circuitId(name),
          subresource: `AzurePrivatePeering/${path}`,
          kind,
        })),
      ),
    ),
  )
})

/** Records the minutes after the announcement. */
async function goOn() {
  await recordMinutes(3, 20)
  const sourceId = await db.transaction((client) =>
    getOrCreateSourceId(client, { resourceId: circuitId('ckt-lon'), subresource: '' }),
  )
  const event = (own: Pick<DetectedEvent, 'key' | 'kind' | 'subject'> & Partial<DetectedEvent>): DetectedEvent => ({
    severity: 'minor',
    scope: lon,
    started: began,
    ended: { earliest: minute(7), latest: minute(8) + 2_000 },
    duration: null,
    detectedAt: minute(4) + 2_000,
    evidence: [],
    causes: [],
    flags: [],
    ...own,
  })
  await upsertEvents(db.pool, sourceId, [
    ...paths.map((path) => event({ key: path, kind: 'path_down', subject: `AzurePrivatePeering/${path}` })),
    event({
      key: 'failover',
      kind: 'failover',
      subject: 'ckt-lon > ckt-ams',
      failover: {
        forwardingEnds: null,
        sessionEnds: null,
        rerouted: began,
        forwardingResumes: null,
        controlPlane: { minMs: 0, maxMs: 62_000 },
        dataPlane: null,
        detection: null,
        noRelearning: true,
        missing: [],
        mechanism: null,
        expectations: [],
        revisedOutside: false,
      },
    }),
  ])
}

const body = drillBodySchema.parse({ title: 'London away', lose: lon, from: iso(minute(3)), to: iso(minute(12)) })
const announced = minute(2)
let id = ''
const read = async (now: EpochMs) => allApiEndpoints.drill.response.parse(await getDrill(db, id, now)).data
const record = async (now: EpochMs) =>
  Object.fromEntries(
    (await read(now)).marks.map(({ kind, outcome, result, observed }) => [outcome ?? kind, `${result}: ${observed}`]),
  )

describe('a drill', () => {
  it('is predicted before it is announced', async () => {
    const parameters = allApiEndpoints.expectedDrill.parameters.parse({ lose: lon })
    const { data } = allApiEndpoints.expectedDrill.response.parse(await getExpectedDrill(db, parameters, announced))
    expect(data.scopes).toEqual([lon])
    expect(data.marks.map(({ kind, scopeName, prefixes, to }) => [kind, scopeName, prefixes, to?.circuits])).toEqual([
      ['path_lost', 'ckt-lon', [], undefined],
      ['path_lost', 'ckt-lon', [], undefined],
      ['prefixes', 'ergw', [PREFIX], [ams]],
      ['prefixes', 'ergw', [ONLY_LONDON], []],
      ['within', '', [], undefined],
      ['nothing_else', '', [], undefined],
      ['returned', '', [], undefined],
    ])
  })

  it('is announced as maintenance by whoever announces it', async () => {
    const { data } = await runAsActor('Ada', () => announceDrill(db, body, { now: announced }))
    id = data.id
    expect(data).toMatchObject({ state: 'announced', verdict: 'waiting', announcedBy: 'Ada', counts: { waiting: 7 } })
    expect((await readCurrentDeclarations(db.pool)).maintenance).toEqual([
      {
        id: `drill-${id}`,
        title: 'Drill: London away',
        from: body.from,
        to: body.to,
        scopes: [lon],
        paths: [],
        note: '',
        recurrence: null,
      },
    ])
  })

  it('fills in while it lasts', async () => {
    await goOn()
    expect(await record(minute(6))).toMatchObject({
      path_lost: 'pass: down',
      moves: 'pass: all 1 as expected',
      stranded: 'pass: all 1 as expected',
      within: 'pass: in time',
      nothing_else: 'waiting: nothing else so far',
    })
    expect(await read(minute(6))).toMatchObject({ state: 'running', verdict: 'waiting' })
  })

  it('is judged when it is over', async () => {
    const detail = await read(minute(15))
    expect(detail).toMatchObject({
      state: 'over',
      verdict: 'pass',
      counts: { pass: 7, fail: 0, unknown: 0, waiting: 0 },
    })
    const within = detail.marks.find(({ kind }) => kind === 'within')
    expect(within).toMatchObject({ duration: { atLeastSeconds: 0, atMostSeconds: 62 } })
    expect(detail.movedWithin).toEqual(within?.duration)
    const { data } = allApiEndpoints.drills.response.parse(await getDrills(db, {}, minute(15)))
    expect(data).toMatchObject([{ id, title: 'London away', verdict: 'pass' }])
    await expect(cancelAnnouncedDrill(db, id, minute(15))).rejects.toMatchObject({ name: 'ConflictError' })
  })

  it('is not held where nothing was lost', async () => {
    const other = { ...body, lose: ams, title: 'Amsterdam away', from: iso(minute(13)), to: iso(minute(17)) }
    const { data } = await announceDrill(db, other, { now: announced })
    expect((await getDrill(db, data.id, minute(18))).data).toMatchObject({ state: 'over', verdict: 'not_held' })
  })

  it('is called off, and its maintenance with it', async () => {
    const { data } = await announceDrill(db, { ...body, title: 'never' }, { now: announced })
    await cancelAnnouncedDrill(db, data.id, announced)
    expect((await getDrill(db, data.id, minute(15))).data).toMatchObject({ state: 'cancelled', verdict: 'cancelled' })
    const windows = (await readCurrentDeclarations(db.pool)).maintenance.map((window) => window.id)
    expect(windows).not.toContain(`drill-${data.id}`)
    await expect(cancelAnnouncedDrill(db, data.id, announced)).rejects.toMatchObject({ name: 'ConflictError' })
  })

  it('that is called off while it runs keeps what began in it explained', async () => {
    const { data } = await announceDrill(db, { ...body, title: 'cut short' }, { now: announced })
    await cancelAnnouncedDrill(db, data.id, minute(5))
    const window = (await readCurrentDeclarations(db.pool)).maintenance.find((one) => one.id === `drill-${data.id}`)
    expect(window).toMatchObject({ to: iso(minute(5)) })
  })

  it.each<[string, object, RegExp]>([
    ['something unknown', { lose: 'nobody' }, /"nobody"/],
    ['what is no loss', { lose: 'a/b/c/d' }, /a\/b\/c\/d/],
    ['one that has begun', { from: iso(minute(0)) }, /before it begins/],
  ])('of %s is refused', async (_, own, message) => {
    await expect(announceDrill(db, { ...body, ...own }, { now: announced })).rejects.toThrow(message)
  })

  it('that is not there is not found', async () => {
    await expect(getDrill(db, 'none')).rejects.toMatchObject({ name: 'NotFoundError' })
    await expect(cancelAnnouncedDrill(db, 'none')).rejects.toMatchObject({ name: 'NotFoundError' })
  })
})

it('names its gateway’s prefixes by the gateway', async () => {
  expect((await read(minute(15))).marks.filter(({ kind }) => kind === 'prefixes').map(({ scope }) => scope)).toEqual([
    ergw,
    ergw,
  ])
})
