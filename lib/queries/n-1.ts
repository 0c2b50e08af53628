import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type EpochMs,
  type N1,
  type N1Case,
  parseLosses,
  type ResponseOf,
  type WhatIfRow,
} from '#lib/contract/index.ts'
import type { ResourceView } from '#lib/history/index.ts'
import { rowsOf } from '#lib/resilience/index.ts'
import { type Db, queryable } from './db.ts'
import { freshnessOf, pollsUnder, readSources } from './freshness.ts'
import { instancesOf, nameFinder } from './what-if.ts'
import { readWorld, type WhatIfWorld, worldOf } from './what-if/read-tables.ts'
import { resolveTerms } from './what-if/resolve-terms.ts'
import { siteFinder } from './what-if/site-finder.ts'
import { iso } from './wire.ts'

/** More cases than this are not computed in one question. */
const MOST_CASES = 2_000
/** Prefixes that are named in a case. */
const MOST_PREFIXES = 20
/** Other questions are answered between so many cases. */
const AT_ONCE = 10
const GOOD_FOR_MS = 60_000

/** With more single losses than this a page does not wait for them. */
const FEW_LOSSES = 300
const WORST = 10

/** The worst single losses; null = there are so many to compute that they have a question of their own. */
export async function worstCases(db: Db, now: EpochMs): Promise<N1Case[] | null> {
  const world = await worldOf(db, { at: undefined, now })
  if (singleLosses(world).length > FEW_LOSSES) return null
  return (await getN1(db, {}, now)).data.cases.slice(0, WORST)
}

const kept = new WeakMap<object, { minute: number; answer: Promise<N1> }>()

/** Every single loss with what it breaks, the worst first; computed once a minute for each reader who asks. */
export async function getN1(db: Db, _parameters: object = {}, now: EpochMs = Date.now()): Promise<ResponseOf<'n1'>> {
  const q = queryable(db)
  const minute = Math.floor(now / GOOD_FOR_MS)
  const found = kept.get(q)
  const answer = found?.minute === minute ? found.answer : computed(db, now)
  kept.set(q, { minute, answer })
  answer.catch(() => kept.delete(q))
  const sources = await readSources(q)
  return {
    data: await answer,
    asOf: iso(now),
    freshness: freshnessOf(pollsUnder(sources, ['learned', 'tables'], now), now),
  }
}

async function computed(db: Db, now: EpochMs): Promise<N1> {
  const world = await readWorld(db, { at: undefined, now })
  const { facts, ribs } = world
  const names = { siteOf: siteFinder(facts.sites), nameOf: nameFinder(facts) }
  const instances = (gateway: string) => instancesOf(world, gateway)
  const find = finder(world)
  const terms = singleLosses(world)
  const cases: N1Case[] = []
  for (const [n, text] of terms.slice(0, MOST_CASES).entries()) {
    if (n % AT_ONCE === 0) await nextTurn()
    const read = parseLosses(text)
    // a name that holds a comma can't be asked for either
    if (!('terms' in read) || read.terms.length !== 1) continue
    const { lost, failure } = await resolveTerms(find, { lose: read.terms, change: [] }, facts, instances)
    const [what] = lost
    const rows = ribs.flatMap((rib) => rowsOf(rib, failure, names, 'changed'))
    if (what && rows.length > 0) cases.push({ ...what, ...countsOf(rows) })
  }
  return {
    at: iso(now),
    cases: cases.toSorted(worstFirst),
    computed: Math.min(terms.length, MOST_CASES),
    notComputed: Math.max(0, terms.length - MOST_CASES),
  }
}

/** Of what was read with the world, by short id. */
function finder({ facts: { topology, networks } }: WhatIfWorld): (id: string) => Promise<ResourceView | null> {
  const all = [...topology.byKey.values(), ...[...networks.values()].map(({ resource }) => resource)]
  const byId = new Map(all.map((resource) => [resource.id, resource]))
  return (id) => Promise.resolve(byId.get(id) ?? null)
}

/** Everything of which one may be lost, as `lose` names it. */
function singleLosses(world: WhatIfWorld): string[] {
  const { topology, paths, networks, routers } = world.facts
  const circuits = topology.circuits.map(({ resource }) => resource.id)
  const named = (kind: string, values: readonly (string | null)[]) =>
    [...new Set(values.flatMap((value) => value ?? []))].map((value) => `${kind}:${value}`)
  const hubs = [...networks.values()].flatMap(({ resource, config }) => (config.hub === null ? [] : [resource.id]))
  const ports = [...topology.ports.keys()].flatMap((key) => topology.byKey.get(key)?.id ?? [])
  return [
    ...named(
      'location',
      topology.circuits.map(({ config }) => config.peeringLocation),
    ),
    ...named(
      'provider',
      topology.circuits.map(({ config }) => config.provider),
    ),
    ...circuits,
    ...ports,
    ...hubs,
    ...topology.gateways.map(({ resource }) => resource.id),
    ...named('router', [...routers.keys()]),
    ...paths.map(({ circuit, peering, path }) => `${circuit}/${peering}/${path}`),
    // of a gateway that others share, not even its network is known here
    ...topology.gateways
      .filter(({ config }) => config.networkKey !== null)
      .flatMap(({ resource: { id } }) => instancesOf(world, id).map((address) => `${id}/${address}`)),
  ]
}

function countsOf(rows: readonly WhatIfRow[]): Omit<N1Case, 'term' | 'kind' | 'id' | 'name' | 'paths'> {
  const count = (own: readonly WhatIfRow[], ...outcomes: WhatIfRow['outcome'][]) =>
    own.filter(({ outcome }) => outcomes.includes(outcome)).length
  const of = (wanted: WhatIfRow['outcome']) => rows.filter(({ outcome }) => outcome === wanted)
  const gone = [...of('stranded'), ...of('internet')]
  return {
    stranded: count(rows, 'stranded'),
    internet: count(rows, 'internet'),
    defaultOnly: count(rows, 'default_only'),
    moves: count(rows, 'moves', 'covered'),
    unknown: count(rows, 'unknown'),
    reduced: rows.filter(({ outcome, reduced }) => outcome === 'stays' && reduced).length,
    prefixes: [...new Set(gone.map(({ prefix }) => prefix))].slice(0, MOST_PREFIXES),
    sites: [...Map.groupBy(rows, ({ site }) => site)].map(([site, own]) => ({
      site,
      stranded: count(own, 'stranded'),
      internet: count(own, 'internet'),
      unknown: count(own, 'unknown'),
      changed: own.length,
    })),
  }
}

/** What strands most, then what leaves but the Internet or a default, then what is not known. */
const worstFirst = (a: N1Case, b: N1Case) =>
  b.stranded - a.stranded ||
  b.internet - a.internet ||
  b.defaultOnly - a.defaultOnly ||
  b.unknown - a.unknown ||
  b.moves - a.moves ||
  (a.name < b.name ? -1 : 1)
