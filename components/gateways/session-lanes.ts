import type { SessionStretch, UncoveredStretch } from '#lib/contract/index.ts'
import type { Lane, LaneSegment } from '../charts/lanes.tsx'

const natural = new Intl.Collator('en', { numeric: true })

interface SessionLane extends Omit<Lane, 'label'> {
  label: string
}

/**
 * One lane for each session: a narrow line while it was established, full height while it was not. Two established stretches
 * side by side are a restart shorter than a poll: it gets a mark.
 */
export function sessionLanes(
  stretches: readonly SessionStretch[],
  uncovered: readonly UncoveredStretch[],
  instant: (at: number) => string,
): SessionLane[] {
  const around = uncovered.filter(({ kind }) => kind === 'peers' || kind === 'summary')
  const bySession = Map.groupBy(stretches, ({ localAddress, neighbor }) => `${localAddress} ↔ ${neighbor}`)
  return [...bySession]
    .sort(([a], [b]) => natural.compare(a, b))
    .map(([label, own]) => {
      const seen = own.filter(({ known }) => known !== 'unknown')
      const losses = seen.filter(({ state }) => state !== 'established').length
      return {
        key: label,
        label,
        description: `${label}: ${lossWords(losses, restartsOf(seen).length)}`,
        segments: seen.map((stretch) => segmentOf(stretch, instant)),
        marks: restartsOf(seen).map((at) => ({
          key: at,
          at: Date.parse(at),
          title: `restarted, at the latest at ${instant(Date.parse(at))}`,
        })),
        unseen: around.map(({ from, to, outcome }) => ({
          from: Date.parse(from),
          to: Date.parse(to),
          title: `not seen: ${outcome.replaceAll('_', ' ')}`,
        })),
      }
    })
}

const lossWords = (losses: number, restarts: number): string =>
  losses + restarts === 0
    ? 'established all the time it was seen'
    : `${losses} times not established, ${restarts} restarts shorter than a poll`

/** When an established stretch began at the moment that another one ended. */
const restartsOf = (seen: readonly SessionStretch[]): string[] => {
  const ends = new Set(seen.flatMap(({ state, to }) => (state === 'established' && to ? to[1] : [])))
  return seen.flatMap(({ state, from }) => (state === 'established' && ends.has(from[1]) ? from[1] : []))
}

function segmentOf({ state, azureState, from, to }: SessionStretch, instant: (at: number) => string): LaneSegment {
  const up = state === 'established'
  const word = azureState ?? state
  const since = instant(Date.parse(from[1]))
  return {
    key: `${from[1]}/${state}`,
    from: [Date.parse(from[0]), Date.parse(from[1])],
    to: to && [Date.parse(to[0]), Date.parse(to[1])],
    ink: up ? 'text-up-mark' : 'text-down-mark',
    mark: word,
    title: `${word} since ${since}${to ? ` until ${instant(Date.parse(to[1]))} at most` : ''}`,
    quiet: up,
  }
}
