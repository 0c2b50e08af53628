import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { type CommandName, allApiCommands, type EndpointName, allApiEndpoints } from '#lib/api/index.ts'
import { problemSchema } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'
import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'

const budgets = getHandlersOfPath('/cost/budgets')
const decisions = getHandlersOfPath('/cost/decisions')
const decision = getHandlersOfPath('/cost/decisions/{id}')
const discounts = getHandlersOfPath('/cost/discount')
const focus = getHandlersOfPath('/cost/focus')
const overrides = getHandlersOfPath('/cost/overrides')
const prices = getHandlersOfPath('/cost/prices')
const projections = getHandlersOfPath('/cost/projections')
const reconcile = getHandlersOfPath('/cost/reconcile')
const tco = getHandlersOfPath('/cost/tco')
const weekly = getHandlersOfPath('/cost/weekly')
const weeklyCsv = getHandlersOfPath('/cost/weekly/csv')
const whatIf = getHandlersOfPath('/cost/what-if')

const db = withTestDatabase()
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
/** The real time, because handlers use the real clock. */
const until = Math.floor(Date.now() / MS_PER_HOUR) * MS_PER_HOUR

beforeAll(async () => {
  replaceDatabaseForTests(db)
  await createTestEstatePollRecorder(db).inventory(until - 20 * MS_PER_DAY)
  await recordTestCircuitBitRates(db, { from: until - 20 * MS_PER_DAY, to: until, bitsPerSecond: () => 8_000_000 })
}, 60_000)
afterAll(() => replaceDatabaseForTests(undefined))

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

async function call(handler: Handler, path: string, init: RequestInit = {}, params: Record<string, string> = {}) {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(`http://127.0.0.1/api/v1/cost/${path}`, { headers, ...init })
  const response = await handler(request, { params: Promise.resolve(params) })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null }
}

async function read<Name extends EndpointName>(name: Name, handler: Handler, query = '') {
  const { status, body } = await call(handler, query)
  expect(status, JSON.stringify(body)).toBe(200)
  expect(roundTripBodyThroughSchema(allApiEndpoints[name].response, body)).toEqual(body)
  return body.data
}

async function send<Name extends CommandName>(
  name: Name,
  handler: Handler,
  body: unknown,
  params?: Record<string, string>,
) {
  const init = { method: allApiCommands[name].method.toUpperCase(), body: JSON.stringify(body) }
  const answer = await call(handler, '', init, params)
  if (answer.status === 200)
    expect(roundTripBodyThroughSchema(allApiCommands[name].response, answer.body)).toEqual(answer.body)
  return answer
}

const budget = {
  name: 'London',
  owner: 'kim',
  for: { kind: 'circuits', circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID] },
  amount: '600',
  currency: 'USD',
}
const discount = { kind: 'discount', share: 0.1 }

describe('what can be read', () => {
  it('are projections, with their age', async () => {
    const data = await read('costProjections', projections.GET)
    expect(data.circuits).toMatchObject([{ circuitId: circuit, plan: 'metered', unpricedBecause: null }])
    expect(Date.parse(data.madeAt)).toBeGreaterThanOrEqual(until)
  })

  it('is the whole cost, prices, a what-if, the open review, a bill that nobody read', async () => {
    expect((await read('costTco', tco.GET, '?months=1')).perCircuit).toHaveLength(1)
    expect((await read('costPrices', prices.GET)).sheet.source).toBe('snapshot')
    expect(await read('costWhatIf', whatIf.GET, `?circuit=${circuit}&plan=unlimited`)).toMatchObject({ oneWay: true })
    expect(await read('costWeekly', weekly.GET)).toMatchObject({ closedAt: null })
    expect(await read('costReconcile', reconcile.GET)).toMatchObject({ outcome: 'never', readAt: null })
  })

  it('is the open review in brief, and one circuit of it with all fields', async () => {
    const whole = await read('costWeekly', weekly.GET)
    const brief = await read('costWeekly', weekly.GET, '?detail=brief')
    const [one] = whole.projections.circuits
    expect(brief).toMatchObject({ detail: 'brief', unused: whole.unused, summary: { saving: whole.summary.saving } })
    expect(brief.projections.circuits[0]).toMatchObject({
      circuitId: circuit,
      costToDate: one.costToDate,
      recommendation: { reason: one.recommendation.reason },
      twelveMonths: [],
    })
    expect(one.twelveMonths).toHaveLength(12)
    for (const id of [circuit, encodeURIComponent(TEST_ESTATE_CIRCUIT_ARM_ID.toLowerCase())])
      expect(await read('costWeekly', weekly.GET, `?circuit=${id}`)).toEqual(whole)
  })

  it.each([
    ['FOCUS', focus.GET, /^BilledCost|BillingAccountId/],
    ['the review', weeklyCsv.GET, /^week,circuitId,/],
  ])('is %s as a file', async (_, handler, says) => {
    const { status, headers, text } = await call(handler, '')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="peerwatch-[\w-]+\.csv"$/)
    expect(text).toMatch(says)
  })

  it.each<[string, Handler, string, number, RegExp]>([
    ['a month that is none', projections.GET, '?month=2026-13', 400, /^month/],
    ['a month ahead', projections.GET, '?month=2999-01', 400, /lies ahead/],
    ['a parameter that is none', tco.GET, '?month=2026-11', 400, /month/],
    ['a week that is none', weekly.GET, '?week=2026-W60', 400, /^week/],
    ['a circuit that is not in the review', weekly.GET, '?circuit=none', 404, /has no circuit none/],
    ['an extent that is none', weekly.GET, '?detail=long', 400, /send one of full, brief/],
    ['a file in brief', weeklyCsv.GET, '?detail=brief', 400, /detail/],
    ['a file of a week ahead', weeklyCsv.GET, '?week=2999-W01', 400, /lies ahead/],
    [
      'a circuit that is none',
      whatIf.GET,
      `?circuit=${computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)}`,
      404,
      /is no circuit/,
    ],
    ['a bill of a month ahead', reconcile.GET, '?month=2999-01', 400, /lies ahead/],
  ])('is not %s', async (_, handler, query, status, says) => {
    const answer = await call(handler, query)
    expect(answer.status).toBe(status)
    expect(problemSchema.parse(answer.body).detail).toMatch(says)
  })
})

