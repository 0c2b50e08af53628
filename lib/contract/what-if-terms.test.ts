import { describe, expect, it } from 'vitest'
import { parseWhatIfChanges, parseWhatIfLosses } from './what-if-terms.ts'

const ARM = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/ckt'

describe('what is lost', () => {
  it.each<[string, object]>([
    ['ckt1', { kind: 'resource', id: 'ckt1' }],
    [ARM, { kind: 'resource', id: ARM }],
    ['ckt1/primary', { kind: 'path', id: 'ckt1', peering: 'private', path: 'primary' }],
    [`${ARM}/Secondary`, { kind: 'path', id: ARM, peering: 'private', path: 'secondary' }],
    ['ckt1/microsoft/primary', { kind: 'path', id: 'ckt1', peering: 'microsoft', path: 'primary' }],
    ['ckt1/MicrosoftPeering/primary', { kind: 'path', id: 'ckt1', peering: 'microsoft', path: 'primary' }],
    ['ckt1/AzurePrivatePeering/primary', { kind: 'path', id: 'ckt1', peering: 'private', path: 'primary' }],
    ['gw1/10.0.4.12', { kind: 'instance', id: 'gw1', address: '10.0.4.12' }],
    ['gw1/fd00::12', { kind: 'instance', id: 'gw1', address: 'fd00::12' }],
    ['lag1/link2', { kind: 'link', id: 'lag1', link: 'link2', member: null }],
    ['lag1/link2/member3', { kind: 'link', id: 'lag1', link: 'link2', member: 'member3' }],
    ['location:London 2', { kind: 'location', name: 'London 2' }],
    ['provider:Equinix', { kind: 'provider', name: 'Equinix' }],
    ['router:ce1', { kind: 'router', name: 'ce1' }],
  ])('%s', (text, term) => expect(parseWhatIfLosses(text)).toEqual({ terms: [{ text, ...term }] }))

  it.each(['a/b/c', 'a/microsoft/third', 'a/b/c/d', '/primary'])('%s is nothing', (text) => {
    expect(parseWhatIfLosses(`ok,${text}`)).toEqual({ wrong: text })
  })

  it('is a list without duplicates', () => {
    expect(parseWhatIfLosses(' a , b,a,')).toMatchObject({ terms: [{ id: 'a' }, { id: 'b' }] })
    expect(parseWhatIfLosses('')).toEqual({ terms: [] })
  })
})

describe('what is changed', () => {
  it.each<[string, object]>([
    ['prepend:ckt1:3', { kind: 'prepend', id: 'ckt1', count: 3 }],
    ['weight:conn:10', { kind: 'weight', id: 'conn', weight: 10 }],
    [`weight:${ARM}:0`, { kind: 'weight', id: ARM, weight: 0 }],
    ['withdraw:ckt1:10.20.50.0/24', { kind: 'withdraw', id: 'ckt1', prefix: '10.20.50.0/24' }],
    ['withdraw:ckt1:2001:DB8::/32', { kind: 'withdraw', id: 'ckt1', prefix: '2001:db8::/32' }],
    ['bandwidth:ckt1:2000', { kind: 'bandwidth', id: 'ckt1', mbps: 2_000 }],
  ])('%s', (text, term) => expect(parseWhatIfChanges(text)).toEqual({ terms: [{ text, ...term }] }))

  it.each([
    'prepend:ckt1:0',
    'prepend:ckt1:x',
    'weight:c:32001',
    'withdraw:ckt1:ten',
    'drop:ckt1:1',
    'prepend:ckt1',
    ':',
  ])('%s is nothing', (text) => expect(parseWhatIfChanges(text)).toEqual({ wrong: text }))
})
