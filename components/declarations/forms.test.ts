import { describe, expect, it } from 'vitest'
import type { DeclarationListItem, DeclarationList } from '#lib/contract/index.ts'
import { type DeclarationForm, createDeclarationDraft, validateDeclarationDraft } from './declaration-form.ts'
import { operatorCardDeclarationForm } from './forms/card.ts'
import { circuitDeclarationForm } from './forms/circuit.ts'
import { maintenanceDeclarationForm } from './forms/maintenance.ts'
import { neighborMappingDeclarationForm } from './forms/mapping.ts'
import { pauseDeclarationForm } from './forms/pause.ts'
import { policyDeclarationForm } from './forms/policy.ts'
import { routerNeighborDeclarationForm } from './forms/router-neighbor.ts'
import { siteDeclarationForm } from './forms/site.ts'
import { customerDeclarationForm } from './forms/customer.ts'
import { customerTagDeclarationForm } from './forms/customer-tag.ts'
import { exclusionDeclarationForm } from './forms/exclusion.ts'
import { interfaceDeclarationForm } from './forms/interface.ts'
import { watchedPrefixDeclarationForm } from './forms/watched-prefix.ts'

const items: { [List in DeclarationList]: [DeclarationForm<List>, DeclarationListItem<List>] } = {
  sites: [
    siteDeclarationForm,
    {
      name: 'DC-A',
      prefixes: ['10.10.0.0/16', '2001:db8::/32'],
      home: 'lon',
      routers: [
        { name: 'ce-1', addresses: ['172.16.0.1', '2001:db8::1'] },
        { name: 'ce-2', addresses: [] },
      ],
    },
  ],
  policies: [policyDeclarationForm, { kind: 'active_standby', circuits: ['lon', 'ams'], prefixes: ['10.0.0.0/8'] }],
  maintenance: [
    maintenanceDeclarationForm,
    {
      id: 'mw-1',
      title: 'CHG-1',
      from: '2030-07-01T20:00:00.000Z',
      to: '2030-07-01T23:30:00.000Z',
      recurrence: { rule: 'FREQ=MONTHLY;BYDAY=1MO', timeZone: 'Europe/London', exceptDates: ['2030-12-02'] },
      scopes: ['lon'],
      paths: ['primary'],
      note: 'x',
    },
  ],
  pauses: [
    pauseDeclarationForm,
    {
      id: 'pause-1',
      why: 'CHG-2',
      from: '2030-07-01T20:00:00.000Z',
      to: '2030-07-01T23:30:00.000Z',
      scopes: ['lon'],
      by: 'alice',
    },
  ],
  mappings: [
    neighborMappingDeclarationForm,
    { gateway: 'hub', neighbor: '10.0.4.4', circuit: 'lon', path: 'secondary' },
  ],
  routerNeighbors: [
    routerNeighborDeclarationForm,
    {
      router: '10.20.0.1',
      name: 'ce-1',
      distinguisher: '0000fdea00000001',
      neighbor: '172.16.0.2',
      circuit: 'lon',
      peering: 'microsoft',
      path: 'secondary',
    },
  ],
  exclusions: [exclusionDeclarationForm, { match: 'tag:env=test', why: 'a lab' }],
  customers: [
    customerDeclarationForm,
    {
      name: 'Contoso',
      connect: 'through',
      circuits: ['lon'],
      subscriptions: ['0a000000-0000-4000-8000-000000000001'],
      tenants: [],
    },
  ],
  customerTags: [customerTagDeclarationForm, { name: 'customer' }],
  circuits: [
    circuitDeclarationForm,
    {
      circuit: 'lon',
      connectivity: 'telco',
      secondStag: 1_006,
      natPools: ['203.0.113.0/28', '203.0.113.32/28'],
      classes: [
        { name: 'ef', share: 0.1, mbps: null },
        { name: 'af', share: null, mbps: 200 },
        { name: 'best_effort', share: null, mbps: null },
      ],
      credits: [
        { below: 99.95, credit: 10 },
        { below: 99, credit: 25 },
      ],
    },
  ],
  interfaces: [
    interfaceDeclarationForm,
    {
      interface: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic-1',
      note: 'web',
    },
  ],
  watched: [watchedPrefixDeclarationForm, { prefix: '0.0.0.0/0', note: 'default' }],
  cards: [
    operatorCardDeclarationForm,
    {
      scope: 'lon',
      part: 'primary',
      displayName: 'London',
      serviceId: 'EL-1',
      contact: 'NOC',
      runbookUrl: 'https://r.example/',
      note: 'a\nb',
    },
  ],
}

