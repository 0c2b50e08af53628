import {
  type AvailabilityLayer,
  availabilityLayers,
  computeAvailabilityBounds,
  findWorstAvailability,
  type TimesByLayer,
  type SecondsByUptimeState,
} from '../up-share.ts'
import type { PeeringType } from '../poll.ts'
import { formatDurationRange } from './durations.ts'
import { formatPeeringType } from './path-text.ts'

/** Amount that compensates floating-point errors before rounding. */
const SLIP = 1e-6

const percent = (share: number, round: (value: number) => number, slip: number) =>
  `${(round(share * 100_000 + slip) / 1_000).toFixed(3)} %`

/**
 * Formats the availability of a period as bounds: `99.976 % – 99.989 %`. The lower bound is rounded down and the upper
 * bound up, so that the displayed bounds are never tighter than the real ones. If nothing was observed, the reason is
 * returned, for example `not observed`.
 */
export function formatAvailabilityBounds(time: SecondsByUptimeState): string {
  const share = computeAvailabilityBounds(time)
  if (share === null) {
    if (time.seconds <= 0) return 'not begun'
    return time.unknownSeconds > 0 ? 'not observed' : 'planned work'
  }
  const [least, most] = [percent(share.atLeast, Math.floor, SLIP), percent(share.atMost, Math.ceil, -SLIP)]
  return least === most ? least : `${least} – ${most}`
}

/** Times of one resource by layer. Every resource has a time of its sessions. */
export type MeasuredTimesByLayer<Time = SecondsByUptimeState> = TimesByLayer<Time> & { session: Time }

/**
 * Formats the lowest availability of all layers, with the name of its layer if the layers differ: `99.946 % – 99.952 %
 * forwarding`. If no layer was observed, the reason is returned, for example `not observed`. Every screen, mail and
 * export shows this text first.
 * @param isBrief whether only the lower bound is shown, for narrow columns: `≥ 99.946 % forwarding`
 */
export function formatWorstAvailability(times: MeasuredTimesByLayer, isBrief = false): string {
  const worst = findWorstAvailability(times)
  const text = formatAvailabilityBounds((worst && times[worst.layer]) ?? times.session)
  const shown = isBrief ? text.replace(/^(.+?) – .*$/, '≥ $1') : text
  return worst && listOtherLayers(times, text).length > 0 ? `${shown} ${worst.layer}` : shown
}

/**
 * Returns the measured layers whose availability differs from the given one.
 * @param text result of {@link formatAvailabilityBounds}
 */
const listOtherLayers = (times: TimesByLayer, text: string): AvailabilityLayer[] =>
  availabilityLayers.filter((layer) => times[layer] && formatAvailabilityBounds(times[layer]) !== text)

/**
 * Formats the availability of the layers that {@link formatWorstAvailability} does not show:
 * `session 100.000 %, reachability 99.988 %`. If all layers are equal, only the names of the measured layers are
 * returned: `session, forwarding, reachability`.
 */
export function formatOtherAvailabilities(times: MeasuredTimesByLayer): string {
  const worst = findWorstAvailability(times)
  const measured = availabilityLayers.filter((layer) => times[layer])
  if (!worst || listOtherLayers(times, formatAvailabilityBounds(times[worst.layer] ?? times.session)).length === 0)
    return measured.join(', ')
  const others = measured.filter((layer) => layer !== worst.layer)
  return others.map((layer) => `${layer} ${formatAvailabilityBounds(times[layer] ?? times.session)}`).join(', ')
}

/** Formats the availability of every layer: `session 100.000 %, forwarding 99.310 %, reachability not measured`. */
export const formatAvailabilityByLayer = (times: TimesByLayer): string =>
  availabilityLayers
    .map((layer) => `${layer} ${times[layer] ? formatAvailabilityBounds(times[layer]) : 'not measured'}`)
    .join(', ')

/** Lost seconds of a resource, within bounds. */
interface LostSeconds {
  downSeconds: { atLeast: number; atMost: number }
}
/** Lost time of a resource by layer; null = no poll measures this layer. */
export type LostTimesByLayer = TimesByLayer<LostSeconds> & {
  session: LostSeconds
  /** `prefixes` = number of prefixes without a route; null = not counted */
  reachability: (LostSeconds & { prefixes: number | null }) | null
}

const range = ({ downSeconds: { atLeast, atMost } }: LostSeconds) =>
  formatDurationRange(atLeast * 1_000, atMost * 1_000)

/**
 * Returns the losses of each layer as texts: `down 58 s`, `no forwarding 19 min 58 s – 22 min 01 s`, `8 prefixes
 * without a route for ≤ 43 s`. Forwarding is left out unless it was lost for a longer time than the sessions.
 */
export function formatLostTimesByLayer({ session, forwarding, reachability }: LostTimesByLayer): string[] {
  const down = session.downSeconds.atMost
  return [
    ...(down > 0 ? [`down ${range(session)}`] : []),
    ...(forwarding && forwarding.downSeconds.atMost > down ? [`no forwarding ${range(forwarding)}`] : []),
    ...(reachability && reachability.downSeconds.atMost > 0
      ? [`${countPrefixes(reachability.prefixes)} without a route for ${range(reachability)}`]
      : []),
  ]
}

/**
 * Returns the losses of single peerings that do not count as losses of the sessions of their circuit, because another
 * peering was up: `private peering down 40 min 57 s – 42 min 00 s`. The text names the circuit if there are several.
 */
