import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { createRandom } from '../history/figures.ts'
import { addressIn, type AlternativesEstate } from './estate.ts'
import { coveringPrefixes } from './exposition.ts'
import type { Feed } from './feed.ts'

export interface LookUp {
  address: string
  at: EpochMs
}

/** Returns `count` look-ups at random times, and `count` look-ups up to 30 minutes after a change of their prefix. */
export function drawLookUps(estate: AlternativesEstate, count: number): { any: LookUp[]; afterChanges: LookUp[] } {
  const below = createRandom(11)
  const from = estate.from + HOUR
  const any = Array.from({ length: count }, () => ({
    address: addressIn(below(estate.prefixes)),
    at: from + below(estate.to - from),
  }))
  const late = estate.changes.filter(({ at }) => at >= from && at < estate.to - HOUR)
  const afterChanges = Array.from({ length: count }, (): LookUp => {
    const change = late[below(late.length)]
    if (!change) throw new Error('a run of at least two hours has changes')
    return { address: addressIn(change.prefix), at: change.at + below(30 * MINUTE) }
  })
  return { any, afterChanges }
}

export interface AnsweredRoute {
  instance: string | null | undefined
  peer: string | null | undefined
  prefix: string | undefined
  asPath: readonly number[]
}

/** Returns a text that is equal for equal sets of routes, whatever their order. */
export const formatAnswer = (routes: readonly AnsweredRoute[]): string =>
  [...new Set(routes.map(({ instance, peer, prefix, asPath }) => `${instance} ${peer} ${prefix} ${asPath.join(' ')}`))]
    .toSorted()
    .join('\n')

/** Returns the routes that truly covered an address, in the form of {@link formatAnswer}. */
export async function trueAnswer(feed: Feed, { address, at }: LookUp): Promise<string> {
  const table = await feed.read('learned', at)
  if (table.kind !== 'learned' || table.outcome !== 'ok') throw new Error(`the true table is ${table.outcome}`)
  const covering = new Set(coveringPrefixes(address))
  return formatAnswer(table.rows.filter(({ prefix }) => covering.has(prefix)))
}

/**
 * Number of answers that were right, wrong, or reported as uncertain. Uncertain answers count in neither of the other
 * two.
 */
export interface Verdict {
  right: number
  wrong: number
  uncertain: number
}

export function countVerdicts(
  truths: readonly string[],
  answers: readonly { answer: string; isCertain: boolean }[],
): Verdict {
  const sum: Verdict = { right: 0, wrong: 0, uncertain: 0 }
  for (const [n, { answer, isCertain }] of answers.entries()) {
    if (!isCertain) sum.uncertain += 1
    else if (answer === truths[n]) sum.right += 1
    else sum.wrong += 1
  }
  return sum
}
