import { describe, expect, it } from 'vitest'
import type { InventoryRows, PollObservation } from '#lib/contract/index.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import {
  circuitId,
  createTestArmInventory,
  gatewayId,
  SUBSCRIPTION_ID,
  subscriptionId,
  withAzure,
} from './testing/fixture.ts'
import type { AzureAccess, PendingOperation, PollStep } from './types.ts'

const context = withAzure()
const target = { resourceId: subscriptionId, subresource: '' }
const GROUPS = 130
const inGroup = (n: number) => gatewayId.replace('/edge/', `/edge${n}/`)
const gateways = Array.from({ length: GROUPS }, (_, n) => ({ id: inGroup(n), name: 'gw', properties: {} }))
const gatewaysOf = (group: number) => new RegExp(`resourceGroups/edge${group}/.*/virtualNetworkGateways$`, 'i')
const ofGroups = () => context.server.requests.filter(({ path }) => /\/resourceGroups\//i.test(path)).length
const on = (when: RegExp, behaviour: TestArmServerReaction, times?: number) =>
  context.server.rule({ when, behaviour, ...(times && { times }) })

type Pending = Extract<PollStep, { waitMs: number }>

/** Reads the next slice as another process would: from the stored state, with a long deadline. */
async function next(azure: AzureAccess, from: Pending | null): Promise<PollStep> {
  if (!from) return azure.begin(target, 'inventory')
  const stored = JSON.parse(JSON.stringify(from.pending)) as PendingOperation
  return azure.resume(target, 'inventory', stored, 1_000, { deadlineMs: 3_600_000 })
}

/** Reads all slices without their pauses. */
async function slicesOf(
  azure: AzureAccess,
): Promise<{ pending: Pending[]; observation: PollObservation; rows: InventoryRows }> {
  const pending: Pending[] = []
  for (;;) {
    const step = await next(azure, pending.at(-1) ?? null)
    if ('observation' in step) {
      return { pending, observation: step.observation, rows: step.observation.rows as InventoryRows }
    }
    pending.push(step)
    if (pending.length > 50) throw new Error('it does not end')
  }
}
const progressOf = ({ pending }: Pending) => pending.slice?.progress

describe('a subscription of many resource groups', () => {
  it('is read in slices that any process goes on with; each group once, and most of ARM’s budget is left to polls', async () => {
    context.server.reset(createTestArmInventory({ resources: [...gateways, { id: circuitId, properties: {} }] }))
    const began = performance.now()
    const first = await next(context.azure, null)
    const elapsedMs = performance.now() - began
    if (!('pending' in first)) throw new Error('it was read in one go')
    // 1 list of groups plus 2 lists of each of 25 groups, which take six seconds at eight requests a second
    expect(context.server.requests).toHaveLength(1 + 50)
    expect(first.waitMs).toBeLessThanOrEqual(6_250)
    expect(first.waitMs + elapsedMs).toBeGreaterThan(6_200)
    context.server.reset(createTestArmInventory({ resources: [...gateways, { id: circuitId, properties: {} }] }))
    const { pending, observation, rows } = await slicesOf(context.azure)
    // the circuit's group is counted too
    const total = GROUPS + 1
    expect(pending.map(progressOf)).toEqual([25, 50, 75, 100, 125].map((done) => ({ done, total })))
    expect(observation).toMatchObject({ outcome: 'ok', kind: 'inventory' })
    expect(rows.resources).toHaveLength(GROUPS + 1)
    expect(ofGroups()).toBe(2 * total)
    expect(new Set(context.server.requests.map(({ path }) => path)).size).toBe(context.server.requests.length)
  })

  it('a list that fails once is tried again; one that fails twice fails its type and nothing else', async () => {
    context.server.reset(createTestArmInventory({ resources: gateways }))
    // the client's retries hide the first two failures
    on(gatewaysOf(7), armError(503, 'ServerBusy', 'busy'), 3)
    const { observation, rows } = await slicesOf(context.azure)
    expect(observation.outcome).toBe('ok')
    expect(rows.resources).toHaveLength(GROUPS)
    on(gatewaysOf(7), armError(503, 'ServerBusy', 'busy'))
    const lasting = await slicesOf(context.azure)
    expect(lasting.observation.outcome).toBe('unavailable')
    expect(lasting.rows.failedTypes.map(({ type }) => type)).toEqual(['microsoft.network/virtualnetworkgateways'])
    expect(lasting.rows.listedTypes).toContain('microsoft.network/connections')
  })

  it('waits out a budget that is used up, and goes on where it was', async () => {
    context.server.reset(createTestArmInventory({ resources: gateways }))
    on(gatewaysOf(40), armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '7' }), 1)
    const { pending, observation, rows } = await slicesOf(context.azure)
    const progress = pending.map((one) => [progressOf(one)?.done, one.waitMs === 7_000])
    expect(progress.slice(0, 3)).toEqual([
      [25, false],
      [25, true],
      [50, false],
    ])
    expect(observation.outcome).toBe('ok')
    expect(rows.resources).toHaveLength(GROUPS)
  })

  it.each([
    ['for long', armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '600' }), 2],
    ['again and again', armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '1' }), 5],
  ])('that is refused %s ends half-way, and changes nothing', async (_, behaviour, slices) => {
    context.server.reset(createTestArmInventory({ resources: gateways }))
    on(gatewaysOf(40), behaviour)
    const { pending, observation, rows } = await slicesOf(context.azure)
    expect(pending.length).toBe(slices - 1)
    expect(observation.outcome).toBe('throttled')
    expect(rows).toMatchObject({ resources: [], listedTypes: [] })
  })

  it('counts on no more of this process than a few at a time: who finds no slot holds nothing', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
    on(/resourcegroups$/i, { do: 'hang' })
    const stop = new AbortController()
    const waiting: Pending[] = []
    const begun = ids.map(async (id) => {
      const step = await context.azure.begin({ resourceId: `/subscriptions/${id}`, subresource: '' }, 'inventory', {
        signal: stop.signal,
      })
      if ('pending' in step) waiting.push(step)
    })
    await context.server.seen(/resourcegroups$/i)
    await expect.poll(() => context.server.requests.length).toBe(8)
    await expect.poll(() => waiting.length).toBe(22)
    for (const { waitMs, pending } of waiting) {
      expect(waitMs).toBeGreaterThan(0)
      expect(waitMs).toBeLessThanOrEqual(10_000)
      expect(pending.slice?.progress).toEqual({ done: 0, total: 0 })
    }
    stop.abort()
    await Promise.allSettled(begun)
    // a freed slot can be used by the next caller
    context.server.reset(createTestArmInventory({ subscriptions: [{ subscriptionId: SUBSCRIPTION_ID }] }))
    expect(await context.azure.poll(target, 'inventory')).toMatchObject({ outcome: 'ok' })
  })
})