describe('what can be changed', () => {
  it('are overrides, under one version', async () => {
    const put = (body: object) => send('putCostOverrides', overrides.PUT, { why: 'contract', ...body })
    const applied = await put({ version: 0, add: [{ ...discount, circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID] }] })
    expect(applied.body.data).toMatchObject({ version: 1, overrides: [{ override: { circuitIds: [circuit] } }] })
    expect(await read('costOverrides', overrides.GET)).toEqual(applied.body.data)
    expect((await put({ version: 0, add: [discount] })).status).toBe(409)
    expect((await put({ version: 1, add: [{ ...discount, circuitIds: ['nowhere'] }] })).status).toBe(404)
    expect((await put({ version: 1, add: [{ ...discount, share: 2 }] })).status).toBe(400)
    expect((await put({ version: 1, add: [] })).status).toBe(400)
  })

  it.each([
    { kind: 'zone', zone: 'Zone 2', circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID] },
    { kind: 'currency', currency: 'EUR', perUnit: '0.9' },
    {
      kind: 'charge',
      charge: 'cross_connect',
      name: 'panel',
      once: '1200',
      currency: 'USD',
      circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID],
    },
    { kind: 'charge', charge: 'provider_l2', name: 'wave', monthly: '800', currency: 'EUR' },
    { kind: 'global_reach_share', share: 0.2, circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID] },
  ])('is an override of kind $kind, added and taken back', async (add) => {
    const { version } = await read('costOverrides', overrides.GET)
    const applied = await send('putCostOverrides', overrides.PUT, { version, add: [add], why: 'a test' })
    expect(applied.body.data.overrides[0].override).toMatchObject({ kind: add.kind })
    const [{ id }] = applied.body.data.overrides
    const back = await send('putCostOverrides', overrides.PUT, { version: version + 1, withdraw: [id], why: 'over' })
    expect(back.body.data).toMatchObject({ version: version + 2 })
  })

  it('is no discount that no bill proves: neither taken, nor sent with evidence', async () => {
    expect(await read('costDiscount', discounts.GET)).toMatchObject({ evidence: null })
    const taken = await send('takeCostDiscount', discounts.POST, { share: 0.08, version: 0 })
    expect(taken.status).toBe(409)
    expect(problemSchema.parse(taken.body).detail).toMatch(/8 % is not offered: /)
    const { version } = await read('costOverrides', overrides.GET)
    const evidence = {
      bills: [],
      months: [],
      meters: [],
      list: { amount: '1', currency: 'USD' },
      billed: { amount: '1', currency: 'USD' },
    }
    const sent = await send('putCostOverrides', overrides.PUT, {
      version,
      add: [{ ...discount, evidence }],
      why: 'mine',
    })
    expect(sent.status).toBe(400)
    expect(problemSchema.parse(sent.body).detail).toMatch(/POST .cost.discount/)
  })

  it('are budgets, under one version', async () => {
    const put = (body: object) => send('putCostBudgets', budgets.PUT, { why: 'plan', ...body })
    const set = await put({ version: 0, set: [budget] })
    expect(set.body.data).toMatchObject({ version: 1, standings: [{ name: 'London', owner: 'kim' }] })
    expect(await read('costBudgets', budgets.GET)).toMatchObject({ version: 1 })
    expect((await put({ version: 0, set: [{ ...budget, name: 'other' }] })).status).toBe(409)
    expect((await put({ version: 1, set: [budget] })).status).toBe(400)
    expect((await put({ version: 1, set: [{ ...budget, amount: '-1' }] })).status).toBe(400)
    expect((await put({ version: 1, set: [{ ...budget, owner: ' ' }] })).status).toBe(400)
  })

  it('is the decision log', async () => {
    const made = await send('decideCost', decisions.POST, {
      circuitId: TEST_ESTATE_CIRCUIT_ARM_ID,
      decided: 'stay',
      why: 'far below',
    })
    expect(made.body.data).toMatchObject({ circuitId: circuit, outcome: null })
    const { id } = made.body.data
    const noted = await send('noteCostOutcome', decision.PUT, { outcome: 'nothing yet' }, { id })
    expect(noted.body.data).toMatchObject({ id, outcome: 'nothing yet' })
    expect((await send('noteCostOutcome', decision.PUT, { outcome: 'x' }, { id: 'none' })).status).toBe(404)
    expect((await send('decideCost', decisions.POST, { circuitId: 'none', decided: 'x', why: 'y' })).status).toBe(404)
  })

  it.each<[string, Handler, string]>([
    ['overrides', overrides.PUT, 'PUT'],
    ['budgets', budgets.PUT, 'PUT'],
    ['decisions', decisions.POST, 'POST'],
  ])('are no %s from what is no JSON', async (_, handler, method) => {
    expect((await call(handler, '', { method, body: '{"version":' })).status).toBe(400)
  })
})
