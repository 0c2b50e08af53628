import { describe, expect, it } from 'vitest'
import { findBestCandidates, doesPrefixContainAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import {
  splitTableIntoAtoms,
  type WhatIfFailure,
  EMPTY_WHAT_IF_FAILURE,
  computeWhatIfRows,
  type WhatIfRoute,
  type WhatIfTable,
  createWhatIfRib,
} from '#lib/resilience/rules/index.ts'
import { createWorld, type HappeningInput, parseSimulatorScenario } from '../simulator/index.ts'
import { builtInEstateScenario } from '../simulator/scenarios/estate.ts'
import { readSimulatedRouteTablesAt } from './simulated-tables.ts'

const ORIGIN = Date.parse('2026-11-18T12:00:00Z')
/** A time long after all timers have expired. */
const LATER = ORIGIN + 600_000
const worldWith = (happenings: HappeningInput[]) =>
  createWorld(parseSimulatorScenario({ ...builtInEstateScenario, happenings }), ORIGIN)
const quiet = worldWith([])
const before = readSimulatedRouteTablesAt(quiet, ORIGIN + 60_000)
const names = { siteOf: () => null, nameOf: (id: string) => id }
const at = '+0s'

/** Returns the best routes of the table for an address with a simple linear search, as an independent method. */
function taken({ routes }: WhatIfTable, address: string): string[] {
  const asked = parseAddress(address)
  const covering = routes.flatMap((route) => {
    const prefix = parsePrefix(route.prefix)
    return asked && prefix && doesPrefixContainAddress(prefix, asked) ? [{ route, length: prefix.length }] : []
  })
  const longest = Math.max(...covering.map(({ length }) => length))
  return texts(findBestCandidates(covering.filter(({ length }) => length === longest).map(({ route }) => route)))
}
const texts = (routes: readonly WhatIfRoute[]): string[] =>
  [
    ...new Set(
      routes.map(
        ({ circuit, path, peer, nextHop, origin }) => `${circuit} ${path} ${origin === 'IBgp' ? nextHop : peer}`,
      ),
    ),
  ].sort()

/** Predicts the effect of a failure, causes the failure in the simulator, and compares every prefix of every table. */
function proof(failure: Partial<WhatIfFailure>, happenings: HappeningInput[]) {
  const truth = new Map(readSimulatedRouteTablesAt(worldWith(happenings), LATER).map((table) => [table.scope, table]))
  let compared = 0
  let changed = 0
  const differences: string[] = []
  for (const table of before) {
    const then = truth.get(table.scope)
    if (!then) throw new Error(table.scope)
    for (const row of computeWhatIfRows(
      createWhatIfRib(splitTableIntoAtoms(table)),
      { ...EMPTY_WHAT_IF_FAILURE, ...failure },
      names,
    )) {
      compared += 1
      if (row.outcome !== 'stays' || row.reduced) changed += 1
      const predicted = row.after.map(({ circuitId, path, peer }) => `${circuitId} ${path} ${peer}`).sort()
      const happened = taken(then, row.firstAddress)
      if (predicted.join() !== happened.join()) {
        differences.push(
          `${table.scope} ${row.prefix} ${row.outcome}: ${predicted.join(', ')} | ${happened.join(', ')}`,
        )
      }
    }
    const known = new Set(table.routes.map(({ prefix }) => prefix))
    // no prefix may appear that was absent before
    differences.push(
      ...then.routes.flatMap(({ prefix }) => (known.has(prefix) ? [] : [`${table.scope} ${prefix} is new`])),
    )
  }
  return { compared, changed, differences }
}

const circuits = quiet.topology.domains.flatMap((domain) => domain.circuits.map(({ name }) => name))
const onPrivate = circuits.filter((name) => quiet.topology.edges.has(`${name}/AzurePrivatePeering/primary`))
const gateways = quiet.topology.domains.flatMap((domain) => domain.gateways)
const keys = (circuit: string) => (['primary', 'secondary'] as const).map((path) => `${circuit}/private/${path}`)

describe('what is predicted happens', () => {
  it.each(onPrivate)('circuit %s is lost', (circuit) => {
    const { compared, changed, differences } = proof({ circuits: new Set([circuit]), paths: new Set(keys(circuit)) }, [
      { op: 'cut-path', circuit, path: 'both', at },
    ])
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(30)
    const isUsed = before.some(({ routes }) => routes.some((route) => route.circuit === circuit))
    expect(changed > 0).toBe(isUsed)
  })

  it.each(onPrivate.flatMap((circuit) => (['primary', 'secondary'] as const).map((path) => ({ circuit, path }))))(
    'the $path path of $circuit is lost',
    ({ circuit, path }) => {
      const lost = proof({ paths: new Set([`${circuit}/private/${path}`]) }, [{ op: 'cut-path', circuit, path, at }])
      expect(lost.differences).toEqual([])
    },
  )

  it.each(gateways.flatMap(({ name, instances }) => instances.map(({ address }) => ({ gateway: name, address }))))(
    'instance $address of $gateway is lost',
    ({ gateway, address }) => {
      const lost = proof({ instances: new Set([`${gateway}/${address}`]) }, [
        { op: 'instance-loss', gateway, instance: address, at },
      ])
      expect(lost.differences).toEqual([])
    },
  )

  it.each([
    ['erc-london', 'erc-amsterdam'],
    ['erc-london', 'erc-frankfurt'],
  ])('%s and %s are lost together', (...two) => {
    const own = two.filter((name) => onPrivate.includes(name))
    const failure = { circuits: new Set(own), paths: new Set(own.flatMap(keys)) }
    const both = proof(
      failure,
      own.map((circuit) => ({ op: 'cut-path', circuit, path: 'both', at })),
    )
    expect(both.differences).toEqual([])
  })

  it.each(onPrivate)('the customer prepends on %s', (circuit) => {
    const longer = proof({ prepends: new Map([[circuit, 4]]) }, [{ op: 'prepend', circuit, count: 4, at }])
    expect(longer.differences).toEqual([])
  })

  it('the customer withdraws a prefix', () => {
    const prefix = '10.10.0.0/16'
    const withdrawn = new Map([['erc-london', new Set([prefix])]])
    const gone = proof({ withdrawn }, [{ op: 'withdraw', circuit: 'erc-london', prefixes: [prefix], at }])
    expect(gone.differences).toEqual([])
    expect(gone.changed).toBeGreaterThan(0)
  })
})
