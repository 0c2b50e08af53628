import { describe, expect, it } from 'vitest'
import { testIncident } from '../incidents/testing.ts'
import type { Hub } from '#lib/gateways/api/index.ts'
import type { ApiRouter } from '#lib/routers/api/index.ts'
import { testMapCircuit, testMapGateway } from '../map/testing.ts'
import { testSession } from '../sessions/testing.ts'
import { type CommandPaletteSources, listCommandPaletteGroups } from './palette-items.ts'

const night = '2026-11-20T03:12:00.000Z'
const findable: CommandPaletteSources = {
  pages: [
    { href: '/circuits', name: 'Circuits', key: 'c', section: 'Network' },
    { href: '/sources', name: 'Sources', key: 's', section: 'Settings' },
  ],
  circuits: [
    testMapCircuit('old-london', { redundancy: 'reduced' }),
    testMapCircuit('london'),
    ...Array.from({ length: 30 }, (_, index) => testMapCircuit(`spare-${index}`, { location: 'Paris' })),
  ],
  gateways: [testMapGateway('ergw-hub')],
  hubs: [
    { id: 'h1', name: 'vhub-weu', kind: 'hub', state: 'healthy', location: 'westeurope', wan: 'wan' } as Hub,
    { id: 'rs', name: 'rs-hub', kind: 'routeServer', state: 'healthy', location: 'uksouth', wan: null } as Hub,
  ],
  routers: [{ id: '1', name: 'lon-ce-1', address: '192.0.2.1', protocol: 'bmp', software: 'IOS XE' } as ApiRouter],
  sessions: [testSession({ scopeName: 'ergw-hub' })],
  customers: ['Contoso Retail'],
  sites: [{ name: 'Leeds depot', href: '/routes?within=10.9.0.0/16' }],
  acknowledge: () => {},
  mayPlanTests: true,
  incidents: [testIncident({ id: 'i7', state: 'open', scopeName: 'ckt-lon' })],
  onPage: [{ href: 'ack', name: 'Acknowledge Path down: ckt-lon', detail: 'a' }],
  actions: [{ href: 'dark', name: 'Dark theme', detail: 'theme' }],
  recent: [{ href: '/circuits/x', name: 'x', detail: '' }],
}
const times = { night, momentOf: (text: string) => (text === '03:12 yesterday' ? '2026-11-19T03:12:00.000Z' : null) }
const ask = (text: string) =>
  Object.fromEntries(
    listCommandPaletteGroups(text, findable, times).map(({ name, items }) => [name, items.map((item) => item.name)]),
  )
const first = (text: string) => listCommandPaletteGroups(text, findable, times)[0]?.items[0]?.href

