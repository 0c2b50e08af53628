import { describe, expect, it } from 'vitest'
import type { RouteChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createUsualChurnRate } from '../../../churn/usual-rate.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { getRouteEventResourceId } from '../../../model/event-owner.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../../testing/estates.ts'
import {
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  TEST_POLL_END_TIME,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../../testing/scene.ts'
import { AMSTERDAM_NEIGHBORS, LONDON_NEIGHBORS, createLearnedRoute } from '../testing/estate-parts.ts'
import { evaluateRouteChurn } from './route-churn.ts'
import { groupChangesByOwner } from './changes-by-owner.ts'

const [here, sibling] = GATEWAY_INSTANCE_ADDRESSES

/** Returns a hub without an owner, by default with one circuit of each of two customers. */
const hub = (
  owners: Record<string, string> | null = { 'ckt-lon': 'contoso', 'ckt-ams': 'fabrikam' },
): DetectionContext => {
  const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: HUB_GATEWAY_NAME })
  context.topology = { ...context.topology, ...(owners ? { owners: new Map(Object.entries(owners)) } : {}) }
  return context
}

const change = (peer: string | null, origin = 'EBgp'): RouteChange => ({
  type: 'route',
  op: 'announce',
  instance: here,
  peer,
  prefix: '10.10.0.0/16',
  before: [],
  after: [{ ...createLearnedRoute(peer ?? ''), origin }],
  between: TIME_BOUNDS_SINCE_PREVIOUS_POLL,
})

const counts = (context: DetectionContext, changes: readonly RouteChange[]) =>
  Object.fromEntries([...groupChangesByOwner(context, changes)].map(([scope, own]) => [scope, own.length]))

describe('what moved on a gateway', () => {
  const moved = [
    change(LONDON_NEIGHBORS),
    change(LONDON_NEIGHBORS),
    change(AMSTERDAM_NEIGHBORS),
    change('10.0.4.99'),
    change(null, 'Network'),
  ]

  it.each<[string, Record<string, string> | null, Record<string, number>]>([
    ['without customers is the gateway’s', null, { [HUB_GATEWAY_NAME]: 5 }],
    [
      'is the gateway’s where all is one owner’s',
      { [HUB_GATEWAY_NAME]: 'contoso', 'ckt-lon': 'contoso', 'ckt-ams': 'contoso' },
      { [HUB_GATEWAY_NAME]: 5 },
    ],
    [
      'is each customer’s, the rest the gateway’s',
      { 'ckt-lon': 'contoso', 'ckt-ams': 'fabrikam' },
      { [HUB_GATEWAY_NAME]: 2, 'ckt-lon': 2, 'ckt-ams': 1 },
    ],
    [
      'is reported at the first circuit of a customer',
      { 'ckt-lon': 'contoso', 'ckt-ams': 'contoso' },
      { [HUB_GATEWAY_NAME]: 2, 'ckt-ams': 3 },
    ],
    [
      'is the gateway’s where its owner has the circuit',
      { [HUB_GATEWAY_NAME]: 'contoso', 'ckt-lon': 'contoso', 'ckt-ams': '' },
      { [HUB_GATEWAY_NAME]: 4, 'ckt-ams': 1 },
    ],
  ])('%s', (_, owners, expected) => {
    expect(counts(hub(owners), moved)).toEqual(expected)
  })

  it('is not counted twice where an instance passes it on', () => {
    const context = hub()
    ensureResourceState(context, HUB_GATEWAY_NAME).sessions = {
      inner: createLongEstablishedSession(here, sibling, { asn: 65_515 }),
    }
    expect(counts(context, [change(LONDON_NEIGHBORS), change(sibling), change('10.0.4.13', 'IBgp')])).toEqual({
      [HUB_GATEWAY_NAME]: 0,
      'ckt-lon': 1,
      'ckt-ams': 0,
    })
  })
})

describe('how much the routes of a customer use to move', () => {
  const known = {
    usual: createUsualChurnRate(TEST_POLL_END_TIME - 60 * MS_PER_MINUTE),
    busy: null,
    calm: null,
    countedAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
  }

  it('was the gateway’s until they were counted by themselves', () => {
    const context = hub()
    const usual = { since: TEST_POLL_END_TIME - 60 * MS_PER_MINUTE, days: [{ day: 1, minutes: { '90': 3 } }] }
    ensureResourceState(context, HUB_GATEWAY_NAME).churn = { ...known, usual }
    evaluateRouteChurn(context, [change(LONDON_NEIGHBORS)])
    expect(ensureResourceState(context, HUB_GATEWAY_NAME).churnOf?.['ckt-lon']?.usual).toMatchObject({
      since: usual.since,
    })
    expect(ensureResourceState(context, HUB_GATEWAY_NAME).churnOf).not.toHaveProperty('ckt-ams')
  })

  it('is forgotten once the circuit is not counted by itself any more', () => {
    const context = hub(null)
    ensureResourceState(context, HUB_GATEWAY_NAME).churnOf = { 'ckt-lon': known }
    evaluateRouteChurn(context, [change(LONDON_NEIGHBORS)])
    expect(ensureResourceState(context, HUB_GATEWAY_NAME).churnOf).toEqual({})
    expect(ensureResourceState(context, HUB_GATEWAY_NAME).churn?.countedAt).toBe(context.mark.startedAt)
  })
})

it.each<[string, Record<string, string> | null, (string | null)[], string]>([
  ['at the gateway without customers', null, ['ckt-lon'], HUB_GATEWAY_NAME],
  ['at the circuit of another owner', { 'ckt-lon': 'contoso' }, ['ckt-lon'], 'ckt-lon'],
  [
    'at the first of several of one owner',
    { 'ckt-lon': 'contoso', 'ckt-ams': 'contoso' },
    ['ckt-lon', 'ckt-ams'],
    'ckt-lon',
  ],
  [
    'at the gateway where it is several owners’',
    { 'ckt-lon': 'contoso', 'ckt-ams': 'fabrikam' },
    ['ckt-lon', 'ckt-ams'],
    HUB_GATEWAY_NAME,
  ],
  [
    'at the gateway of the same owner',
    { [HUB_GATEWAY_NAME]: 'contoso', 'ckt-lon': 'contoso' },
    ['ckt-lon'],
    HUB_GATEWAY_NAME,
  ],
  ['at the gateway where nobody knows what carried it', { 'ckt-lon': 'contoso' }, [null], HUB_GATEWAY_NAME],
])('an event about routes is reported %s', (_, owners, circuits, expected) => {
  expect(getRouteEventResourceId(hub(owners).topology, HUB_GATEWAY_NAME, circuits)).toBe(expected)
})
