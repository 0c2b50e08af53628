import { describe, expect, it } from 'vitest'
import type { IntentDeclarations } from '#lib/contract/index.ts'
import { type PrefixWithCircuits, compareIntents } from './intents.ts'

const by = (...circuits: string[]) => ({
  circuits: circuits.filter((one) => one !== 'vpn'),
  hasOther: circuits.includes('vpn'),
})
const carried = (prefix: string, primary: string[], backup: string[] | null, scope = 'hub'): PrefixWithCircuits => ({
  prefix,
  scope,
  site: 'London',
  primary: by(...primary),
  backup: backup && by(...backup),
})
const NOTHING: IntentDeclarations = { sites: [], policies: [] }
const site = (home: string): IntentDeclarations => ({
  ...NOTHING,
  sites: [{ name: 'London', prefixes: ['10.0.0.0/8'], home }],
})
const policy = (kind: string, circuits: string[], prefixes = ['10.0.0.0/8']): IntentDeclarations => ({
  ...NOTHING,
  policies: [{ kind, circuits, prefixes }],
})

describe('a prefix against what is declared of it', () => {
  it.each<[string, IntentDeclarations, string[], string[] | null, string]>([
    ['nothing declared', NOTHING, ['lon'], ['ams'], 'undeclared'],
    [
      'a policy for everything names no prefix',
      policy('active_standby', ['lon', 'ams'], []),
      ['lon'],
      ['ams'],
      'undeclared',
    ],
    ['at home', site('lon'), ['lon'], [], 'as_declared'],
    ['not at home', site('lon'), ['ams'], [], 'deviates'],
    ['by a VPN in place of its home', site('lon'), ['vpn'], [], 'deviates'],
    ['one of two that share it', policy('active_active', ['lon', 'ams']), ['ams'], [], 'as_declared'],
    ['none of two that share it', policy('active_active', ['lon', 'ams']), ['fra'], [], 'deviates'],
    ['both as declared', policy('active_standby', ['lon', 'ams']), ['lon'], ['ams'], 'as_declared'],
    ['backup beside the primary already', policy('active_standby', ['lon', 'ams']), ['ams', 'lon'], [], 'as_declared'],
    ['the backup in place of the primary', policy('active_standby', ['lon', 'ams']), ['ams'], ['lon'], 'deviates'],
    ['another backup', policy('active_standby', ['lon', 'ams']), ['lon'], ['fra'], 'backup_differs'],
    ['no backup left', policy('active_standby', ['lon', 'ams']), ['lon'], [], 'backup_differs'],
    ['a backup that is not known', policy('active_standby', ['lon', 'ams']), ['lon'], null, 'unknown'],
    ['a primary declared alone', policy('active_standby', ['lon']), ['lon'], null, 'as_declared'],
  ])('%s', (_, declared, primary, backup, state) => {
    expect(compareIntents([carried('10.1.0.0/16', primary, backup)], declared).map((one) => one.state)).toEqual([state])
  })

  it('has no row where no circuit carries it or is meant to', () => {
    expect(compareIntents([carried('10.1.0.0/16', ['vpn'], [])], NOTHING)).toEqual([])
  })

  it('is without a route where a policy names it and no table has it or anything inside of it', () => {
    const declared = policy('active_standby', ['lon'], ['10.1.0.0/16', '10.2.0.0/16'])
    const found = compareIntents([carried('10.2.7.0/24', ['lon'], [])], declared)
    expect(found.map(({ prefixes, state }) => [prefixes, state])).toEqual([
      [['10.1.0.0/16'], 'no_route'],
      [['10.2.7.0/24'], 'as_declared'],
    ])
  })

  describe('in a route table that a user created in a hub', () => {
    const table = { id: 'rt', name: 'rt-app of hub' }
    const inTable = (primary: string[], backup: string[] | null, more: Partial<PrefixWithCircuits> = {}) => ({
      ...carried('10.1.0.0/16', primary, backup, 'rt'),
      hubTable: table,
      ...more,
    })
    const statesOf = (own: PrefixWithCircuits, declared = policy('active_standby', ['lon', 'ams'])) =>
      compareIntents([carried('10.1.0.0/16', ['lon'], ['ams']), own], declared).map(
        ({ hubTable, state }) => `${hubTable?.name ?? 'elsewhere'} ${state}`,
      )

    it('has a result of its own if other circuits carry it there', () => {
      expect(statesOf(inTable(['lon'], []))).toEqual(['rt-app of hub backup_differs', 'elsewhere as_declared'])
      expect(statesOf(inTable(['ams'], []))).toEqual(['rt-app of hub deviates', 'elsewhere as_declared'])
    })

    it('has no result of its own if the same circuits carry it, or no operator declared it', () => {
      expect(statesOf(inTable(['lon'], ['ams']))).toEqual(['elsewhere as_declared'])
      expect(statesOf(inTable(['ams'], []), NOTHING)).toEqual(['elsewhere undeclared'])
    })

    it('has no result of its own if the default table of its hub is the same, although a gateway uses other circuits', () => {
      const own = inTable(['ams'], [])
      const rows = [carried('10.1.0.0/16', ['lon'], ['ams']), carried('10.1.0.0/16', ['ams'], [], 'hub'), own]
      const found = compareIntents(rows, policy('active_standby', ['lon', 'ams']))
      expect(found.map(({ hubTable }) => hubTable?.name ?? 'elsewhere')).toEqual(['elsewhere'])
    })

    it('is unknown if it is unknown which circuits carry it there', () => {
      expect(statesOf(inTable(['lon'], ['ams'], { isUnknown: true }))).toEqual([
        'rt-app of hub unknown',
        'elsewhere as_declared',
      ])
    })

    it('counts as a route of a declared prefix, and can not be pinned', () => {
      const [own, ...others] = compareIntents(
        [inTable(['ams'], [])],
        policy('active_standby', ['lon'], ['10.1.0.0/16']),
      )
      expect(others).toEqual([])
      expect(own).toMatchObject({ state: 'deviates', pin: null, unpinnable: expect.stringContaining('rt-app of hub') })
    })
  })

  it('is one row for all prefixes that agree', () => {
    const [row, ...others] = compareIntents(
      [carried('10.1.0.0/16', ['lon'], ['ams']), carried('10.2.0.0/16', ['lon'], ['ams'])],
      NOTHING,
    )
    expect(others).toEqual([])
    expect(row).toMatchObject({ prefixes: ['10.1.0.0/16', '10.2.0.0/16'], site: 'London' })
  })
})

