import { clsx } from 'clsx'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import type { LookupContextIncident, LookupContext, RouteLookup } from '#lib/routes/api/index.ts'
import {
  type LookupTimeFormat,
  listLookupContextLines,
  formatLookupContextHeadline,
  formatLookupContextOwner,
  formatLookupContextSentence,
  formatLookupContextTimes,
  formatEventPlace,
  createLookupTimeFormat,
} from '#lib/routes/words/lookup-context-text.ts'
import {
  createLookupNames,
  formatLookupDoubt,
  listDroppingInterfaces,
  listLookupStatements,
  listLookupReasons,
} from '#lib/routes/words/lookup-text.ts'
import { formatMoment, formatWallClock, formatZoneLabel } from '../../format/instant.ts'
import { getIncidentTone } from '../../events/incident-text.ts'
import { PageLink } from '../../links/page-link.tsx'
import { LookupTicket } from '../../tickets/lookup-ticket.tsx'
import { DataGaps, useResourceNameLookup } from '../../time/data-gaps.tsx'
import { StateSymbol } from '../../ui/drawing/glyph.tsx'
import { barFillClassByStateTone } from '../../ui/drawing/tone-fill.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { MayChangeNote } from '../../ui/times/answer-age.tsx'
import { useToday } from '../../ui/times/page-clock.tsx'
import { useSaveLookup } from './lookup-start.tsx'

/**
 * Result of a route lookup in words: the path to the address, the reason why this path is used, and any uncertainty.
 */
export function LookupAnswer({
  lookup,
  at: asked,
  settled,
  uncovered,
  omitted,
}: {
  lookup: RouteLookup
  /** time of the lookup, ISO 8601; null = now */
  at: string | null
  settled: boolean | undefined
  uncovered: UnpolledInterval[] | undefined
  omitted: number | undefined
}) {
  const zone = useZone()
  const today = useToday()
  const nameOf = createLookupNames(lookup.around, useResourceNameLookup())
  const at = Date.parse(lookup.at)
  const { around } = lookup
  const moment = `${formatMoment(at, zone, today)} ${formatZoneLabel(at, zone)}`
  useSaveLookup(lookup.ip, asked, moment)
  const clock = createZonedLookupTimeFormat(at, zone)
  const [main, below] = listLookupStatements(lookup, { circuit: nameOf, moment, past: asked !== null, clock })
  const reasons = listLookupReasons(lookup)
  const dropped = listDroppingInterfaces(lookup)
  const answer = [
    `${lookup.ip} at ${moment}`,
    `${[main, ...dropped, ...reasons].join('. ')}.`,
    ...(below ? [`${below}.`] : []),
    ...(around ? [formatLookupContextSentence(around, clock)] : []),
    ...(asked !== null && settled === false ? ['This may still change.'] : []),
  ]
  return (
    <div className="relative flex flex-wrap items-start gap-x-6 gap-y-3 py-4 pr-3.5 pl-5">
      <span aria-hidden className={clsx('absolute inset-y-0 left-0 w-1 rounded-l-lg', markOf(lookup))} />
      <div className="min-w-0 flex-[1_1_min(24rem,100%)]" role="status" suppressHydrationWarning>
        <h2 className="text-xl font-semibold tracking-tight break-words sm:text-2xl">{main}</h2>
        {dropped.map((text) => (
          <p key={text} className="mt-1 flex max-w-3xl items-baseline gap-1.5 font-semibold">
            <StateSymbol tone="down" /> {text}
          </p>
        ))}
        {[...reasons, below, formatLookupDoubt(lookup)].map(
          (text) =>
            text && (
              <p key={text} className="mt-1 max-w-3xl text-ink-2">
                {text}
              </p>
            ),
        )}
        {asked !== null && <MayChangeNote settled={settled} />}
        {uncovered && uncovered.length > 0 && (
          <div className="mt-2">
            <DataGaps intervals={uncovered} omitted={omitted} />
          </div>
        )}
      </div>
      <div className="flex flex-wrap gap-2 print:hidden">
        {around && <LookupTicket lookup={lookup} around={around} />}
        <CopyButton text={answer.join('\n')} label="Copy answer">
          Copy answer
        </CopyButton>
      </div>
    </div>
  )
}

