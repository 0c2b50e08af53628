import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import {
  armError,
  type TestArmServer,
  type TestArmServerReaction,
  type SeenRequest,
  startArmServer,
} from '#lib/azure/testing/arm-server.ts'
import type { ActivityRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SourceDetectionState } from '#lib/detection/model/source-state.ts'
import { applyPollToDetectionState } from '#lib/detection/source/fold-poll.ts'
import { computePollWindow } from './plan/poll-window.ts'

const BEGUN = Date.UTC(2026, 10, 20, 8)
const subscriptionId = '11111111-2222-3333-4444-555555555555'
/** Page size of the log. Azure does not publish it; about 200 was observed. */
const PAGE = 200

interface Entry {
  id: string
  at: number
  /** time at which the entry appears in the log */
  arrives: number
  operation: string
}

/** Returns entries of Peerwatch's own polls, evenly distributed over some minutes. */
const ownOver = (minutes: number, length: number): Entry[] =>
  Array.from({ length }, (_, n) => {
    const at = BEGUN + Math.floor((n * minutes * MS_PER_MINUTE) / length)
    const names = ['getBgpPeerStatus', 'getLearnedRoutes', 'peerings/arpTables', 'peerings/routeTables']
    return {
      id: `own-${n}`,
      at,
      arrives: at + ((n * 7) % 20) * MS_PER_MINUTE,
      operation: `Microsoft.Network/expressRouteCircuits/${names[n % names.length]}/action`,
    }
  })
/** Entries of the polls of ten circuits, with one to three entries each. */
const OWN = ownOver(65, 17_000)

const change = (id: string, minute: number, lateMinutes: number, operation = 'connections/write'): Entry => ({
  id,
  at: BEGUN + minute * MS_PER_MINUTE,
  arrives: BEGUN + (minute + lateMinutes) * MS_PER_MINUTE,
  operation: `Microsoft.Network/${operation}`,
})
/** Changes by people that appear late in the log, some of them after the newest window of every poll. */
const CHANGES = [
  change('at-once', 2, 0),
  change('late', 14, 9),
  change('later', 21, 24, 'virtualNetworkGateways/reset/action'),
  change('latest', 38, 60),
  change('last', 64, 3),
]

const RESOURCE = `/subscriptions/${subscriptionId}/resourceGroups/edge/providers/Microsoft.Network/connections/c`

/** Data of the log and of Resource Graph. */
const ESTATE = { own: OWN, changes: CHANGES }
let estate: { own: readonly Entry[]; changes: readonly Entry[] } = ESTATE

let server: TestArmServer
let now = BEGUN

beforeAll(async () => {
  server = await startArmServer()
  server.rule({ when: /eventtypes\/management\/values$/i, behaviour: answer })
})
beforeEach(() => {
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value)
  estate = ESTATE
})
afterAll(() => server.close())

/** Simulates Resource Graph: changes without POSTs, available within three minutes. */
function changes({ body }: SeenRequest): TestArmServerReaction {
  const { query } = JSON.parse(body) as { query: string }
  const [from = 0, to = 0] = [...query.matchAll(/ datetime\(([^)]+)\)/g)].map(([, time = '']) => Date.parse(time))
  const rows = estate.changes.filter(({ operation }) => !operation.endsWith('/action'))
  const data = rows.flatMap(({ id, at, operation }) => {
    if (at < from || at > to || at + 3 * MS_PER_MINUTE > now) return []
    const time = new Date(at).toISOString()
    const by = { operation: operation.toLowerCase(), changedBy: 'someone@example.com', correlationId: id }
    return [{ id: `change-${id}`, subscriptionId, target: RESOURCE, at: time, ...by }]
  })
  return { do: 'answer', body: { totalRecords: data.length, count: data.length, data, resultTruncated: 'false' } }
}

const bound = (filter: string, operator: string) =>
  Date.parse(new RegExp(`eventTimestamp ${operator} '([^']+)'`).exec(filter)?.[1] ?? '')

let asked: Entry[] = []

