import { expect, it } from 'vitest'
import { findCustomerOfEvent, type ResourceOwnership } from './ownership.ts'

const resource = (row: number, shortId: string) => ({
  row,
  shortId,
  armKey: '',
  type: '',
  name: shortId,
  subscriptionId: '',
  config: null,
})
const [hub, circuit] = [resource(1, 'hub'), resource(2, 'ckt')]
const ownership: ResourceOwnership = {
  resources: [hub, circuit],
  owners: new Map([
    [1, { customer: 'Provider', subscriptionId: 's' }],
    [2, { customer: 'Contoso', subscriptionId: 's' }],
  ]),
  byShortId: new Map([
    ['hub', hub],
    ['ckt', circuit],
  ]),
  sources: [],
  commonGateways: [
    {
      resource: hub,
      landing: ['ckt'],
      neighbors: [{ neighbor: '10.0.4.4', behind: 'ckt' }],
      sessions: [],
      outside: ['10.0.4.4'],
    },
  ],
  besides: [],
  commonWans: [],
  routerSessions: [],
  tables: [],
}

it.each([
  ["a circuit's is its customer's", { scope: 'ckt', subject: 'AzurePrivatePeering' }, 'Contoso'],
  ["a mapped session's is its circuit's customer's", { scope: 'hub', subject: '10.0.4.12~10.0.4.4' }, 'Contoso'],
  ["that of a neighbor alone is its circuit's customer's too", { scope: 'hub', subject: '10.0.4.4' }, 'Contoso'],
  ["one that is not mapped is the gateway's", { scope: 'hub', subject: '10.0.4.12~10.0.4.9' }, 'Provider'],
  ["the whole estate's is nobody's", { scope: 'estate', subject: 'all circuits' }, null],
])('of events %s', (_, event, expected) => {
  expect(findCustomerOfEvent(ownership, event)).toBe(expected)
})
