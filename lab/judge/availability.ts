/** Holds the seconds of a month's report against the sessions of the world. */
import type { EpochMs } from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import type { AvailabilityReport } from '#lib/reports/api/index.ts'
import type { Judgement } from './judge.ts'
import type { Answers, Recorded } from './record.ts'

type Span = readonly [from: EpochMs, to: EpochMs]
type Divided = Pick<AvailabilityReport['rows'][number], 'downSeconds' | 'unknownSeconds' | 'plannedSeconds'>

const both = (a: readonly Span[], b: readonly Span[]): Span[] =>
  a.flatMap(([from, to]) =>
    b.flatMap(([begin, end]): Span[] => (from < end && begin < to ? [[Math.max(from, begin), Math.min(to, end)]] : [])),
  )
const secondsOf = (spans: readonly Span[]) => spans.reduce((sum, [from, to]) => sum + (to - from), 0) / SECOND

/** Times of a peering without a session of the customer's on either path. */
export function sessionless({ world, start, until }: Recorded, circuit: string, peering: string): Span[] {
  const edges = [...world.topology.edges.values()].filter(
    (edge) => edge.circuit.name === circuit && edge.peering.type === peering && !edge.msee.includes(':'),
  )
  return edges
    .map(({ key }) => world.sessions.downs(key, start, until).map(({ from, until: to }): Span => [from, to]))
    .reduce(both, [[start, until]])
}

/** What lasts less than two polls may have been over before one saw it; times within a poll are bounds. */
const SLACK_SECONDS = 2

/** Whether the bounds of a divided month hold a length. */
function judged(of: string, name: string, spans: readonly Span[], { downSeconds, ...unseen }: Divided): Judgement {
  const truth = secondsOf(spans)
  const short = secondsOf(spans.filter(([from, to]) => to - from < 130 * SECOND))
  const { atLeast, atMost } = downSeconds
  const isRight = atLeast - SLACK_SECONDS <= truth && truth - short <= atMost + unseen.plannedSeconds + SLACK_SECONDS
  return {
    of,
    is: isRight ? 'right' : 'wrong',
    detail: isRight ? '' : `${name}: ${atLeast} to ${atMost} s down, truly ${truth} s`,
  }
}

export const availability: Answers = async (recorded) => {
  const { estate, start, ask } = recorded
  const month = new Date(start).toISOString().slice(0, 7)
  const { rows } = await ask<AvailabilityReport>(`/reports/availability?month=${month}`)
  return estate.circuits.flatMap(({ name, peerings }): Judgement[] => {
    const row = rows.find((one) => one.name === name)
    if (!row) return [{ of: 'availability', is: 'wrong', detail: `${name} is in no row` }]
    const spans = peerings.map((peering) => sessionless(recorded, name, peering))
    const whole = spans.reduce(both)
    return [
      judged('availability: session', name, whole, row),
      ...peerings.flatMap((peering, n): Judgement[] => {
        const own = row.peerings.find((one) => one.peering === peering)
        return own ? [judged('availability: session', `${name}/${peering}`, spans[n] ?? [], own.session)] : []
      }),
    ]
  })
}
