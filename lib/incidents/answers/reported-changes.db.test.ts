import { beforeAll, expect, it } from 'vitest'
import type { RouteRow, RouterNeighborReport } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeEventId, computeShortId, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  circuitId,
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  createTestPollRecorder,
  gatewayId,
  learnedRoute,
  privatePeering,
} from '#lib/questions/testing/record-feed.ts'
import {
  addBmpConnection,
  closeRouterConnection,
  extendRouterConnections,
  recordRouterReports,
} from '#lib/routers/store/index.ts'
import { createTestSessionUpReport, routeAfterPolicy } from '#lib/routers/store/testing/reports.ts'
import { getIncident } from './incidents.ts'

const db = withTestDatabase()
const now = Math.floor(Date.now() / MS_PER_MINUTE) * MS_PER_MINUTE
const BEGAN = now - 30 * MS_PER_MINUTE
const WITHDRAWN_AT = now - 20_000
const PREFIX = '10.1.7.0/24'
const feed = createTestPollRecorder(db)

const bothPaths = (prefix: string) =>
  ['10.0.4.4', '10.0.4.5'].map((peer): RouteRow => learnedRoute(prefix, { peer, nextHop: peer }))

let source = 0
beforeAll(async () => {
  // One poll lists the resources of all tests, because a second poll that began at the same time would not be stored.
  source = await feed.inventory(
    BEGAN,
    [11, 12, 13, 14, 15, 16, 17, 18, 19].flatMap((n) => [
      createCircuitRow(`ckt-${n}`, privatePeering(n)),
      createGatewayRow(`ergw-${n}`),
      createConnectionRow(`conn-${n}`, `ergw-${n}`, `ckt-${n}`, 0),
      ...(n === 18 ? [createConnectionRow('conn-unread', 'ergw-18', 'ckt-of-another-subscription', 0)] : []),
    ]),
  )
})

type Changes = readonly (readonly [at: number, isAnnounced: boolean])[]

/**
 * Stores the reports of a customer's router that announces the prefix for half an hour, and then sends `changes`.
 * @returns functions that store further changes, later data of its connection, and the end of its connection
 */
async function router(n: number, path: 'primary' | 'secondary', changes: Changes) {
  const first = path === 'primary' ? 1 : 5
  const [customer, neighbor] = [`172.16.${n}.${first}`, `172.16.${n}.${first + 1}`]
  const peer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor }
  const report = ([at, isAnnounced]: Changes[number]): RouterNeighborReport => {
    const route = routeAfterPolicy(at, PREFIX, { asPath: [65_001], nextHop: customer })
    return { ...route, peer, notBefore: at - 1_000, view: 'adjOutPost', ...(!isAnnounced && { attributes: null }) }
  }
  const key = await addBmpConnection(db.pool, {
    address: `10.20.${n}.${first}`,
    name: `ce-${n}-${path}`,
    software: null,
    at: BEGAN,
  })
  const up = createTestSessionUpReport(BEGAN, { peer, localAddress: customer, localAsn: 65_001 })
  await recordRouterReports(db, key, BEGAN, [up, report([BEGAN + 1_000, true]), ...changes.map(report)])
  return {
    staysConnected: (until: number) => extendRouterConnections(db.pool, [key.connectionId], until),
    send: (later: Changes) => recordRouterReports(db, key, BEGAN, later.map(report)),
    disconnect: (until: number) =>
      closeRouterConnection(db.pool, key.connectionId, { until, ended: 'lost', detail: '' }),
  }
}

/**
 * Stores the table of a gateway, and an ongoing incident about a router of its circuit, which withdraws the prefix.
 * @returns function that reads its verdict
 */
async function estate(n: number, rows: readonly RouteRow[]) {
  const [circuit, gateway, key] = [`ckt-${n}`, `ergw-${n}`, `withdrawn ${n}`]
  await feed.learned(now - 2 * MS_PER_MINUTE, gateway, [...rows])
  await feed.learned(now - MS_PER_MINUTE, gateway, [...rows])
  await feed.schedule({ kind: 'learned', resourceId: gatewayId(gateway) })
  const started = { earliest: WITHDRAWN_AT - 1_000, latest: WITHDRAWN_AT }
  const common = { key, scope: computeShortId(circuitId(circuit)), severity: 'warning', started, ended: null } as const
  const kind = 'announcement_changed'
  const subject = `172.16.${n}.2~172.16.${n}.1`
  const of = { evidence: [], causes: [], flags: [], incident: key, duration: null, detectedAt: WITHDRAWN_AT }
  await upsertEvents(db.pool, source, [{ ...common, ...of, kind, subject }])
  await upsertIncidents(db.pool, [{ ...common, root: key, members: [], openedAt: WITHDRAWN_AT, closedAt: null }])
  const answer = async (at = now) => {
    const { needsYou, impact } = (await getIncident(db, computeEventId(key), at)).data
    return { ...needsYou, lost: impact.prefixesLost, summary: impact.summary }
  }
  return { gateway, answer }
}

