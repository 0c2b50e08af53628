import { parseAsBoolean, parseAsString, useQueryState, useQueryStates } from 'nuqs'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { clsx } from 'clsx'
import type { LookupContextIncident, RouteLookup } from '#lib/routes/api/index.ts'
import { useEndpointQuery, useRouteLookup } from '../../data/index.ts'
import { formatMoment, formatZoneLabel } from '../../format/instant.ts'
import { resolveRangeEdges, type TimeRange } from '../../time/time-range.ts'
import { usePageTime } from '../../time/use-page-time.ts'
import { useResourceNameLookup } from '../../time/data-gaps.tsx'
import { getSeverityFill } from '../../ui/drawing/severity-mark.tsx'
import { Button } from '../../ui/button.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { formatLookupPathTitle, formatNoKnownChange, pickDrawnLookup } from '#lib/routes/words/lookup-text.ts'
import { LookupTimeStrips } from './lookup-time-strips.tsx'
import { createZonedLookupTimeFormat, LookupEvents } from './lookup-answer.tsx'
import { type LookupPath, buildLookupPath, type LookupPathNodeChange, compareLookupPaths } from './lookup-path.ts'
import { LookupPicture } from './lookup-picture.tsx'

/** Maximum number of changes of a prefix that the slider marks; if there are more, only the latest are marked. */
const MAX_CHANGES = 200
/** Delay in ms between the last movement of the slider and the request for the new time. */
const SETTLED_MS = 200

/**
 * Shows the path to an address. A slider over the page's time range selects the time for which the path is shown. It
 * has a mark for each change of the routes to the prefix in use. The user can compare the paths before and after the
 * last change that precedes the chosen time. On a very wide screen, the answer, the events and the path are next to the
 * strips and the given list of routes.
 */
export function LookupOverTime({
  lookup,
  at,
  range,
  lead,
  children,
}: {
  lookup: RouteLookup
  at: string | null
  range: TimeRange
  /** result in words, above the path */
  lead: ReactNode
  /** content below the strips */
  children: ReactNode
}) {
  const [{ scope, change: isCompared }, setAddress] = useQueryStates(
    { scope: parseAsString, change: parseAsBoolean.withDefault(false) },
    { history: 'replace' },
  )
  const { setMoment } = usePageTime()
  const zone = useZone()
  const now = useRealNow(10_000)
  const pathOf = useLookupPath()
  const [from, to] = resolveRangeEdges(range, now)
  const shown = Math.min(to, Math.max(from, at === null ? to : Date.parse(at)))
  const { moments, unpolled, isPending } = useLookupChanges(lookup, range)
  const last = moments.findLast(({ after }) => after <= shown)
  const next = moments.find(({ after }) => after > shown)
  const show = (moment: number) =>
    setMoment(moment >= now ? null : new Date(moment).toISOString(), { within: range, history: 'replace' })
  const words = (moment: number) => `${formatMoment(moment, zone, now)} ${formatZoneLabel(moment, zone)}`
  return (
    <div className="5xl:grid 5xl:grid-cols-2">
      <div className="min-w-0">
        {lead}
        {lookup.around && <LookupEvents around={lookup.around} at={Date.parse(lookup.at)} />}
        <section aria-label="Path" className="grid gap-3 border-t px-3.5 py-3">
          {isCompared && last ? (
            <BeforeAndAfter ip={lookup.ip} scope={scope} change={last} write={words} />
          ) : (
            <LookupPicture
              path={pathOf(pickDrawnLookup(lookup))}
              title={`${at === null ? 'Now' : `At ${words(Date.parse(lookup.at))}`}: ${formatLookupPathTitle(lookup, createZonedLookupTimeFormat(Date.parse(lookup.at), zone))}`}
            />
          )}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-xs">
            <Button disabled={!last} onClick={() => last && show(last.before - 1)}>
              Before the last change
            </Button>
            <Scrubber
              from={from}
              to={to}
              shown={shown}
              moments={moments}
              incidents={lookup.around?.incidents ?? []}
              write={words}
              onChange={show}
            />
            <Button disabled={!next} onClick={() => next && show(next.after)}>
              Next change
            </Button>
            <label className="flex h-7 items-center gap-1.5">
              <input
                type="checkbox"
                className="size-3.5 accent-ink"
                disabled={!last && !isCompared}
                checked={isCompared}
                onChange={({ target }) => void setAddress({ change: target.checked || null })}
              />
              {isPending
                ? 'Changes are loading'
                : last
                  ? `Before and after the change at ${words(last.after)}`
                  : formatNoKnownChange('before this in the time range', unpolled.length > 0)}
            </label>
          </div>
        </section>
      </div>
      <div className="min-w-0 5xl:border-l 5xl:*:first:border-t-0">
        {lookup.around && (
          <LookupTimeStrips
            around={lookup.around}
            at={Date.parse(lookup.at)}
            changes={moments.map(({ after }) => after)}
            unpolled={unpolled}
          />
        )}
        {children}
      </div>
    </div>
  )
}

