import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { AvailabilityLoss, ApiResourceUptime, UptimeOfEqualDays } from '#lib/sessions/api/uptime.ts'
import { findWorstAvailability, type SecondsByUptimeState } from '#lib/contract/up-share.ts'
import { formatDegradedDays } from '#lib/contract/words/degraded-days.ts'
import { formatDurationBounds, formatDurationRange } from '#lib/contract/words/durations.ts'
import {
  findLowerPeerings,
  findLowestPeering,
  formatAvailabilityByLayer,
  formatAvailabilityLoss,
  formatPeeringAvailability,
  formatWorstAvailability,
  formatLostTimesByLayer,
  type LostTimesByLayer,
  type MeasuredTimesByLayer,
} from '#lib/contract/words/up-share.ts'
import type { ChartTooltipContent } from '../charts/plot/plot-model.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'

/** Type of the object whose uptime is shown: a resource, a BGP session, or the link of a port. */
type UptimeOf = ApiResourceUptime['type'] | 'session' | 'link'

/** Uptime of one object on one day. */
export type UptimeDay = Omit<UptimeOfEqualDays, 'from' | 'days'> & { day: string; type: UptimeOf }

/** Uptime of one object in the last days, with its availability and losses by layer. */
export interface UptimeChartData {
  days: readonly UptimeDay[]
  times: MeasuredTimesByLayer & LostTimesByLayer
  /** losses with their incidents, newest first */
  losses: readonly AvailabilityLoss[]
  /** peerings of a circuit that were down while another peering was up; the times of the circuit do not count this */
  peerings?: ApiResourceUptime['peerings']
}

/**
 * Converts the response of the API. An object without layers, for example a session, has only the layer `session`. The
 * times of this layer are the sums over all days.
 */
export function toUptimeChartData({
  type,
  days: runs,
  forwarding = null,
  reachability = null,
  losses = [],
  peerings = [],
}: Pick<ApiResourceUptime, 'days'> &
  Partial<Pick<ApiResourceUptime, 'forwarding' | 'reachability' | 'losses' | 'peerings'>> & {
    type: UptimeOf
  }): UptimeChartData {
  const days = expandUptimeDays({ type, days: runs })
  return { days, times: { session: sumUptimeDays(days), forwarding, reachability }, losses, peerings }
}

/** Expands sequences of identical days, as the API returns them, to single days. */
const expandUptimeDays = ({ type, days: runs }: { type: UptimeOf; days: readonly UptimeOfEqualDays[] }): UptimeDay[] =>
  runs.flatMap(({ from, days, ...facts }) =>
    Array.from({ length: days }, (_, n) => ({
      ...facts,
      type,
      day: formatUtcDay(Date.parse(from) + n * MS_PER_DAY),
    })),
  )

/** Reports whether, certainly or possibly, no traffic was forwarded or a prefix had no route on a day. */
export const hasTrafficLoss = ({ noForwardingSeconds, noRouteSeconds }: UptimeDay): boolean =>
  noForwardingSeconds !== undefined || noRouteSeconds !== undefined

/**
 * Returns the tone of a day: `down` after a certain outage, `degraded` after a certain partial outage, a possible
 * outage, or a certain or possible loss of traffic, `unknown` if no time was observed, `off` if there was planned work,
 * otherwise `up`.
 */
export function getUptimeDayTone(day: UptimeDay): StateTone {
  if (day.downSeconds.atLeast > 0) return 'down'
  if (day.partDownSeconds.atLeast > 0 || day.downSeconds.atMost > 0 || hasTrafficLoss(day)) return 'degraded'
  if (day.unknownSeconds >= day.seconds) return 'unknown'
  return day.plannedSeconds > 0 ? 'off' : 'up'
}

/** Returns the unobserved share of a day, 0 to 1. */
export const computeUnknownShare = ({ unknownSeconds, seconds }: UptimeDay): number =>
  seconds > 0 ? unknownSeconds / seconds : 0

const words = ({ atLeast, atMost }: UptimeDay['downSeconds']) => formatDurationBounds(atLeast * 1_000, atMost * 1_000)

interface StateText {
  up: string
  down: string
  /** word for a partial outage */
  part: string
  planned: string
}

const USUAL: StateText = { up: 'up', down: 'down', part: 'degraded', planned: 'planned work' }

/** State words for each type of object. docs/rules/availability.md, "Days", describes the states. */
const wordsOf: Record<UptimeOf, StateText> = {
  circuit: { ...USUAL, part: 'a path lost' },
  gateway: { ...USUAL, part: 'a neighbor or instance lost' },
  // Azure reports the provisioning state of the hub, but none of its sessions
  hub: { ...USUAL, up: 'provisioned', down: 'failed' },
  session: USUAL,
  link: { ...USUAL, part: 'light low', planned: 'disabled' },
}

/**
 * Returns the times of a day that differ from healthy, each with its state and its bounds. A loss of forwarding is
 * listed only if it lasted longer than the outage, and a partial outage only if it lasted longer than both. The upper
 * bounds of the times are compared.
 */
