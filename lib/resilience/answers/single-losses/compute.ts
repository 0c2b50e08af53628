import { type EpochMs, parseLosses } from '#lib/contract/index.ts'
import { rowsOf, saturatedPaths, shiftsOf, tablesTouched } from '../../rules/index.ts'
import { type Db, queryable } from '#lib/questions/index.ts'
import { nameFinder, instancesOf } from '../what-if.ts'
import { readWorld } from '../what-if/read-tables.ts'
import { resolveTerms } from '../what-if/resolve-terms.ts'
import { siteFinder } from '../what-if/site-finder.ts'
import type { BackgroundPace } from './background-pace.ts'
import { type ComputedCase, countsOf, worstCaseFirst } from './loss-case.ts'
import { finder, lossesIn } from './losses.ts'
import type { PathRates } from './path-rates.ts'

/** More cases than this are not computed for one scope. */
const MOST_CASES = 2_000

interface ComputedLosses {
  /** losses that change anything, the worst first */
  cases: ComputedCase[]
  computed: number
  notComputed: number
  /** every table was read */
  complete: boolean
}

/** Computes every single loss of what a reader sees, each as its own what-if would be. Null = no table was read yet. */
export async function computeLosses(
  db: Db,
  now: EpochMs,
  pace: BackgroundPace,
  rates: PathRates,
): Promise<ComputedLosses | null> {
  const world = await readWorld(db, { at: undefined, now }, () => pace.rest())
  if (world.isBlind) return null
  const { facts, ribs } = world
  const names = { siteOf: siteFinder(facts.sites), nameOf: nameFinder(facts) }
  const find = finder(world)
  const terms = lossesIn(world)
  const touchedBy = tablesTouched(ribs)
  const cases: ComputedCase[] = []
  for (const text of terms.slice(0, MOST_CASES)) {
    await pace.rest()
    const read = parseLosses(text)
    // a name that holds a comma can't be asked for either
    if (!('terms' in read) || read.terms.length !== 1) continue
    const asked = { lose: read.terms, change: [] }
    const { lost, failure } = await resolveTerms(find, asked, facts, (gateway) => instancesOf(world, gateway))
    const [what] = lost
    const rows = touchedBy(failure).flatMap((place) => {
      const rib = ribs[place]
      return rib ? rowsOf(rib, failure, names, 'changed') : []
    })
    if (!what || rows.length === 0) continue
    const shifts = shiftsOf(rows)
    await rates.read(queryable(db), facts, shifts, now, pace)
    cases.push({ ...what, ...countsOf(rows), saturated: saturatedPaths(shifts, rates.p95Of, rates.bandwidthOf(facts)) })
  }
  return {
    cases: cases.toSorted(worstCaseFirst),
    computed: Math.min(terms.length, MOST_CASES),
    notComputed: Math.max(0, terms.length - MOST_CASES),
    complete: world.covered,
  }
}
