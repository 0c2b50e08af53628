/** Compares the seconds in a month's report with the sessions of the world. */
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { AvailabilityReport } from '#lib/reports/api/index.ts'
import type { CorrectnessJudgement } from './judge.ts'
import type { AnswerJudgeFunction, RecordedEstate } from './record.ts'
import {
  findPrefixRoutingChanges,
  hasTableRouteToPrefix,
  listRouteTableChangeTimes,
  listNetworksWithRouteTables,
  findTimesWithoutRoute,
} from './tables.ts'

type Span = readonly [from: EpochMs, to: EpochMs]
type Divided = Pick<AvailabilityReport['rows'][number], 'downSeconds' | 'unknownSeconds' | 'plannedSeconds'>

const both = (a: readonly Span[], b: readonly Span[]): Span[] =>
  a.flatMap(([from, to]) =>
    b.flatMap(([begin, end]): Span[] => (from < end && begin < to ? [[Math.max(from, begin), Math.min(to, end)]] : [])),
  )
const secondsOf = (spans: readonly Span[]) => spans.reduce((sum, [from, to]) => sum + (to - from), 0) / MS_PER_SECOND

/** Returns the times in which a peering has no session with the customer's router on either path. */
export function findTimesWithoutSession(
  { world, start, until }: RecordedEstate,
  circuit: string,
  peering: string,
): Span[] {
  const edges = [...world.topology.edges.values()].filter(
    (edge) => edge.circuit.name === circuit && edge.peering.type === peering && !edge.msee.includes(':'),
  )
  return edges
    .map(({ key }) => world.sessions.downs(key, start, until).map(({ from, until: to }): Span => [from, to]))
    .reduce(both, [[start, until]])
}

/**
 * Tolerance in seconds, because the product knows a time only to the bounds of a poll. Outages shorter than two polls
 * may be unknown to the product; they are subtracted separately.
 */
const SLACK_SECONDS = 2

/** Judges whether the reported bounds contain the true length. */
function judged(
  of: string,
  name: string,
  spans: readonly Span[],
  { downSeconds, ...unseen }: Divided,
): CorrectnessJudgement {
  const truth = secondsOf(spans)
  const short = secondsOf(spans.filter(([from, to]) => to - from < 130 * MS_PER_SECOND))
  const { atLeast, atMost } = downSeconds
  const isRight = atLeast - SLACK_SECONDS <= truth && truth - short <= atMost + unseen.plannedSeconds + SLACK_SECONDS
  return {
    of,
    is: isRight ? 'right' : 'wrong',
    detail: isRight ? '' : `${name}: ${atLeast} to ${atMost} s down, truly ${truth} s`,
  }
}

export const judgeAvailabilityAnswers: AnswerJudgeFunction = async (recorded) => {
  const { estate, start, ask } = recorded
  const month = new Date(start).toISOString().slice(0, 7)
  const { rows } = await ask<AvailabilityReport>(`/reports/availability?month=${month}`)
  const losses = lossesOf(recorded)
  return estate.circuits.flatMap(({ name, peerings }): CorrectnessJudgement[] => {
    const row = rows.find((one) => one.name === name)
    if (!row) return [{ of: 'availability', is: 'wrong', detail: `${name} is in no row` }]
    const spans = peerings.map((peering) => findTimesWithoutSession(recorded, name, peering))
    const whole = spans.reduce(both)
    return [
      judged('availability: session', name, whole, row),
      ...(row.forwarding ? [judged('availability: forwarding', name, whole, row.forwarding)] : []),
      ...peerings.flatMap((peering, n): CorrectnessJudgement[] => {
        const own = row.peerings.find((one) => one.peering === KINDS[peering])
        const label = `${name}/${peering}`
        if (!own) return [{ of: 'availability: session', is: 'wrong', detail: `${label} is not in its row` }]
        return [
          judged('availability: session', label, spans[n] ?? [], own.session),
          judged('availability: forwarding', label, spans[n] ?? [], own.forwarding),
        ]
      }),
      ...prefixesJudged(
        row,
        // if two losses overlap, the product may report the prefix under the circuit of the first loss
        new Set(rows.flatMap(({ prefixes }) => prefixes.map(({ prefix }) => prefix))),
        losses.filter(({ behind }) => behind.has(name)),
        (gateway, prefix) => secondsOf(findTimesWithoutRoute(recorded, gateway, prefix)),
      ),
    ]
  })
}