/**
 * Describes the events on the path around the time of the lookup. Each incident has a line with its time and owner. If
 * there was no incident, a line states this. Lines with measurements (for example round-trip times) follow, and then
 * the ongoing incidents of resources with further routes. A route in use whose circuit is unknown may pass them, too.
 */
export function LookupEvents({ around, at }: { around: LookupContext; at: number }) {
  const clock = createZonedLookupTimeFormat(at, useZone())
  const { incidents, standby } = around
  // If there are incidents, the states of paths are left out, because the lines of the incidents already contain the
  // times at which paths were down.
  const facts = listLookupContextLines(incidents.length > 0 ? { ...around, paths: [] } : around, clock)
  return (
    <section aria-label="What happened" className="grid gap-1.5 border-t px-3.5 py-3">
      {incidents.length === 0 && <p className="text-base">{formatLookupContextHeadline(around, clock)}.</p>}
      <IncidentList label="Incidents on this path" incidents={incidents} clock={clock} />
      <p className="max-w-3xl text-xs text-ink-2">{facts.join(' · ')}</p>
      {standby && standby.incidents.length > 0 && (
        <>
          <h3 className="mt-1 text-xs text-ink-3">Ongoing on further routes to this address</h3>
          <IncidentList label="Incidents on further routes" incidents={standby.incidents} clock={clock} />
        </>
      )}
    </section>
  )
}

/** List of incidents. An empty list is not rendered. */
function IncidentList({
  label,
  incidents,
  clock,
}: {
  label: string
  incidents: readonly LookupContextIncident[]
  clock: LookupTimeFormat
}) {
  if (incidents.length === 0) return null
  return (
    <ul aria-label={label}>
      {incidents.map((incident) => {
        const first = incidents.find(({ nextStep, endedBetween }) => !endedBetween && nextStep === incident.nextStep)
        return <IncidentLine key={incident.id} incident={incident} clock={clock} hasStep={first === incident} />
      })}
    </ul>
  )
}

/**
 * Line about an incident. If several ongoing incidents have the same next step, only one of their lines contains it.
 */
function IncidentLine({
  incident,
  clock,
  hasStep,
}: {
  incident: LookupContextIncident
  clock: LookupTimeFormat
  hasStep: boolean
}) {
  const { id, kind, severity, endedBetween, nextStep } = incident
  return (
    <li className="grid grid-cols-1 items-baseline gap-x-4 border-b py-1.5 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_12rem_7rem_10rem] xl:grid-cols-[minmax(0,1fr)_20rem_7rem_10rem]">
      <PageLink
        href={`/incidents/${encodeURIComponent(id)}`}
        className="link flex items-center gap-3 text-base font-medium"
      >
        <span
          aria-hidden
          className={clsx(
            'h-4 w-1 flex-none rounded-xs',
            endedBetween ? 'bg-line-strong' : barFillClassByStateTone[getIncidentTone({ severity, root: { kind } })],
          )}
        />
        {formatEventPlace(incident)}
      </PageLink>
      <span className="font-mono text-xs">{formatLookupContextTimes(incident, clock)}</span>
      <span className={endedBetween ? 'text-ink-3' : 'font-semibold'}>{endedBetween ? 'ended' : severity}</span>
      <span>{formatLookupContextOwner(incident)}</span>
      {hasStep && nextStep && <span className="max-w-3xl text-xs text-ink-2 sm:col-span-full sm:pl-4">{nextStep}</span>}
    </li>
  )
}

/**
 * Returns a formatter for times near a lookup. Times on the day of the lookup are written without a date.
 * @param at time of the lookup, epoch milliseconds
 */
export const createZonedLookupTimeFormat = (at: number, zone: string): LookupTimeFormat =>
  createLookupTimeFormat(new Date(at).toISOString(), formatZoneLabel(at, zone), (instant) =>
    formatWallClock(Date.parse(instant), zone),
  )

function markOf({ around, known }: { around: LookupContext | null } & Pick<RouteLookup, 'known'>): string {
  const [worst] = around?.incidents ?? []
  const ongoing = around?.incidents.find(({ endedBetween }) => endedBetween === null)
  if (ongoing) return barFillClassByStateTone[getIncidentTone({ ...ongoing, root: ongoing })]
  if (worst || around?.verdict === 'something') return 'bg-line-strong'
  return around?.verdict === 'nothing' && known === 'observed' ? 'bg-up-mark' : 'hatch'
}
