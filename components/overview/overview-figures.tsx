import type { ReactNode } from 'react'
import { type CircuitTrafficRates, getPathRates } from '#lib/circuits/api/carried-rates.ts'
import type { EstateOverview } from '#lib/overview/api/index.ts'
import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatDegradedDays } from '#lib/contract/words/degraded-days.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import {
  computeLowestShare,
  findLowestPeering,
  formatAvailabilityByLayer,
  formatPeeringAvailability,
  formatWorstAvailability,
  formatLostTimesByLayer,
} from '#lib/contract/words/up-share.ts'
import { hasSignificantEffect } from '#lib/resilience/api/outlook-text.ts'
import { RatesChart } from '../charts/rates-chart.tsx'
import { formatAdvisedSaving, formatSavingBasis } from './cost-text.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatDate, formatMinute } from '../format/instant.ts'
import { formatBitRate } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { usePrinting } from '../paper/use-printing.ts'
import { formatMaintenanceTargets, sortMaintenanceWindows } from '../maintenance/window-text.ts'
import { UpcomingOutageLine } from '../maintenance/upcoming-losses.tsx'
import { useResourceNameLookup } from '../time/data-gaps.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useIsPast, useTickingText, useNowInSteps } from '../ui/times/page-clock.tsx'
import { PlannedRange } from '../ui/times/time.tsx'
import { UptimeDayBars } from '../uptime/uptime-bars.tsx'
import { countDaysByTone, formatUptimeLosses, sortByLostTime } from '../uptime/uptime-text.ts'
import { isUptimeRead, useUptime } from '../uptime/use-uptime.ts'

/** Column of figures, such as traffic, uptime and cost, each with a small chart and a link to its page. */
export function OverviewKeyFigureColumn({ overview }: { overview: EstateOverview | undefined }) {
  return (
    <aside
      aria-label="Figures"
      className="grid grid-cols-[minmax(0,1fr)] content-start gap-x-8 sm:grid-cols-2 min-[86rem]:grid-cols-1 print:-order-1"
    >
      <Traffic />
      <Uptime />
      <NextWork />
      {overview?.cost !== null && <Saving cost={overview?.cost} />}
    </aside>
  )
}

/**
 * Figure with its name, a note and a small chart.
 * @param figure undefined = not loaded yet; its space is then reserved
 */
function Item({
  name,
  href,
  figure,
  note,
  children,
}: {
  name: string
  href: string
  figure: ReactNode
  note?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="break-inside-avoid border-t py-3 sm:first:border-t-0 sm:first:pt-0 sm:max-[86rem]:nth-2:border-t-0 sm:max-[86rem]:nth-2:pt-0">
      <PageLink href={href} className="group block rounded-sm">
        <h2 className="text-xs text-ink-3 group-hover:underline">{name}</h2>
        <p className="min-h-7 text-xl font-semibold tracking-tight tabular-nums">
          {figure ?? <span className="skeleton inline-block h-5 w-40" />}
        </p>
        <p className="line-clamp-2 min-h-4.5 text-xs text-ink-2">{note}</p>
      </PageLink>
      <div className="mt-1.5">{children}</div>
    </section>
  )
}

function sumOf(paths: readonly CircuitTrafficRates[], of: 'toAzure' | 'fromAzure'): string {
  const known = paths.flatMap((path) => path[of] ?? [])
  return known.length === 0 ? 'unknown' : formatBitRate(known.reduce((sum, one) => sum + one, 0))
}

/**
 * Describes which paths are missing or incomplete in a sum of rates. A path is missing if its rates are unknown. It is
 * incomplete if only the rates of one of its peerings are known. For example `, on 9 of 10 paths`; '' if the sum is
 * complete.
 */
function partOf(paths: readonly CircuitTrafficRates[]): string {
  const known = paths.filter(({ toAzure, fromAzure }) => toAzure !== null && fromAzure !== null)
  const only = known.filter((path) => path.only !== null)
  const alone = only.length === 0 ? '' : `, of ${only.length} ${only[0]?.only} alone`
  return `${known.length === paths.length ? '' : `, on ${known.length} of ${paths.length} paths`}${alone}`
}