describe('the palette offers', () => {
  it('where one was lately and every page, while nothing is typed', () => {
    expect(ask(' ')).toEqual({
      Recent: ['x'],
      'Open incidents': ['Path down: ckt-lon'],
      Pages: ['Circuits', 'Sources'],
      'On this page': ['Acknowledge Path down: ckt-lon'],
      Actions: ['Check a plan', 'Dark theme'],
    })
  })

  it('what bears a name, the ones that begin so first', () => {
    expect(ask('london').Circuits).toEqual(['london', 'old-london'])
  })

  it('customers by their names', () => {
    expect(first('retail')).toBe('/customers/Contoso%20Retail')
  })

  it('what is in a state', () => {
    expect(ask('one path').Circuits).toEqual(['old-london'])
  })

  it.each([
    ['vhub', 'Hubs', '/hubs/h1'],
    // a Route Server is in the list of gateways
    ['rs-h', 'Events', '/events?text=rs-h&range=30d'],
    ['lon-ce', 'Routers', '/routers/1'],
    ['leeds', 'Sites', '/routes?within=10.9.0.0/16'],
    ['simulate old-london', 'Actions', '/resilience?tab=what-if&lose=old-london'],
    ['plan a test of old-london', 'Actions', '/resilience?tab=drills&lose=old-london'],
    ['plan check', 'Actions', '/resilience?tab=what-if#plan'],
    ['terraform', 'Actions', '/resilience?tab=what-if#plan'],
    ['what-if', 'Actions', '/resilience?tab=what-if#plan'],
    ['acknowledge', 'Actions', 'action acknowledge i7'],
  ])('%s first, in the group %s', (typed, name, href) => {
    const group = listCommandPaletteGroups(typed, findable, times).find(({ name: own }) => own !== 'On this page')
    expect([group?.name, group?.items[0]?.href]).toEqual([name, href])
  })

  it('no action that the user may not run', () => {
    const groups = listCommandPaletteGroups('a', { ...findable, acknowledge: null, mayPlanTests: false }, times)
    const names = groups.flatMap(({ items }) => items.map((item) => item.name))
    expect(names.filter((name) => /^(Acknowledge Path down: ckt-lon$|Plan a test)/.test(name))).toEqual([
      'Acknowledge Path down: ckt-lon',
    ])
  })

  it('the best match first: a whole name, its start, then a part of it', () => {
    expect(ask('london')).toMatchObject({ Circuits: ['london', 'old-london'] })
    expect(Object.keys(ask('ergw-hub'))[0]).toBe('Gateways')
    // a site that starts with the text is not better than a circuit with the text as a word
    const sites = [{ name: 'London (via Equinix)', href: '/circuits/london' }]
    const [group] = listCommandPaletteGroups(
      'lond',
      { ...findable, sites, circuits: [testMapCircuit('erc-london')] },
      times,
    )
    expect(group?.name).toBe('Circuits')
    // the name of a page is better than the detail of a circuit
    expect(first('sources')).toBe('/sources')
  })

  it('what goes on first, before where one was', () => {
    expect(first('')).toBe('/incidents/i7')
  })

  it('at most a few of a kind', () => {
    expect(ask('spare').Circuits).toHaveLength(6)
  })

  it('open incidents by what they are, and actions', () => {
    expect(first('path down')).toBe('/incidents/i7')
    expect(ask('dark').Actions).toEqual(['Dark theme'])
  })

  it('what acts on the page by its name, first only where nothing else bears it', () => {
    expect(first('ackn')).toBe('ack')
    expect(first('ckt-lon')).toBe('/incidents/i7')
    expect(Object.keys(ask(''))[0]).not.toBe('On this page')
  })

  it('sessions by their addresses', () => {
    expect(ask('10.0.4.4').Sessions).toEqual(['10.0.4.12 – 10.0.4.4'])
    expect(ask('10').Sessions).toBeUndefined()
  })

  it('events that say so, whatever is typed', () => {
    expect(ask('no such name')).toEqual({ Events: ['Events with “no such name”'] })
  })
})

describe('the palette looks up', () => {
  it.each([
    ['10.10.4.7', '/routes?ip=10.10.4.7'],
    [' 2001:DB8::1 ', '/routes?ip=2001%3Adb8%3A%3A1'],
    ['10.10.0.0/16', '/routes?view=history&prefix=10.10.0.0%2F16'],
    ['AS65001', '/routes?asn=65001'],
    ['as 65001', '/routes?asn=65001'],
  ])('%s at %s', (typed, href) => {
    expect(first(typed)).toBe(href)
  })

  it('an address at night as well', () => {
    expect(listCommandPaletteGroups('10.10.4.7', findable, times)[0]?.items[1]?.href).toContain('at=2026-11-20T03%3A12')
  })

  it.each([
    '10.10.4.7 @ 03:12 yesterday',
    '10.10.4.7@03:12 yesterday',
    '10.10.4.7 at 03:12 yesterday',
    '10.10.4.7 03:12 yesterday',
    '  10.10.4.7   at 03:12 yesterday ',
  ])('%s', (typed) => {
    expect(first(typed)).toContain('ip=10.10.4.7&at=2026-11-19T03%3A12')
  })

  it('the state at a time that is typed alone', () => {
    expect(first('03:12 yesterday')).toBe('/?at=2026-11-19T03:12:00.000Z')
  })

  it('nothing at a moment that it cannot read', () => {
    expect(ask('10.10.4.7 @ soon')['Look up']).toBeUndefined()
  })
})
