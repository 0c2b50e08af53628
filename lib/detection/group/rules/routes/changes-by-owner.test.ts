import { describe, expect, it } from 'vitest'
import type { RouteChange } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { createUsualChurnRate } from '../../../churn/usual-rate.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { getRouteEventResourceId } from '../../../model/event-owner.ts'
import { HUB, INSTANCES } from '../../../testing/estates.ts'
import { LATELY, NOW, scene, sessionFact } from '../../../testing/scene.ts'
import { AMS, LON, route } from '../testing/estate-parts.ts'
import { evaluateRouteChurn } from './route-churn.ts'
import { groupChangesByOwner } from './changes-by-owner.ts'

const [here, sibling] = INSTANCES

/** Returns a hub without an owner, by default with one circuit of each of two customers. */
const hub = (
  owners: Record<string, string> | null = { 'ckt-lon': 'contoso', 'ckt-ams': 'fabrikam' },
): DetectionContext => {
  const { context } = scene({ kind: 'learned', scope: HUB })
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
  after: [{ ...route(peer ?? ''), origin }],
  between: LATELY,
})

const counts = (context: DetectionContext, changes: readonly RouteChange[]) =>
  Object.fromEntries([...groupChangesByOwner(context, changes)].map(([scope, own]) => [scope, own.length]))

describe('what moved on a gateway', () => {
  const moved = [change(LON), change(LON), change(AMS), change('10.0.4.99'), change(null, 'Network')]

  it.each<[string, Record<string, string> | null, Record<string, number>]>([
    ['without customers is the gateway’s', null, { [HUB]: 5 }],
    [
      'is the gateway’s where all is one owner’s',
      { [HUB]: 'contoso', 'ckt-lon': 'contoso', 'ckt-ams': 'contoso' },
      { [HUB]: 5 },
    ],
    [
      'is each customer’s, the rest the gateway’s',
      { 'ckt-lon': 'contoso', 'ckt-ams': 'fabrikam' },
      { [HUB]: 2, 'ckt-lon': 2, 'ckt-ams': 1 },
    ],
    [
      'is reported at the first circuit of a customer',
      { 'ckt-lon': 'contoso', 'ckt-ams': 'contoso' },
      { [HUB]: 2, 'ckt-ams': 3 },
    ],
    [
      'is the gateway’s where its owner has the circuit',
      { [HUB]: 'contoso', 'ckt-lon': 'contoso', 'ckt-ams': '' },
      { [HUB]: 4, 'ckt-ams': 1 },
    ],
  ])('%s', (_, owners, expected) => {
    expect(counts(hub(owners), moved)).toEqual(expected)
  })

  it('is not counted twice where an instance passes it on', () => {
    const context = hub()
    ensureResourceState(context, HUB).sessions = { inner: sessionFact(here, sibling, { asn: 65_515 }) }
    expect(counts(context, [change(LON), change(sibling), change('10.0.4.13', 'IBgp')])).toEqual({
      [HUB]: 0,
      'ckt-lon': 1,
      'ckt-ams': 0,
    })
  })
})

describe('how much the routes of a customer use to move', () => {
  const known = { usual: createUsualChurnRate(NOW - 60 * MINUTE), busy: null, calm: null, countedAt: NOW - MINUTE }

  it('was the gateway’s until they were counted by themselves', () => {
    const context = hub()
    const usual = { since: NOW - 60 * MINUTE, days: [{ day: 1, minutes: { '90': 3 } }] }
    ensureResourceState(context, HUB).churn = { ...known, usual }
    evaluateRouteChurn(context, [change(LON)])
    expect(ensureResourceState(context, HUB).churnOf?.['ckt-lon']?.usual).toMatchObject({ since: usual.since })
    expect(ensureResourceState(context, HUB).churnOf).not.toHaveProperty('ckt-ams')
  })

  it('is forgotten once the circuit is not counted by itself any more', () => {
    const context = hub(null)
    ensureResourceState(context, HUB).churnOf = { 'ckt-lon': known }
    evaluateRouteChurn(context, [change(LON)])
    expect(ensureResourceState(context, HUB).churnOf).toEqual({})
    expect(ensureResourceState(context, HUB).churn?.countedAt).toBe(context.mark.startedAt)
  })
})

it.each<[string, Record<string, string> | null, (string | null)[], string]>([
  ['at the gateway without customers', null, ['ckt-lon'], HUB],
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
    HUB,
  ],
  ['at the gateway of the same owner', { [HUB]: 'contoso', 'ckt-lon': 'contoso' }, ['ckt-lon'], HUB],
  ['at the gateway where nobody knows what carried it', { 'ckt-lon': 'contoso' }, [null], HUB],
])('an event about routes is reported %s', (_, owners, circuits, expected) => {
  expect(getRouteEventResourceId(hub(owners).topology, HUB, circuits)).toBe(expected)
})