function listDayFacts(day: UptimeDay): { name: string; value: string }[] {
  const { downSeconds, partDownSeconds, noForwardingSeconds, noRouteSeconds, unknownSeconds, plannedSeconds } = day
  const own = wordsOf[day.type]
  const exact = (seconds: number) => ({ atLeast: seconds, atMost: seconds })
  const down = downSeconds.atMost
  const idle = Math.max(down, noForwardingSeconds?.atMost ?? 0)
  return [
    { name: own.down, seconds: downSeconds },
    { name: 'no forwarding', seconds: idle > down && noForwardingSeconds ? noForwardingSeconds : exact(0) },
    { name: own.part, seconds: partDownSeconds.atMost > idle ? partDownSeconds : exact(0) },
    { name: 'prefixes without a route', seconds: noRouteSeconds ?? exact(0) },
    { name: own.planned, seconds: exact(plannedSeconds) },
    { name: 'not observed', seconds: exact(unknownSeconds) },
  ].flatMap(({ name, seconds }) => (seconds.atMost > 0 ? [{ name, value: words(seconds) }] : []))
}

/**
 * Describes a day in one line: `2026-11-20: down at least 19 min, at most 22 min; not observed 2 h`.
 * @param losses losses of the object; the prefixes that had no route on this day are named
 */
export function formatUptimeDay(day: UptimeDay, losses: UptimeChartData['losses'] = []): string {
  const facts = listDayFacts(day).map(({ name, value }) => `${name} ${value}`)
  return `${day.day}: ${[facts.length > 0 ? facts.join('; ') : wordsOf[day.type].up, ...listDayPrefixes(day, losses)].join('; ')}`
}

/** Returns the content of the tooltip of a day. */
export function describeUptimeDay(day: UptimeDay, losses: UptimeChartData['losses']): ChartTooltipContent {
  const lines = listDayFacts(day)
  return {
    title: `${day.day} UTC`,
    lines: lines.length > 0 ? lines : [{ name: wordsOf[day.type].up, value: 'throughout' }],
    notes: listDayPrefixes(day, losses),
  }
}

/**
 * Returns the names of the prefixes that had no route on a day, as a list of one text: `10.1.0.0/16, 10.2.0.0/16 and 3
 * more`. The list is empty if no prefix is known.
 */
function listDayPrefixes({ day, noRouteSeconds }: UptimeDay, losses: UptimeChartData['losses']): string[] {
  const own = losses.filter(
    ({ startedBetween, endedBetween }) =>
      formatUtcDay(startedBetween[0]) <= day && (endedBetween === null || day <= formatUtcDay(endedBetween[1])),
  )
  const names = [...new Set(own.flatMap(({ prefixes }) => prefixes))]
  const omitted = own.reduce((sum, { prefixesOmitted }) => sum + prefixesOmitted, 0)
  return noRouteSeconds && names.length > 0 ? [`${names.join(', ')}${omitted > 0 ? ` and ${omitted} more` : ''}`] : []
}

/** Returns the total times of several days, in the form that `computeAvailabilityBounds` expects, with the seconds down. */
function sumUptimeDays(days: readonly UptimeDay[]): SecondsByUptimeState & Pick<UptimeDay, 'downSeconds'> {
  const sum = (of: (day: UptimeDay) => number) => days.reduce((all, day) => all + of(day), 0)
  return {
    seconds: sum(({ seconds }) => seconds),
    upSeconds: { atLeast: sum(({ upSeconds }) => upSeconds.atLeast), atMost: sum(({ upSeconds }) => upSeconds.atMost) },
    downSeconds: {
      atLeast: sum(({ downSeconds }) => downSeconds.atLeast),
      atMost: sum(({ downSeconds }) => downSeconds.atMost),
    },
    unknownSeconds: sum(({ unknownSeconds }) => unknownSeconds),
    plannedSeconds: sum(({ plannedSeconds }) => plannedSeconds),
  }
}

/** Returns the number of days whose tone is `down`, `degraded` and `unknown` (see {@link getUptimeDayTone}). */
export const countDaysByTone = (days: readonly UptimeDay[]) => ({
  down: days.filter((day) => getUptimeDayTone(day) === 'down').length,
  inPart: days.filter((day) => getUptimeDayTone(day) === 'degraded').length,
  unknown: days.filter((day) => getUptimeDayTone(day) === 'unknown').length,
})

/**
 * Formats the availability over several days, in the worst layer. If most days were not observed, the text contains the
 * number of observed days. A hub has no availability, because only its provisioning state is known; its text contains
 * the number of days on which it failed.
 * @param isBrief whether only the lower bound of the availability is shown
 * @param note text directly after the percentage
 */
function formatObservedAvailability({ days, times }: UptimeChartData, isBrief = false, note = ''): string {
  const { down, unknown } = countDaysByTone(days)
  if (days[0]?.type === 'hub') return down === 0 ? 'never failed' : `failed on ${formatCountWithPlural(down, 'day')}`
  const seen = days.length - unknown
  const share = `${formatWorstAvailability(times, isBrief)}${note}`
  return seen > 0 && seen < unknown ? `${share} of ${formatCountWithPlural(seen, 'day')} seen` : share
}