describe('what is pinned', () => {
  const pinOf = (declared: IntentDeclarations, ...rows: PrefixWithCircuits[]) => {
    const [row] = compareIntents(rows, declared)
    return row && { pin: row.pin, unpinnable: row.unpinnable }
  }
  const row = carried('10.1.0.0/16', ['lon'], ['ams'])

  it('is the circuit that carries it, then those that would', () => {
    expect(pinOf(NOTHING, row)?.pin).toEqual({ kind: 'active_standby', circuits: ['lon', 'ams'] })
    expect(pinOf(site('lon'), row)?.pin).toEqual({ kind: 'active_standby', circuits: ['lon', 'ams'] })
  })
  it('is several circuits together where they share it', () => {
    expect(pinOf(NOTHING, carried('10.1.0.0/16', ['ams', 'lon'], []))?.pin).toEqual({
      kind: 'active_active',
      circuits: ['ams', 'lon'],
    })
  })
  it('is nothing where a policy says so already', () => {
    expect(pinOf(policy('active_standby', ['lon', 'ams']), row)?.pin).toBeNull()
    expect(pinOf(policy('active_active', ['lon', 'ams']), row)?.pin).not.toBeNull()
  })
  it('makes it as declared', () => {
    const { pin } = pinOf(site('fra'), row) ?? {}
    const declared = { ...site('fra'), policies: [{ ...pin!, prefixes: [row.prefix] }] }
    expect(compareIntents([row], declared)).toMatchObject([{ state: 'as_declared', pin: null }])
  })
  it.each<[string, PrefixWithCircuits[], RegExp]>([
    ['a VPN', [carried('10.1.0.0/16', ['lon', 'vpn'], [])], /not a circuit/],
    [
      'other circuits at other gateways',
      [row, carried('10.1.0.0/16', ['ams'], ['lon'], 'other')],
      /different gateways|Different circuits/,
    ],
  ])('can not be %s', (_, rows, why) => {
    expect(pinOf(NOTHING, ...rows)).toMatchObject({ pin: null, unpinnable: expect.stringMatching(why) })
  })
})

describe('what returns to Azure beside what is declared', () => {
  const returns = (...prefixes: string[][]) =>
    new Map([
      [
        'London',
        { prefixes: prefixes.map((circuits) => ({ circuits })), assumed: 1, routers: ['ce-1', 'ce-2'], parted: [] },
      ],
    ])
  const towards = (declared: IntentDeclarations, paths: ReturnType<typeof returns>, primary = ['lon']) =>
    compareIntents([carried('10.1.0.0/16', primary, [])], declared, paths)[0]?.towardsAzure

  it.each<[string, IntentDeclarations, string[][], boolean | null]>([
    ['the declared circuit', site('lon'), [['lon'], ['lon', 'ams']], true],
    ['another one for one prefix', site('lon'), [['lon'], ['ams']], false],
    ['what is declared, which does not carry it', site('ams'), [['ams']], true],
    ['what carries it, where nothing is declared', NOTHING, [['lon']], true],
    ['another than carries it, where nothing is declared', NOTHING, [['ams']], false],
    ['one of two that share it', policy('active_active', ['lon', 'ams']), [['ams']], true],
    ['no circuit', site('lon'), [[]], false],
  ])('%s', (_, declared, paths, agrees) => {
    expect(towards(declared, returns(...paths))).toMatchObject({ agrees, assumed: 1, prefixes: paths.length })
  })

  it('is held against nothing where no circuit is declared or carries it', () => {
    const declared = policy('active_standby', ['lon'], ['10.1.0.0/16'])
    expect(towards(declared, returns(['ams']), ['vpn'])).toMatchObject({ agrees: false })
    const [row] = compareIntents([carried('10.1.0.0/16', ['vpn'], ['lon'])], NOTHING, returns(['lon']))
    expect(row?.towardsAzure?.agrees).toBeNull()
  })

  it('is not known of a site of which nothing is reported', () => {
    expect(towards(site('lon'), new Map())).toBeNull()
  })
})