const KINDS: Readonly<Record<string, string>> = { AzurePrivatePeering: 'private', MicrosoftPeering: 'microsoft' }

interface Loss {
  prefix: string
  /** gateways of the virtual network that lost the prefix */
  gateways: ReadonlySet<string>
  span: Span
  /** circuits of the routes to the prefix before the loss */
  behind: ReadonlySet<string>
}

/** Returns the times in which a virtual network had no route to a prefix that it had before. */
function lossesOf(recorded: RecordedEstate): Loss[] {
  const { start, until } = recorded
  const moments = [...listRouteTableChangeTimes(recorded, start + 1, until), until]
  return listNetworksWithRouteTables(recorded).flatMap((network) => {
    const open = new Map<string, Omit<Loss, 'span'> & { from: EpochMs }>()
    const losses: Loss[] = []
    let before = network.table(start)
    const atRest = new Set(before.map(({ prefix }) => prefix))
    const gateways = new Set<string>()
    for (const at of moments) {
      const table = network.table(at)
      for (const { gateway } of table) gateways.add(gateway)
      const changes = findPrefixRoutingChanges(before, table)
      for (const { prefix, fate, behind } of changes)
        if (fate === 'lost' && atRest.has(prefix)) open.set(prefix, { prefix, gateways, behind, from: at })
      for (const { from, ...loss } of open.values()) {
        // the loss also ends if only a shorter prefix returned that covers this one
        if (!hasTableRouteToPrefix(table, loss.prefix) && at < until) continue
        losses.push({ ...loss, span: [from, at] })
        open.delete(loss.prefix)
      }
      before = table
    }
    return losses
  })
}

/** Minimum duration in milliseconds that is surely seen. Tables are polled every 5 minutes. */
const SEEN_AFTER_MS = 6 * MS_PER_MINUTE

function prefixesJudged(
  { name, prefixes }: AvailabilityReport['rows'][number],
  named: ReadonlySet<string>,
  losses: readonly Loss[],
  unroutedSeconds: (gateway: string, prefix: string) => number,
): CorrectnessJudgement[] {
  const of = 'availability: prefixes'
  const truly = Map.groupBy(losses, ({ prefix }) => prefix)
  const missing = [...truly].flatMap(([prefix, own]): CorrectnessJudgement[] => {
    const longest = Math.max(...own.map(({ span: [from, to] }) => to - from))
    if (longest < SEEN_AFTER_MS || named.has(prefix)) return []
    return [
      {
        of,
        is: 'wrong',
        detail: `${name}: ${prefix} is not named, which had no route for ${longest / MS_PER_SECOND} s`,
      },
    ]
  })
  const listed = prefixes.map((one): CorrectnessJudgement => {
    const own = (truly.get(one.prefix) ?? []).filter(({ gateways }) => gateways.has(one.gatewayName))
    const spans = own.map(({ span }) => span)
    // a more specific prefix that was withdrawn earlier has no route either while its covering prefix is lost
    const whole = Math.max(secondsOf(spans), unroutedSeconds(one.gatewayName, one.prefix))
    const seen = secondsOf(spans.filter(([from, to]) => to - from >= SEEN_AFTER_MS))
    const { atLeast, atMost } = one.downSeconds
    const isRight = whole > 0 && atLeast - SLACK_SECONDS <= whole && seen <= atMost + one.plannedSeconds + SLACK_SECONDS
    const detail = `${name}: ${one.prefix} on ${one.gatewayName} ${atLeast} to ${atMost} s without a route, truly ${seen} to ${whole} s`
    return { of, is: isRight ? 'right' : 'wrong', detail: isRight ? '' : detail }
  })
  return [...missing, ...listed]
}