describe.each(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'])('in %s', (zone) => {
  it.each(Object.keys(items) as DeclarationList[])(
    'a form of %s gives back the item that it was opened with',
    (list) => {
      const roundTrip = <List extends DeclarationList>([form, item]: [
        DeclarationForm<List>,
        DeclarationListItem<List>,
      ]) => {
        expect(validateDeclarationDraft(form, createDeclarationDraft(form, item, zone), zone)).toEqual({ body: item })
      }
      roundTrip(items[list] as [DeclarationForm<DeclarationList>, DeclarationListItem])
    },
  )
})

describe('a form', () => {
  it('shows a window in the zone that was chosen', () => {
    const [form, window] = items.maintenance
    expect(createDeclarationDraft(form, window, 'Europe/Berlin')).toMatchObject({
      from: '2030-07-01 22:00',
      to: '2030-07-02 01:30',
    })
  })

  it.each([
    [
      'a prefix that is none',
      { ...createDeclarationDraft(siteDeclarationForm, null, 'UTC'), name: 'A', prefixes: '10.0.0.0/8, here' },
      'prefixes',
    ],
    [
      'a router’s address that is none',
      { ...createDeclarationDraft(siteDeclarationForm, null, 'UTC'), name: 'A', routers: 'ce-1: there' },
      'routers',
    ],
    ['no name', createDeclarationDraft(siteDeclarationForm, null, 'UTC'), 'name'],
  ])('says of %s at which field it is', (_, draft, field) => {
    const read = validateDeclarationDraft(siteDeclarationForm, draft, 'UTC')
    expect(Object.keys('faults' in read ? read.faults : {})).toEqual([field])
  })

  it.each([
    ['a class of no name', 'gold 10 %'],
    ['a share of more than everything', 'ef 110 %'],
    ['shares of more than everything', 'ef 60 %, af 50 %'],
    ['a class twice', 'ef 10 %, ef 20 Mb/s'],
    ['an amount without a unit', 'ef 10'],
  ])('refuses %s', (_, classes) => {
    const read = validateDeclarationDraft(
      circuitDeclarationForm,
      { ...createDeclarationDraft(circuitDeclarationForm, null, 'UTC'), circuit: 'lon', classes },
      'UTC',
    )
    expect(Object.keys('faults' in read ? read.faults : {})).toEqual(['classes'])
  })

  it('refuses an S-tag that is no VLAN id', () => {
    for (const secondStag of ['0', '4095', 'two']) {
      const read = validateDeclarationDraft(
        circuitDeclarationForm,
        { ...createDeclarationDraft(circuitDeclarationForm, null, 'UTC'), circuit: 'lon', secondStag },
        'UTC',
      )
      expect(Object.keys('faults' in read ? read.faults : {})).toEqual(['secondStag'])
    }
  })

  it('wants both ends of a window', () => {
    const draft = { ...createDeclarationDraft(maintenanceDeclarationForm, null, 'UTC'), title: 'x', from: '' }
    const read = validateDeclarationDraft(maintenanceDeclarationForm, draft, 'UTC')
    expect('faults' in read && read.faults.from).toBeTruthy()
  })
})

it.each([
  ['', []],
  ['FREQ=DAILY', ['timeZone', 'exceptDates']],
  ['custom', ['rule', 'timeZone', 'exceptDates']],
])('a window that repeats %j shows the fields that apply to it', (repeats, shown) => {
  const conditional = maintenanceDeclarationForm.fields.filter(({ isShown }) => isShown)
  expect(conditional.filter(({ isShown }) => isShown?.({ repeats })).map(({ name }) => name)).toEqual(shown)
})
