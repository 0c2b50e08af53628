import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createRandom } from '../history/figures.ts'
import { buildAddressInNthPrefix, type SystemComparisonEstate } from './estate.ts'
import { listPrefixesCoveringAddress } from './exposition.ts'
import type { SimulatedPollFeed } from './feed.ts'

export interface AddressLookUpInput {
  address: string
  at: EpochMs
}

/** Returns `count` look-ups at random times, and `count` look-ups up to 30 minutes after a change of their prefix. */
export function drawLookUps(
  estate: SystemComparisonEstate,
  count: number,
): { any: AddressLookUpInput[]; afterChanges: AddressLookUpInput[] } {
  const below = createRandom(11)
  const from = estate.from + MS_PER_HOUR
  const any = Array.from({ length: count }, () => ({
    address: buildAddressInNthPrefix(below(estate.prefixes)),
    at: from + below(estate.to - from),
  }))
  const late = estate.changes.filter(({ at }) => at >= from && at < estate.to - MS_PER_HOUR)
  const afterChanges = Array.from({ length: count }, (): AddressLookUpInput => {
    const change = late[below(late.length)]
    if (!change) throw new Error('a run of at least two hours has changes')
    return { address: buildAddressInNthPrefix(change.prefix), at: change.at + below(30 * MS_PER_MINUTE) }
  })
  return { any, afterChanges }
}

export interface RouteInSystemAnswer {
  instance: string | null | undefined
  peer: string | null | undefined
  prefix: string | undefined
  asPath: readonly number[]
}

/** Returns a text that is equal for equal sets of routes, whatever their order. */
export const formatComparableRouteSet = (routes: readonly RouteInSystemAnswer[]): string =>
  [...new Set(routes.map(({ instance, peer, prefix, asPath }) => `${instance} ${peer} ${prefix} ${asPath.join(' ')}`))]
    .toSorted()
    .join('\n')

/** Returns the routes that truly covered an address, in the form of {@link formatComparableRouteSet}. */
export async function computeTrueRouteSetText(
  feed: SimulatedPollFeed,
  { address, at }: AddressLookUpInput,
): Promise<string> {
  const table = await feed.read('learned', at)
  if (table.kind !== 'learned' || table.outcome !== 'ok') throw new Error(`the true table is ${table.outcome}`)
  const covering = new Set(listPrefixesCoveringAddress(address))
  return formatComparableRouteSet(table.rows.filter(({ prefix }) => covering.has(prefix)))
}

/**
 * Number of answers that were right, wrong, or reported as uncertain. Uncertain answers count in neither of the other
 * two.
 */
export interface AnswerAccuracyCounts {
  right: number
  wrong: number
  uncertain: number
}

export function countRightAndWrongAnswers(
  truths: readonly string[],
  answers: readonly { answer: string; isCertain: boolean }[],
): AnswerAccuracyCounts {
  const sum: AnswerAccuracyCounts = { right: 0, wrong: 0, uncertain: 0 }
  for (const [n, { answer, isCertain }] of answers.entries()) {
    if (!isCertain) sum.uncertain += 1
    else if (answer === truths[n]) sum.right += 1
    else sum.wrong += 1
  }
  return sum
}