const withdraws = [[WITHDRAWN_AT, false]] as const
const isUnproved = { when: 'today', lost: null }
const isReported = { when: 'now', lost: { atLeast: 1, atMost: null } }

it('needs a person as soon as the routers of both paths report the withdrawal, until a table decides', async () => {
  const { gateway, answer } = await estate(11, bothPaths(PREFIX))
  expect(await answer()).toMatchObject(isUnproved)
  await router(11, 'primary', withdraws)
  expect(await answer()).toMatchObject(isUnproved)
  await router(11, 'secondary', withdraws)
  const reported = {
    when: 'now',
    reason: 'at least 1 prefix is cut off as reported by the routers, not confirmed by Azure yet',
    lost: { atLeast: 1, atMost: null },
    summary: 'At least 1 prefix cut off as reported by the routers, not confirmed by Azure yet.',
  }
  expect(await answer()).toMatchObject(reported)
  // A poll that began before the withdrawal does not refute it.
  await feed.learned(WITHDRAWN_AT - 5_000, gateway, bothPaths(PREFIX))
  expect(await answer()).toMatchObject(reported)
  await feed.learned(WITHDRAWN_AT + 5_000, gateway, bothPaths(PREFIX))
  expect(await answer()).toMatchObject({ when: 'today', lost: { atLeast: 0, atMost: 0 } })
  await feed.learned(WITHDRAWN_AT + 10_000, gateway, [learnedRoute('10.9.0.0/16')])
  expect(await answer()).toMatchObject({
    when: 'now',
    reason: '1 prefix is cut off',
    lost: { atLeast: 1, atMost: 1 },
    summary: '1 prefix cut off.',
  })
}, 60_000)

it('stays unknown if a router reports no longer', async () => {
  const { answer } = await estate(12, bothPaths(PREFIX))
  await router(12, 'primary', withdraws)
  const secondary = await router(12, 'secondary', [
    ...withdraws,
    [WITHDRAWN_AT + 5_000, true],
    [WITHDRAWN_AT + 10_000, false],
  ])
  expect(await answer()).toMatchObject(isReported)
  await secondary.disconnect(WITHDRAWN_AT + 11_000)
  expect(await answer()).toMatchObject(isUnproved)
}, 60_000)

it('stays unknown if a router announces the prefix again', async () => {
  const { answer } = await estate(13, bothPaths(PREFIX))
  await router(13, 'primary', withdraws)
  const secondary = await router(13, 'secondary', withdraws)
  expect(await answer()).toMatchObject(isReported)
  await secondary.send([[WITHDRAWN_AT + 5_000, true]])
  expect(await answer()).toMatchObject(isUnproved)
}, 60_000)

it('stays unknown if a less specific route covers the prefix', async () => {
  const { gateway, answer } = await estate(14, bothPaths(PREFIX))
  await router(14, 'primary', withdraws)
  await router(14, 'secondary', withdraws)
  expect(await answer()).toMatchObject(isReported)
  await feed.learned(WITHDRAWN_AT - 5_000, gateway, [...bothPaths(PREFIX), learnedRoute('10.1.0.0/16')])
  expect(await answer()).toMatchObject(isUnproved)
}, 60_000)

it('stays unknown if a router or its table was not observed for too long', async () => {
  const { answer } = await estate(15, bothPaths(PREFIX))
  const routers = [await router(15, 'primary', withdraws), await router(15, 'secondary', withdraws)]
  expect(await answer()).toMatchObject(isReported)
  const [silent, late] = [now + 50_000, now + 30 * MS_PER_MINUTE]
  expect(await answer(silent)).toMatchObject(isUnproved)
  for (const one of routers) await one.staysConnected(silent)
  expect(await answer(silent)).toMatchObject(isReported)
  for (const one of routers) await one.staysConnected(late)
  expect(await answer(late)).toMatchObject(isUnproved)
}, 60_000)

it('stays unknown if the other path has no router, although the table has no route over it', async () => {
  const { answer } = await estate(16, bothPaths(PREFIX).slice(0, 1))
  await router(16, 'primary', withdraws)
  expect(await answer()).toMatchObject(isUnproved)
  await router(16, 'secondary', [[WITHDRAWN_AT + 1_000, true]])
  expect(await answer()).toMatchObject(isUnproved)
}, 60_000)

it('stays unknown if a lost router has not withdrawn the prefix', async () => {
  const { answer } = await estate(17, bothPaths(PREFIX))
  await router(17, 'primary', withdraws)
  const secondary = await router(17, 'secondary', withdraws)
  expect(await answer()).toMatchObject(isReported)
  await secondary.send([[WITHDRAWN_AT + 2_000, true]])
  await secondary.disconnect(WITHDRAWN_AT + 3_000)
  expect(await answer()).toMatchObject(isUnproved)
}, 60_000)

it('stays unknown if a circuit that Peerwatch does not read is connected', async () => {
  const { answer } = await estate(18, bothPaths(PREFIX))
  await router(18, 'primary', withdraws)
  await router(18, 'secondary', withdraws)
  expect(await answer()).toMatchObject(isUnproved)
}, 60_000)