/**
 * Returns the times of the newest route changes in a time range, oldest first, and whether they are still loading. It
 * includes changes of routes to the prefix in use and to more specific prefixes that contain the address. If no prefix
 * matches, it includes changes of routes to the address itself. Each time has bounds (`before`, `after`), epoch
 * milliseconds. `unpolled` are the times in which tables on the path were not polled, so that changes may be missing.
 */
export function useLookupChanges(lookup: RouteLookup, range: TimeRange) {
  const [scope] = useQueryState('scope', parseAsString)
  const changes = useEndpointQuery('routes/changes', {
    scope,
    within: lookup.match ?? lookup.lastKnown?.match ?? `${lookup.ip}/${lookup.ip.includes(':') ? 128 : 32}`,
    from: range.from,
    to: range.to,
    sort: 'time',
    order: 'desc',
    limit: MAX_CHANGES,
  })
  const moments = useMemo(() => {
    const all = (changes.data?.data ?? []).map(({ between }) => ({
      before: Date.parse(between[0]),
      after: Date.parse(between[1]),
    }))
    return [...new Map(all.map((one) => [one.after, one])).values()].toSorted((a, b) => a.after - b.after)
  }, [changes.data])
  const unpolled = useMemo(() => {
    const scopes = new Set(lookup.around?.resources.map(({ scope }) => scope))
    return (changes.data?.uncovered ?? []).flatMap((gap) =>
      lookup.around === null || scopes.has(gap.scope) ? [{ from: Date.parse(gap.from), to: Date.parse(gap.to) }] : [],
    )
  }, [changes.data, lookup.around])
  return { moments, unpolled, isPending: changes.isPending }
}

/** Returns a function that builds the picture of a lookup, with the names of circuits and declared sites. */
export function useLookupPath() {
  const circuit = useResourceNameLookup()
  const declared = useEndpointQuery('declarations').data?.data
  return useMemo(() => {
    const sites = { sites: declared?.sites ?? [], learnedSites: declared?.learnedSites ?? [] }
    return (lookup: RouteLookup) => buildLookupPath(lookup, { circuit, ...sites })
  }, [circuit, declared])
}

/**
 * Shows the paths before and after a change next to each other. Differences are marked in the pictures and listed
 * below.
 */
function BeforeAndAfter({
  ip,
  scope,
  change,
  write,
}: {
  ip: string
  scope: string | null
  /** times just before and just after the change, epoch milliseconds */
  change: { before: number; after: number }
  write: (at: number) => string
}) {
  const before = usePathAt(ip, scope, change.before)
  const after = usePathAt(ip, scope, change.after)
  const difference = useMemo(
    () => (before && after ? compareLookupPaths(before.path, after.path) : null),
    [before, after],
  )
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-4 xl:grid-cols-2">
        <Side title={`Before, ${write(change.before)}`} side={before} changes={difference?.before} />
        <Side title={`After, ${write(change.after)}`} side={after} changes={difference?.after} />
      </div>
      {difference && <Differences {...difference} />}
    </>
  )
}

interface PathThen {
  lookup: RouteLookup
  path: LookupPath
}