function answer({ query }: SeenRequest): TestArmServerReaction {
  const filter = query.get('$filter') ?? ''
  const [from, to] = [bound(filter, 'ge'), bound(filter, 'le')]
  const isOfNetwork = filter.includes("resourceProvider eq 'Microsoft.Network'")
  const start = Number(query.get('$skiptoken') ?? 0)
  // all pages of one query come from the same result
  if (start === 0) {
    const isAsked = ({ at, arrives }: Entry) => isOfNetwork && at >= from && at <= to && arrives <= now
    asked = [...estate.own.filter(isAsked), ...estate.changes.filter(isAsked)].toSorted((a, b) => a.at - b.at)
  }
  const all = asked
  const value = all.slice(start, start + PAGE).map(({ id, at, arrives, operation }) => ({
    eventDataId: id,
    correlationId: id,
    eventTimestamp: new Date(at).toISOString(),
    submissionTimestamp: new Date(arrives).toISOString(),
    operationName: { value: operation },
    status: { value: 'Succeeded' },
    category: { value: 'Administrative' },
    resourceId: RESOURCE,
    caller: 'someone@example.com',
  }))
  const next = new URLSearchParams(query)
  next.set('$skiptoken', String(start + PAGE))
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`
  const nextLink = `${server.url}${path}?${next.toString()}`
  return { do: 'answer', body: { value, ...(start + PAGE < all.length && { nextLink }) } }
}

const MARK = {
  sourceId: 1,
  scope: 's',
  subresource: '',
  kind: 'activity',
  outcome: 'ok',
  previousOkAt: null,
  previousAttemptAt: null,
  silentInstances: [],
} as const

/** Polls every five minutes from a given minute of the log, like one process. */
async function watch(
  minutes: number,
  onPoll: (rows: readonly ActivityRow[], minute: number, pages: number) => void,
  { since = 0, readUpTo: known = BEGUN, isRefused = (_minute: number): boolean => false } = {},
): Promise<{ most: number; readUpTo: number }> {
  const azure = createAzureClient({
    resourceManagerUrl: server.url,
    subscriptionIds: [subscriptionId],
    clock: { now: () => now, monotonic: () => performance.now() },
  })
  let readUpTo = known
  let most = 0
  for (now = BEGUN + (since + 5) * MS_PER_MINUTE; now <= BEGUN + minutes * MS_PER_MINUTE; now += 5 * MS_PER_MINUTE) {
    server.requests.splice(0)
    const target = { resourceId: `/subscriptions/${subscriptionId}`, subresource: '' }
    const observation = await azure.poll(target, 'activity', {
      params: computePollWindow('activity', readUpTo, now) ?? {},
    })
    const minute = (now - BEGUN) / MS_PER_MINUTE
    if (isRefused(minute)) expect(['throttled', 'incomplete']).toContain(observation.outcome)
    else expect(observation).toMatchObject({ outcome: 'ok', readUpTo: now })
    const rows = observation.rows as ActivityRow[]
    const ids = rows.map(({ eventDataId }) => eventDataId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('own-'))).toEqual([])
    onPoll(rows, minute, server.requests.length)
    readUpTo = Math.max(readUpTo, observation.readUpTo ?? 0)
    most = Math.max(most, server.requests.length)
  }
  azure.close()
  return { most, readUpTo }
}

it('among 17,000 entries of our own, every change is found after it arrived, none twice in a poll, and most of the log is read once', async () => {
  const found = new Map<string, number>()
  const { most } = await watch(135, (rows, minute) => {
    for (const { eventDataId } of rows) if (!found.has(eventDataId)) found.set(eventDataId, minute)
  })
  expect([...found.keys()].toSorted()).toEqual(CHANGES.map(({ id }) => id).toSorted())
  // an entry with the usual delay is found by the first poll after it appears
  expect(found.get('at-once')).toBe(5)
  expect(found.get('late')).toBe(25)
  expect(found.get('last')).toBe(70)
  // reading a whole hour would need 80 pages each time
  expect(most).toBeLessThan(45)
})

it('where Resource Graph answers, every change is reported once and sooner, and a reset is found in less than half of the log', async () => {
  server.rule({ when: /resourcegraph\/resources$/i, behaviour: changes })
  const reported: { id: string; minute: number }[] = []
  let state: SourceDetectionState | null = null
  const { most } = await watch(95, (rows, minute) => {
    const folded = applyPollToDetectionState(
      state,
      { ...MARK, silentInstances: [], startedAt: now, finishedAt: now + 1 },
      [],
      {
        activity: [...rows],
      },
    )
    state = folded.state
    for (const signal of folded.signals) {
      if (signal.type !== 'activity') continue
      for (const { correlationId } of signal.rows) reported.push({ id: correlationId ?? '', minute })
    }
  })
  expect(reported.map(({ id }) => id).toSorted()).toEqual(CHANGES.map(({ id }) => id).toSorted())
  const seen = Object.fromEntries(reported.map(({ id, minute }) => [id, minute]))
  expect(seen).toMatchObject({ 'at-once': 5, late: 20, latest: 45, last: 70 })
  // found only in the log, when it is an hour old
  expect(seen.later).toBe(90)
  expect(most).toBeLessThan(20)
})

it('of 300 circuits every change is found once by the log alone, over a page that is refused and a worker that was away', async () => {
  const kinds = ['connections/write', 'expressRouteCircuits/delete', 'virtualNetworkGateways/reset/action']
  const changed = (minute: number, n: number) => change(`by-${minute}`, minute, (n * 11) % 61, kinds[n % kinds.length])
  // the last changes happen while the worker does not run
  const made = [1, 4, 8, 9, 11, 13, 14, 17, 19, 21, 24, 40, 66, 92, 99].map(changed)
  // 80 % of the 600 POSTs per minute that ARM allows, with two entries each
  const perMinute = 960
  estate = { own: ownOver(20, 20 * perMinute), changes: made }
  server.rule({ when: /resourcegraph\/resources$/i, behaviour: armError(403, 'AuthorizationFailed', 'no') })
  const refused = 15
  server.rule({
    when: /eventtypes\/management\/values$/i,
    behaviour: (request) =>
      now === BEGUN + refused * MS_PER_MINUTE && request.query.get('$skiptoken') === String(10 * PAGE)
        ? armError(429, 'TooManyRequests', 'slow down')
        : answer(request),
  })
  const reported: string[] = []
  let pages = 0
  let state: SourceDetectionState | null = null
  const onPoll = (rows: readonly ActivityRow[], _minute: number, asked: number) => {
    pages += asked
    const folded = applyPollToDetectionState(
      state,
      { ...MARK, silentInstances: [], startedAt: now, finishedAt: now + 1 },
      [],
      {
        activity: [...rows],
      },
    )
    // the state as read back from the database
    state = JSON.parse(JSON.stringify(folded.state)) as SourceDetectionState
    for (const signal of folded.signals) {
      if (signal.type === 'activity') reported.push(...signal.rows.map(({ correlationId }) => correlationId ?? ''))
    }
  }
  const { readUpTo } = await watch(25, onPoll, { isRefused: (minute) => minute === refused })
  // each entry is read three times in the usual window and twice later, and the refused part once more
  expect(pages).toBeLessThan(6 * ((20 * perMinute) / PAGE))
  await watch(170, onPoll, { since: 100, readUpTo })
  expect(reported.toSorted()).toEqual(made.map(({ id }) => id).toSorted())
})