/** Figure with the current traffic of all circuits, and a chart of its half-hour means over 24 hours. */
function Traffic() {
  const history = useEndpointQuery('circuits/history', { days: '0' }).data
  const circuits = useEndpointQuery('circuits').data?.data
  const paths = circuits?.flatMap((circuit) => circuit.paths.map((path) => getPathRates(path, circuit))) ?? []
  const above = history && sumTrafficRates(history.data.map(({ traffic }) => traffic.toAzureBitsPerSecond))
  const below = history && sumTrafficRates(history.data.map(({ traffic }) => traffic.fromAzureBitsPerSecond))
  const peak = above && below ? peakRate([...above, ...below]) : null
  const isAnyKnown = paths.some(({ toAzure, fromAzure }) => toAzure !== null || fromAzure !== null)
  return (
    <Item
      name="Traffic of all circuits, 24 h"
      href="/circuits"
      figure={circuits && (isAnyKnown ? `${sumOf(paths, 'fromAzure')} from Azure` : 'unknown')}
      note={
        circuits &&
        (isAnyKnown
          ? `${sumOf(paths, 'toAzure')} to Azure${partOf(paths)}`
          : 'rates of all paths are late or not polled')
      }
    >
      {history && above && below ? (
        <figure className="text-xs text-ink-3">
          <p aria-hidden className="flex gap-3">
            <Key fill="bg-ink-3 opacity-60">to Azure</Key>
            <Key fill="bg-up-mark">from Azure</Key>
            <span className="ml-auto tabular-nums">{peak === null ? '' : `peak ${formatBitRate(peak)}`}</span>
          </p>
          <RatesChart
            isSlider
            steps={history.data[0]?.traffic ?? NO_STEPS}
            above={above}
            below={below}
            most={peak ?? 0}
            className="h-20 w-full 4xl:h-52"
            title={
              peak === null ? 'Traffic of 24 hours is not known' : `Traffic of 24 hours, at most ${formatBitRate(peak)}`
            }
          />
          <figcaption aria-hidden className="flex justify-between">
            <Edge at={-MS_PER_DAY} words="24 h ago" />
            <Edge at={0} words="now" />
          </figcaption>
        </figure>
      ) : (
        <span className="skeleton block h-30 4xl:h-62" />
      )}
    </Item>
  )
}

/** Time steps that are used for the chart if there are no circuits. */
const NO_STEPS = { from: '', stepSeconds: 1_800 }

const Key = ({ fill, children }: { fill: string; children: string }) => (
  <span className="flex items-center gap-1">
    <span className={`size-2 ${fill}`} /> {children}
  </span>
)

/**
 * Label at the end of a time axis: `words`, or the time itself if the page shows the past.
 * @param at distance from the page time, milliseconds; negative = earlier
 */
function Edge({ at, words, format = formatMinute }: { at: number; words: string; format?: typeof formatMinute }) {
  const zone = useZone()
  const text = useTickingText((now, isPast) => (isPast ? format(now + at, zone, null) : words))
  return <span suppressHydrationWarning>{text}</span>
}

/** Maximum number of circuits in the chart, chosen by the longest lost time. Paper has no link to the others. */
const BARS = 6
const BARS_ON_PAPER = 40

function Uptime() {
  const circuits = useEndpointQuery('circuits').data?.data
  const { length, of } = useUptime()
  const read = (circuits ?? []).flatMap(({ id, name, lastKnown, unconfirmedSince }) => {
    const uptime = of(id)
    const unseen = lastKnown?.at ?? unconfirmedSince
    return isUptimeRead(uptime) ? [{ id, name, uptime, unseen, up: computeLowestShare(uptime) ?? 1 }] : []
  })
  const least = read.toSorted((a, b) => a.up - b.up)
  const isPrinting = usePrinting()
  const shown = sortByLostTime(read).slice(0, isPrinting ? BARS_ON_PAPER : BARS)
  const count = circuits?.length ?? 0
  const [worst] = least
  const [degraded] = read
    .map(({ name, uptime }) => ({ name, days: countDaysByTone(uptime.days).inPart }))
    .toSorted((a, b) => b.days - a.days)
  const single = worst && findLowestPeering(worst.uptime)
  // The uptime of a circuit is a share of the observed time only. The time since its last successful poll is not part
  // of it, so that the note names this time.
  const [unseen] = read.flatMap((one) => one.unseen ?? []).toSorted()
  return (
    <Item
      name={`Uptime of circuits, ${length} d`}
      href="/circuits"
      figure={
        worst && (single ? formatPeeringAvailability(single, true) : formatWorstAvailability(worst.uptime.times, true))
      }
      note={
        worst &&
        (unseen ? (
          formatLastKnown(formatUtcMinute(unseen))
        ) : worst.up === 1 ? (
          `each circuit${degraded && degraded.days > 0 ? `; ${degraded.name}${formatDegradedDays(degraded.days)}` : ''}`
        ) : (
          <span title={`${formatAvailabilityByLayer(worst.uptime.times)}; ${formatUptimeLosses(worst.uptime.losses)}`}>
            {worst.name}:{' '}
            {formatLostTimesByLayer(
              single ? { session: single.session, forwarding: null, reachability: null } : worst.uptime.times,
            ).join(', ')}
          </span>
        ))
      }
    >
      <ul
        // Paper needs no space for a pointer between the rows. The first figures then often fit below the incidents.
        className="grid grid-cols-[minmax(0,1fr)] gap-1.5 4xl:gap-4.5 print:gap-0.5"
        style={{ minHeight: `${Math.min(BARS, count) * (isPrinting ? 1 : 1.625)}rem` }}
      >
        {shown.map(({ id, name, uptime, unseen: since }) => (
          <li key={id}>
            <PageLink
              href={`/circuits/${encodeURIComponent(id)}`}
              className="group flex min-h-6 items-center gap-3 print:min-h-0"
            >
              <span className="min-w-0 flex-1 truncate text-xs group-hover:underline">{name}</span>
              <UptimeDayBars uptime={uptime} isUnseen={since !== null} />
            </PageLink>
          </li>
        ))}
      </ul>
      {shown.length > 0 && count > shown.length && (
        <PageLink href="/circuits" className="link mt-1 inline-block text-xs text-ink-2">
          {shown.length} of {count}, most lost time first
          <span className="print:hidden">; show all</span>
        </PageLink>
      )}
    </Item>
  )
}