/**
 * Returns the path to an address at a past time; null while it is loading.
 * @param at epoch milliseconds
 */
function usePathAt(ip: string, scope: string | null, at: number): PathThen | null {
  const pathOf = useLookupPath()
  const lookup = useRouteLookup({ ip, at: new Date(at).toISOString(), scope }, true).data?.data
  return useMemo(() => (lookup ? { lookup, path: pathOf(pickDrawnLookup(lookup)) } : null), [lookup, pathOf])
}

function Side({
  title,
  side,
  changes,
}: {
  title: string
  side: PathThen | null
  changes: ReadonlyMap<string, LookupPathNodeChange> | undefined
}) {
  const zone = useZone()
  if (!side) return <div className="skeleton h-40" aria-busy="true" />
  const { lookup, path } = side
  const clock = createZonedLookupTimeFormat(Date.parse(lookup.at), zone)
  return (
    <LookupPicture
      path={path}
      title={`${title}: ${formatLookupPathTitle(lookup, clock)}`}
      {...(changes && { changes })}
    />
  )
}

/**
 * Lists the differences between two paths in sentences. They are needed in addition to the pictures, which do not show
 * ranks and are replaced by lists on a phone.
 */
function Differences({ onlyBefore, onlyAfter }: { onlyBefore: readonly string[]; onlyAfter: readonly string[] }) {
  const lines = [
    ...onlyBefore.map((sentence) => ({ side: 'Only before', sentence })),
    ...onlyAfter.map((sentence) => ({ side: 'Only after', sentence })),
  ]
  if (lines.length === 0) {
    return (
      <p className="text-xs text-ink-2">
        Both have the same candidates in the same order: the change was to another route of the prefix, or was undone.
      </p>
    )
  }
  return (
    <ul aria-label="What the change did" className="grid gap-0.5 text-xs text-ink-2">
      {lines.map(({ side, sentence }) => (
        <li key={`${side} ${sentence}`}>
          <span className="font-medium text-ink">{side}</span>: {sentence}
        </li>
      ))}
    </ul>
  )
}

/**
 * Slider over the time range, with a mark for each change and each incident. The path at the new time is requested
 * after the slider stops moving.
 */
function Scrubber({
  from,
  to,
  shown,
  moments,
  incidents,
  write,
  onChange,
}: {
  from: number
  to: number
  shown: number
  moments: readonly { after: number }[]
  incidents: readonly LookupContextIncident[]
  write: (at: number) => string
  onChange: (at: number) => void
}) {
  const [moving, setMoving] = useState<number | null>(null)
  useEffect(() => {
    if (moving === null) return
    const timer = setTimeout(() => {
      onChange(moving)
      setMoving(null)
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [moving, onChange])
  const at = moving ?? shown
  return (
    <span className="relative min-w-40 flex-1">
      <input
        type="range"
        aria-label="Moment of the path"
        aria-valuetext={write(at)}
        className="block h-6 w-full accent-ink"
        min={from}
        max={to}
        step={Math.max(1000, Math.round((to - from) / 720 / 1000) * 1000)}
        value={at}
        onChange={(event) => setMoving(Number(event.target.value))}
      />
      <span aria-hidden className="pointer-events-none absolute inset-x-2 top-full block h-1">
        {incidents.map(({ id, severity, startedBetween, endedBetween }) => {
          const [begin, end] = [Date.parse(startedBetween[0]), endedBetween ? Date.parse(endedBetween[1]) : to]
          return (
            <span
              key={id}
              className={clsx('absolute h-1 min-w-1', getSeverityFill(severity))}
              style={{
                left: `${(Math.max(0, begin - from) / Math.max(1, to - from)) * 100}%`,
                width: `${((Math.min(to, end) - Math.max(from, begin)) / Math.max(1, to - from)) * 100}%`,
              }}
            />
          )
        })}
        {moments.map(({ after }) => (
          <span
            key={after}
            className="absolute h-1 w-px bg-ink-2"
            style={{ left: `${((after - from) / Math.max(1, to - from)) * 100}%` }}
          />
        ))}
      </span>
    </span>
  )
}
