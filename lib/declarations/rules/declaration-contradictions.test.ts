import { describe, expect, it } from 'vitest'
import {
  type Declarations,
  type DeclarationsBody,
  declarationsBodySchema,
  createEmptyDeclarations,
} from '#lib/contract/index.ts'
import { findDeclarationContradictions } from './declaration-contradictions.ts'

const site = (name: string, ...prefixes: string[]) => ({ name, prefixes, home: null, routers: [] })
const mapping = (neighbor: string, path: 'primary' | 'secondary', circuit = 'lon') => ({
  gateway: 'hub',
  neighbor,
  circuit,
  path,
})
const policy = (kind: Declarations['policies'][number]['kind'], circuits: string[], ...prefixes: string[]) => ({
  kind,
  circuits,
  prefixes,
})

describe('what can not be true together', () => {
  const wrong: [string, Partial<Declarations>, string, RegExp][] = [
    ['two sites of one name', { sites: [site('DC-A'), site('DC-A')] }, 'sites.1', /a site "DC-A" already/],
    [
      'a range within another site’s',
      { sites: [site('DC-A', '10.0.0.0/8'), site('DC-B', '192.0.2.0/24', '10.1.0.0/16')] },
      'sites.1.prefixes.1',
      /10\.1\.0\.0\/16 of "DC-B" overlaps 10\.0\.0\.0\/8 of "DC-A"/,
    ],
    [
      'a range that holds another site’s',
      { sites: [site('DC-A', '10.1.0.0/16'), site('DC-B', '10.0.0.0/8')] },
      'sites.1.prefixes.0',
      /one site only/,
    ],
    [
      'a circuit that stands by for itself',
      { policies: [policy('active_standby', ['lon', 'ams', 'lon'])] },
      'policies.0.circuits.2',
      /circuit lon is named twice/,
    ],
    [
      'two mappings of one neighbor',
      { mappings: [mapping('10.0.4.4', 'primary'), mapping('10.0.4.4', 'secondary')] },
      'mappings.1',
      /"hub 10\.0\.4\.4" already/,
    ],
    [
      'one path by two neighbors',
      { mappings: [mapping('10.0.4.4', 'primary'), mapping('10.0.4.5', 'primary')] },
      'mappings.1',
      /10\.0\.4\.4 and 10\.0\.4\.5 .* primary path of circuit lon/,
    ],
    [
      'standby and active for the same prefixes',
      {
        policies: [
          policy('active_standby', ['lon', 'ams'], '10.0.0.0/8'),
          policy('active_active', ['ams', 'lon'], '10.0.0.0/8'),
        ],
      },
      'policies.1',
      /can't both hold/,
    ],
    [
      'two orders of preference',
      { policies: [policy('active_standby', ['lon', 'ams']), policy('active_standby', ['ams', 'lon'])] },
      'policies.1',
      /can't both hold/,
    ],
    [
      'one watched prefix twice',
      {
        watched: [
          { prefix: '10.0.0.0/8', note: '' },
          { prefix: '10.0.0.0/8', note: 'again' },
        ],
      },
      'watched.1',
      /already/,
    ],
  ]
  it.each(wrong)('%s', (_, lists, path, message) => {
    const [found, ...more] = findDeclarationContradictions({ ...createEmptyDeclarations(), ...lists })
    expect([found?.path.join('.'), more]).toEqual([path, []])
    expect(found?.message).toMatch(message)
  })

  const fine: [string, Partial<Declarations>][] = [
    ['sites beside each other', { sites: [site('DC-A', '10.0.0.0/16'), site('DC-B', '10.1.0.0/16')] }],
    ['a site whose own ranges overlap', { sites: [site('DC-A', '10.0.0.0/8', '10.1.0.0/16')] }],
    ['IPv4 and IPv6 with equal bits', { sites: [site('DC-A', '32.0.0.0/8'), site('DC-B', '2000::/8')] }],
    ['both families on one path', { mappings: [mapping('10.0.4.4', 'primary'), mapping('fd00::4', 'primary')] }],
    [
      'one path name of two circuits',
      { mappings: [mapping('10.0.4.4', 'primary'), mapping('10.0.4.5', 'primary', 'ams')] },
    ],
    [
      'a policy for named prefixes beside one for all',
      { policies: [policy('active_standby', ['lon', 'ams']), policy('active_standby', ['ams', 'lon'], '10.0.0.0/8')] },
    ],
    [
      'policies for other prefixes',
      {
        policies: [
          policy('active_standby', ['lon', 'ams'], '10.0.0.0/8'),
          policy('active_active', ['lon', 'ams'], '192.0.2.0/24'),
        ],
      },
    ],
    [
      'symmetry beside standby',
      { policies: [policy('active_standby', ['lon', 'ams']), policy('symmetric', ['lon', 'ams'])] },
    ],
  ]
  it.each(fine)('not %s', (_, lists) => {
    expect(findDeclarationContradictions({ ...createEmptyDeclarations(), ...lists })).toEqual([])
  })
})

describe('the body of a PUT', () => {
  const window = { id: 'w1', title: 'CHG-1', from: '2030-01-01T00:00:00Z', to: '2030-01-01T02:00:00Z' }
  const card = { scope: 'lon' }

  it('fills in defaults, and normalizes prefixes and addresses', () => {
    const body = {
      sites: [{ name: ' DC-A ', prefixes: ['10.1.2.3/16', '2001:DB8::/32'] }],
      mappings: [mapping('FD00:0::4', 'primary')],
      maintenance: [window],
      cards: [card],
    }
    expect(declarationsBodySchema.parse(body)).toEqual({
      sites: [site('DC-A', '10.1.0.0/16', '2001:db8::/32')],
      mappings: [mapping('fd00::4', 'primary')],
      maintenance: [{ ...window, recurrence: null, scopes: [], paths: [], note: '' }],
      cards: [{ scope: 'lon', part: '', displayName: '', serviceId: '', contact: '', runbookUrl: '', note: '' }],
    } satisfies DeclarationsBody)
  })

  const wrong: [string, unknown, string, RegExp][] = [
    [
      'a prefix that is none',
      { sites: [{ name: 'A', prefixes: ['10.1/33'] }] },
      'sites.0.prefixes.0',
      /"10\.1\/33" is none/,
    ],
    ['an address that is none', { mappings: [mapping('here', 'primary')] }, 'mappings.0.neighbor', /"here" is none/],
    [
      'a window that ends before it begins',
      { maintenance: [{ ...window, to: window.from }] },
      'maintenance.0.to',
      /end after/,
    ],
    ['a time without a zone', { maintenance: [{ ...window, to: '2030-01-01T02:00' }] }, 'maintenance.0.to', /./],
    [
      'a runbook that would run',
      { cards: [{ ...card, runbookUrl: 'javascript:alert(1)' }] },
      'cards.0.runbookUrl',
      /https/,
    ],
    ['a name with a NUL', { cards: [{ ...card, displayName: 'a\0b' }] }, 'cards.0.displayName', /one line/],
    ['a note with a NUL', { cards: [{ ...card, note: 'a\0b' }] }, 'cards.0.note', /NUL/],
    ['a field that nobody knows', { cards: [{ ...card, phone: '112' }] }, 'cards.0', /phone/],
    ['a list that nobody knows', { people: [] }, '', /people/],
  ]
  it.each(wrong)('refuses %s', (_, body, path, message) => {
    const issue = declarationsBodySchema.safeParse(body).error?.issues[0]
    expect(issue?.path.join('.')).toBe(path)
    expect(issue?.message).toMatch(message)
  })
})