/**
 * Formats the availability next to the bars of its days. If it is 100 %, the text contains the number of degraded days,
 * because the percentage does not count the loss of one of two paths: `100.000 %, 3 d degraded`. If the availability of
 * a single peering of the circuit is lower, the text contains it instead: `private peering ≥ 99.902 %`.
 * @param isBrief whether only the lower bound of the availability is shown
 */
export function formatDaysAvailability(view: UptimeChartData, isBrief = false): string {
  const { times } = view
  const peering = findLowestPeering(view)
  if (peering) return formatPeeringAvailability(peering, isBrief)
  const isWhole = formatWorstAvailability(times).startsWith('100.000 %')
  const note = isWhole ? formatDegradedDays(countDaysByTone(view.days).inPart) : ''
  return formatObservedAvailability(view, isBrief, note)
}

/**
 * Formats the partial outages of the degraded days, which the availability does not count: `a path lost 5 min 00 s – 6
 * min 00 s`; null if there are none. A day counts if its partial outage lasted longer than its loss of forwarding (see
 * {@link listDayFacts}).
 */
function formatPartLoss(days: readonly UptimeDay[]): string | null {
  const lost = days.filter(
    (day) =>
      getUptimeDayTone(day) === 'degraded' &&
      day.partDownSeconds.atMost > Math.max(day.downSeconds.atMost, day.noForwardingSeconds?.atMost ?? 0),
  )
  const [first] = lost
  if (!first) return null
  const sum = (bound: 'atLeast' | 'atMost') => lost.reduce((all, day) => all + day.partDownSeconds[bound], 0)
  const part = wordsOf[first.type].part
  const length = formatDurationRange(sum('atLeast') * 1_000, sum('atMost') * 1_000)
  return part === 'degraded' ? length : `${part} ${length}`
}

/**
 * Describes several days in one sentence: `3 days: up 95.833 % – 97.917 %, down 1 h 00 min – 2 h 00 min, 1 outage day,
 * 1 degraded: a path lost 5 min 00 s – 6 min 00 s, 1 day without data`. If forwarding or reachability is measured, the
 * sentence contains the share of each layer.
 * @param withLosses whether the lost times are part of the sentence
 */
export function formatUptimeDays(view: UptimeChartData, withLosses = true): string {
  const { days, times, peerings = [] } = view
  const { down, inPart, unknown } = countDaysByTone(days)
  const single = findLowerPeerings(peerings, times.session).map((one) => formatPeeringAvailability(one))
  const isHub = days[0]?.type === 'hub'
  const isLayered = times.forwarding !== null || times.reachability !== null
  const all = isLayered ? formatAvailabilityByLayer(times) : formatObservedAvailability(view)
  // With several peerings, the sessions of the circuit are lost only while those of all peerings are.
  const share = single.length > 0 ? `any peering: ${[all, ...single].join(', ')}` : all
  return [
    `${formatCountWithPlural(days.length, 'day')}: ${!isHub && single.length === 0 && !isLayered && findWorstAvailability(times) !== null ? 'up ' : ''}${share}`,
    ...(isHub || !withLosses ? [] : formatLostTimesByLayer(times)),
    ...(down > 0 && !isHub ? [formatCountWithPlural(down, 'outage day')] : []),
    ...(inPart > 0 ? [[`${inPart} degraded`, formatPartLoss(days)].filter(Boolean).join(': ')] : []),
    ...(unknown > 0 ? [`${formatCountWithPlural(unknown, 'day')} without data`] : []),
  ].join(isLayered ? '; ' : ', ')
}

/** Describes every loss with its day: `2026-11-20: 1 prefix without a route for 58 s: 10.1.0.0/16`. */
export const formatUptimeLosses = (losses: UptimeChartData['losses']): string =>
  losses.map((loss) => `${formatUtcDay(loss.startedBetween[1])}: ${formatAvailabilityLoss(loss)}`).join('; ')

/**
 * Returns objects in the order of the time that polls prove they lost, in the layer or single peering with the most lost
 * time, longest first; objects with the same lost time are in the order of their names. Whole seconds are compared, and
 * possible losses since the last poll do not count, so that the order does not change between polls.
 */
export const sortByLostTime = <One extends { name: string; uptime: Pick<UptimeChartData, 'times' | 'peerings'> }>(
  all: readonly One[],
): One[] =>
  all
    .map((one) => ({ one, lost: computeLostSeconds(one.uptime) }))
    .toSorted((a, b) => b.lost - a.lost || a.one.name.localeCompare(b.one.name))
    .map(({ one }) => one)

const computeLostSeconds = ({
  times: { session, forwarding, reachability },
  peerings = [],
}: Pick<UptimeChartData, 'times' | 'peerings'>): number =>
  Math.max(
    ...[session, forwarding, reachability, ...peerings.map((one) => one.session)].map((time) =>
      Math.round(time?.downSeconds.atLeast ?? 0),
    ),
  )