export function listPeeringLosses(
  peerings: readonly { circuitName: string; peering: PeeringType; session: LostSeconds }[],
  circuit: LostSeconds,
): string[] {
  const areSeveral = new Set(peerings.map(({ circuitName }) => circuitName)).size > 1
  return peerings
    .filter(({ session }) => session.downSeconds.atMost > circuit.downSeconds.atMost)
    .map(({ circuitName, peering, session }) =>
      [...(areSeveral ? [circuitName] : []), `${formatPeeringType(peering)} down ${range(session)}`].join(' '),
    )
}

/**
 * Formats the availability of a single peering: `private peering 99.902 % – 99.905 %`.
 * @param isBrief whether only the lower bound is shown: `private peering ≥ 99.902 %`
 */
export function formatPeeringAvailability({ peering, session }: PeeringTime, isBrief = false): string {
  const text = formatAvailabilityBounds(session)
  return `${formatPeeringType(peering)} ${isBrief ? text.replace(/^(.+?) – .*$/, '≥ $1') : text}`
}

/** Time of the sessions of one peering of a circuit. */
interface PeeringTime {
  peering: PeeringType
  session: SecondsByUptimeState
}

/** Returns the peerings whose availability is lower than that of the sessions of their circuit, the lowest first. */
export function findLowerPeerings<Peering extends PeeringTime>(
  peerings: readonly Peering[],
  circuit: SecondsByUptimeState,
): Peering[] {
  const least = (time: SecondsByUptimeState) => computeAvailabilityBounds(time)?.atLeast ?? 1
  return peerings
    .filter(({ session }) => least(session) < least(circuit))
    .toSorted((a, b) => least(a.session) - least(b.session))
}

/** Times of a circuit and of its single peerings. */
interface TimesWithPeerings<Peering extends PeeringTime = PeeringTime> {
  times: MeasuredTimesByLayer
  peerings?: readonly Peering[]
}

/**
 * Returns the peering whose availability screens show in place of that of its circuit, because it is lower than that of
 * every layer of the circuit; null = no peering has a lower availability.
 * @source docs/rules/availability.md
 */
export function findLowestPeering<Peering extends PeeringTime>({
  times,
  peerings = [],
}: TimesWithPeerings<Peering>): Peering | null {
  const worst = findWorstAvailability(times)
  return findLowerPeerings(peerings, (worst && times[worst.layer]) ?? times.session)[0] ?? null
}

/**
 * Returns the lower bound of the availability that screens show first, 0 to 1: the lowest of all layers and of the
 * single peerings of a circuit. Null = nothing was observed.
 */
export function computeLowestShare(of: TimesWithPeerings): number | null {
  const peering = findLowestPeering(of)
  const share = peering ? computeAvailabilityBounds(peering.session) : findWorstAvailability(of.times)?.share
  return share?.atLeast ?? null
}

const countPrefixes = (count: number | null) =>
  count === 1 ? '1 prefix' : count === null ? 'prefixes' : `${count} prefixes`

/** Number of outages by the layer that each of them lost. */
type LayerCounts = Readonly<Record<AvailabilityLayer, number>>

const outageLabels: Readonly<Record<AvailabilityLayer, string>> = {
  session: 'down',
  forwarding: 'no forwarding',
  reachability: 'no route',
}

/**
 * Formats a number of outages with their kinds: `3: 1 down, 2 no forwarding`; `0` if there are none. If all outages are
 * of one kind, the text contains only that kind, for example `2 no forwarding`. If all outages lost the sessions, it is
 * only the number.
 */
export function formatOutageCounts(counts: LayerCounts): string {
  const kinds = availabilityLayers.filter((layer) => counts[layer] > 0)
  const total = kinds.reduce((sum, layer) => sum + counts[layer], 0)
  if (kinds.length === 1 && kinds[0] === 'session') return String(total)
  const [only, ...others] = kinds
  if (only && others.length === 0) return `${total} ${outageLabels[only]}`
  return total === 0 ? '0' : `${total}: ${kinds.map((layer) => `${counts[layer]} ${outageLabels[layer]}`).join(', ')}`
}

/** A loss of one layer, with the names of the prefixes that had no route. */
interface NamedLoss extends LostSeconds {
  layer: AvailabilityLayer
  prefixes: readonly string[]
  prefixesOmitted: number
}

/**
 * Formats one loss: `no forwarding 58 s`. A loss of reachability has the names of its prefixes: `2 prefixes without a
 * route for 58 s: 10.1.0.0/16, 10.2.0.0/16`.
 */
export function formatAvailabilityLoss(loss: NamedLoss): string {
  const { layer, prefixes, prefixesOmitted } = loss
  if (layer !== 'reachability') return `${outageLabels[layer]} ${range(loss)}`
  const names = `${prefixes.join(', ')}${prefixesOmitted > 0 ? ` and ${prefixesOmitted} more` : ''}`
  return `${countPrefixes(prefixes.length + prefixesOmitted)} without a route for ${range(loss)}: ${names}`
}

/** Groups the times of a row by layer. The row itself contains the times of the session layer. */
export const groupRowByLayer = <Row extends { forwarding: unknown; reachability: unknown }>(
  row: Row,
): { session: Row; forwarding: Row['forwarding']; reachability: Row['reachability'] } => ({
  session: row,
  forwarding: row.forwarding,
  reachability: row.reachability,
})