/** Number of days ahead on the chart of maintenance. */
const AHEAD = 14

const begins = (ms: number, isPast: boolean) => (isPast ? `${formatDuration(ms)} later` : `in ${formatDuration(ms)}`)

/** Figure with the maintenance in progress, or the next maintenance if none is in progress. */
function NextWork() {
  const nameOf = useResourceNameLookup()
  const now = useNowInSteps(MS_PER_MINUTE)
  const isPast = useIsPast()
  const answer = useEndpointQuery('maintenance').data?.data
  const loss = useEndpointQuery('resilience/outlook').data?.data.intervals.find(hasSignificantEffect)
  const windows = sortMaintenanceWindows(answer ?? []).filter(({ state }) => state !== 'past')
  const [first] = windows
  const at = (time: string) => Math.max(0, Math.min(1, (Date.parse(time) - now) / (AHEAD * MS_PER_DAY)))
  return (
    <Item
      name="Next maintenance"
      href="/resilience?tab=weeks-ahead"
      figure={
        answer &&
        (first ? (
          <span suppressHydrationWarning>
            {first.state === 'now' ? (isPast ? 'on' : 'now') : begins(Date.parse(first.from) - now, isPast)}
          </span>
        ) : (
          'none planned'
        ))
      }
      note={
        first && (
          <span title={first.title}>
            {formatMaintenanceTargets(first, nameOf)}, <PlannedRange from={first.from} to={first.to} />
          </span>
        )
      }
    >
      <div className="relative h-4" aria-hidden suppressHydrationWarning>
        <span className="absolute inset-x-0 top-2 border-t border-line-strong" />
        {Array.from({ length: AHEAD / 7 + 1 }, (_, week) => (
          <span
            key={week}
            className="absolute top-1 h-2 border-l border-line-strong"
            style={{ left: `${(week * 700) / AHEAD}%` }}
          />
        ))}
        {windows
          .filter(({ from }) => at(from) < 1)
          .map(({ id, from, to }) => (
            <span
              key={id}
              className="absolute top-0.5 h-3 min-w-1 bg-ink-2"
              style={{ left: `${at(from) * 100}%`, width: `${(at(to) - at(from)) * 100}%` }}
            />
          ))}
      </div>
      <p aria-hidden className="flex justify-between text-xs text-ink-3">
        <Edge at={0} words="now" format={formatDate} />
        <Edge at={7 * MS_PER_DAY} words="7 d" format={formatDate} />
        <Edge at={14 * MS_PER_DAY} words="14 d" format={formatDate} />
      </p>
      {loss && !isPast && <UpcomingOutageLine interval={loss} className="mt-1 text-xs" />}
    </Item>
  )
}

/** Figure with the possible monthly saving by plan changes, as an amount and as a share of the month's cost. */
function Saving({ cost }: { cost: EstateOverview['cost'] | undefined }) {
  const share = cost?.savingShare ?? null
  return (
    <Item
      name="Saving of the month"
      href="/cost"
      figure={cost && formatAdvisedSaving(cost)}
      note={cost && formatSavingBasis(cost)}
    >
      <span className="flex h-2 overflow-hidden rounded-full bg-sunken" aria-hidden>
        {share !== null && <span className="bg-series-2" style={{ width: `${share * 100}%` }} />}
      </span>
    </Item>
  )
}

type Rates = readonly (number | null)[]

/**
 * Adds the rates of several resources for each half hour. The sum is null if the rate of any resource with data is
 * unknown in that half hour, so that missing data does not look like less traffic.
 */
export function sumTrafficRates(all: readonly Rates[]): (number | null)[] {
  const reported = all.filter((rates) => rates.some((rate) => rate !== null))
  const steps = Math.max(0, ...reported.map(({ length }) => length))
  return Array.from({ length: steps }, (_, step) =>
    reported.reduce<number | null>((sum, rates) => {
      const rate = rates[step] ?? null
      return sum === null || rate === null ? null : sum + rate
    }, 0),
  )
}

/** Returns the highest known rate; null = no rate is known. */
function peakRate(rates: Rates): number | null {
  const known = rates.filter((rate) => rate !== null)
  return known.length === 0 ? null : Math.max(...known)
}
