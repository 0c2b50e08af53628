import { type EpochMs, parseWhatIfLosses } from '#lib/contract/index.ts'
import type { DoubleLosses, N2Case, WhatIfRow } from '../../api/index.ts'
import { computeWhatIfRows, createAffectedTablesFinder } from '../../rules/index.ts'
import type { ReadableDatabase } from '#lib/questions/index.ts'
import { createResourceFinder } from '../single-losses/possible-losses.ts'
import type { BackgroundComputationThrottle } from '../single-losses/background-pace.ts'
import { listGatewayInstances, createResourceNameFinder } from '../what-if.ts'
import { listPeeringLocations } from '../what-if/location-losses.ts'
import { readWhatIfData, type WhatIfData } from '../what-if/read-tables.ts'
import { resolveWhatIfLossesAndChanges } from '../what-if/resolve-terms.ts'
import { createSiteFinder } from '../what-if/site-finder.ts'
import { type LossOfPair, listLossPairs } from './loss-pairs.ts'

/**
 * Maximum number of pairs that one computation examines. It takes about an hour, because each pair needs 50 ms and the
 * computation may use only a sixth of the processor's time.
 */
export const MAX_LOSS_PAIRS = 10_000
/** Maximum number of pairs with an effect that the result contains. */
const MAX_CASES = 100
const MAX_PREFIXES = 20
const MAX_OF_SITE = 5

/** Result of computing all pairs. */
export interface LossPairsComputationResult
  extends Pick<DoubleLosses, 'cases' | 'found' | 'independent' | 'notComputed'> {
  computed: number
}

/**
 * The prefixes of a route table that have no route after a loss, or whose outcome is unknown. The value is the outcome.
 */
type Broken = ReadonlyMap<string, WhatIfRow['outcome']>

interface Loss extends LossOfPair {
  lost: N2Case['lost'][number]
  /** prefixes with a broken outcome, by the index of the route table */
  broken: ReadonlyMap<number, Broken>
}

const BREAKS: ReadonlySet<string> = new Set<WhatIfRow['outcome']>(['stranded', 'internet', 'unknown'])

/**
 * Finds the pairs of losses with an effect that neither of the two losses has alone. The losses are losses of circuits
 * and peering locations that the caller may see. All pairs are computed with the route tables of the same moment.
 * @param report receives the progress; it returns false if the result is no longer wanted
 * @returns null if the computation was cancelled
 * @throws Error if no route table was read yet
 */
export async function computeLossPairs(
  db: ReadableDatabase,
  now: EpochMs,
  pace: BackgroundComputationThrottle,
  report: (done: number, all: number) => Promise<boolean>,
): Promise<LossPairsComputationResult | null> {
  const world = await readWhatIfData(db, { at: undefined, now }, () => pace.rest())
  if (world.isBlind) throw new Error('no table of routes was read yet')
  const names = { siteOf: createSiteFinder(world.facts.sites), nameOf: createResourceNameFinder(world.facts) }
  const touchedBy = createAffectedTablesFinder(world.ribs)
  const brokenBy = async (terms: readonly string[], within?: readonly number[]) => {
    const read = parseWhatIfLosses(terms.join(','))
    if (!('terms' in read) || read.terms.length !== terms.length) return null
    const asked = { lose: read.terms, change: [] }
    const found = await resolveWhatIfLossesAndChanges(createResourceFinder(world), asked, world.facts, (gateway) =>
      listGatewayInstances(world, gateway),
    )
    const tables = within ?? touchedBy(found.failure)
    const rows = new Map(
      tables.flatMap((n) => {
        const rib = world.ribs[n]
        return rib ? [[n, computeWhatIfRows(rib, found.failure, names, 'changed').filter(isBroken)] as const] : []
      }),
    )
    return { ...found, rows }
  }
  const losses: Loss[] = []
  for (const term of termsIn(world)) {
    await pace.rest()
    const found = await brokenBy([term])
    const [lost] = found?.lost ?? []
    if (!found || !lost) continue
    const { paths, ...named } = lost
    losses.push({
      term,
      lost: named,
      paths: new Set(paths.map(({ circuitId, peering, path }) => `${circuitId}/${peering}/${path}`)),
      tables: new Set(found.rows.keys()),
      broken: new Map([...found.rows].map(([n, rows]) => [n, new Map(rows.map((row) => [row.prefix, row.outcome]))])),
    })
  }
  const pairs = [...listLossPairs(losses)]
  const wanted = pairs.slice(0, MAX_LOSS_PAIRS)
  const cases: N2Case[] = []
  let independent = 0
  for (const [done, { first, second, tables }] of wanted.entries()) {
    await pace.rest()
    if (!(await report(done, wanted.length))) return null
    if (tables.length === 0) {
      independent += 1
      continue
    }
    const both = await brokenBy([first.term, second.term], tables)
    const rows = [...(both?.rows ?? [])].flatMap(([n, own]) => own.filter((row) => isNew(row, n, first, second)))
    if (rows.length > 0) cases.push(caseOf([first.lost, second.lost], rows))
  }
  return {
    cases: cases.toSorted(worstFirst).slice(0, MAX_CASES),
    found: cases.length,
    independent,
    computed: wanted.length,
    notComputed: pairs.length - wanted.length,
  }
}

/**
 * Returns the losses from which pairs are formed: the loss of each circuit, and the loss of each peering location with
 * more than one circuit. Locations come first, because the circuits of a location are more likely to fail together.
 */
function termsIn({ facts: { topology } }: WhatIfData): string[] {
  const places = listPeeringLocations(topology).flatMap((one) => (one.isOfSeveral ? [`location:${one.location}`] : []))
  return [...places.toSorted(), ...topology.circuits.map(({ resource }) => resource.id)]
}

const isBroken = ({ outcome }: WhatIfRow) => BREAKS.has(outcome)

/**
 * Reports whether the outcome of a prefix after both losses differs from its outcome after each of the two losses
 * alone.
 */
const isNew = ({ prefix, outcome }: WhatIfRow, table: number, ...alone: readonly Loss[]) =>
  alone.every(({ broken }) => broken.get(table)?.get(prefix) !== outcome)

function caseOf(lost: N2Case['lost'], rows: readonly WhatIfRow[]): N2Case {
  const stranded = rows.filter(({ outcome }) => outcome === 'stranded')
  const distinct = (own: readonly WhatIfRow[]) => [...new Set(own.map(({ prefix }) => prefix))]
  const prefixes = distinct(stranded)
  return {
    lost,
    stranded: stranded.length,
    internet: rows.filter(({ outcome }) => outcome === 'internet').length,
    unknown: rows.filter(({ outcome }) => outcome === 'unknown').length,
    strandedPrefixes: prefixes.length,
    prefixes: prefixes.slice(0, MAX_PREFIXES),
    sites: [...Map.groupBy(stranded, ({ site }) => site)].map(([site, own]) => ({
      site,
      stranded: own.length,
      prefixes: distinct(own).slice(0, MAX_OF_SITE),
    })),
  }
}

const nameOf = ({ lost }: N2Case) => lost.map(({ name }) => name).join(' ')

/**
 * Compares two cases for sorting. The case with more prefixes without any route comes first, then the case with more
 * prefixes that only the Internet reaches, then the case with more prefixes whose outcome is unknown.
 */
const worstFirst = (a: N2Case, b: N2Case) =>
  b.stranded - a.stranded || b.internet - a.internet || b.unknown - a.unknown || (nameOf(a) < nameOf(b) ? -1 : 1)
