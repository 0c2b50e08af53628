import { formatPrefix, containsPrefix, parsePrefix, type Prefix, summarize } from '#lib/bgp/index.ts'
import type { CircuitFacts, PostureFacts } from './facts.ts'
import { fail, type Judged, listed, of, pass, plural, read, unknown } from './judged.ts'

/** Summaries that are named. */
const MOST_NAMED = 10

/**
 * Prefixes of one site that come alike (over the same circuits, with the same AS path) and hold together exactly what fewer would.
 * One that comes over fewer circuits than the prefix around it is traffic engineering, and is left alone.
 */
export const prefixesSummarized = ({ circuits }: PostureFacts): Judged[] =>
  circuits.filter(({ peerings }) => peerings.some(({ type }) => type === 'private')).map(judged)

function judged(circuit: CircuitFacts): Judged {
  const { announced } = circuit
  if (announced === null) return of(circuit, unknown('No table that was read lately has a prefix of it.'))
  const count = announced.reduce((sum, { prefixes }) => sum + prefixes.length, 0)
  const joined = announced.flatMap(({ prefixes }) => joinedIn(prefixes.flatMap((text) => parsePrefix(text) ?? [])))
  const evidence = [
    read('prefixes announced', count),
    ...joined.slice(0, MOST_NAMED).map(({ to, from }) => read(formatPrefix(to), from.map(formatPrefix).join(' '))),
  ]
  if (joined.length === 0)
    return of(
      circuit,
      pass(`None of its ${plural(count, 'prefix', 'prefixes')} can be announced with another.`, ...evidence),
    )
  const saved = joined.reduce((sum, { from }) => sum + from.length - 1, 0)
  const words = `Its ${plural(count, 'prefix', 'prefixes')} could be ${count - saved}: ${listed(joined.map(({ to }) => formatPrefix(to)))} ${joined.length === 1 ? 'holds' : 'hold'} nothing else.`
  return of(circuit, fail(words, ...evidence))
}

/** Each prefix that would do for several. */
function joinedIn(prefixes: readonly Prefix[]): { to: Prefix; from: Prefix[] }[] {
  return summarize(prefixes).flatMap((to) => {
    const from = prefixes.filter((one) => containsPrefix(to, one))
    return from.length > 1 ? [{ to, from }] : []
  })
}
