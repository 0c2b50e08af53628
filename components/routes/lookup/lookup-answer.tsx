'use client'

import { clsx } from 'clsx'
import type { UncoveredInterval } from '#lib/contract/index.ts'
import type { AroundIncident, RouteAround, RouteLookup } from '#lib/routes/api/index.ts'
import {
  type AroundClock,
  aroundFacts,
  aroundHeadline,
  aroundIncidentWords,
  aroundSentence,
} from '#lib/routes/words/around-words.ts'
import {
  interfaceWords,
  lookupDoubt,
  lookupLead,
  lookupSentence,
  userRouteWords,
} from '#lib/routes/words/lookup-words.ts'
import { formatMoment, wallClock, zoneLabel } from '../../format/instant.ts'
import { PageLink } from '../../links/page-link.tsx'
import { LookupTicket } from '../../tickets/lookup-ticket.tsx'
import { DataGaps, useScopeNames } from '../../time/data-gaps.tsx'
import { severityFill } from '../../ui/drawing/severity-mark.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { useToday } from '../../ui/times/clock.tsx'
import { useKeptLookup } from './lookup-start.tsx'

/** What happened leads, then the route of the address; below it what both rest on. */
export function LookupAnswer({
  lookup,
  at: asked,
  uncovered,
  omitted,
}: {
  lookup: RouteLookup
  /** ISO 8601; null = now */
  at: string | null
  uncovered: UncoveredInterval[] | undefined
  omitted: number | undefined
}) {
  const zone = useZone()
  const today = useToday()
  const nameOf = useScopeNames()
  const at = Date.parse(lookup.at)
  const { around } = lookup
  const moment = `${formatMoment(at, zone, today)} ${zoneLabel(at, zone)}`
  useKeptLookup(lookup.ip, asked, moment)
  const names = { circuit: nameOf, moment, past: asked !== null }
  const [lead, sentence, doubt] = [lookupLead(lookup, names), lookupSentence(lookup, names), lookupDoubt(lookup)]
  const clock = clockOf(at, zone)
  const answer = [`${lookup.ip} at ${moment}`, ...(around ? [`${lead}.`, aroundSentence(around, clock)] : [sentence])]
  const notes = [doubt, ...interfaceWords(lookup), userRouteWords(lookup)].filter((note) => note !== null)
  return (
    <div className="relative grid gap-3 py-4 pr-3.5 pl-5">
      <span aria-hidden className={clsx('absolute inset-y-0 left-0 w-1 rounded-l-lg', markOf(lookup))} />
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-[1_1_min(24rem,100%)]" role="status" suppressHydrationWarning>
          <h2 className="text-xl font-semibold tracking-tight break-words sm:text-2xl">{lead}</h2>
          {around && <p className="mt-1.5 text-base break-words sm:text-xl">{aroundHeadline(around, clock)}.</p>}
          {around && <p className="mt-1.5 text-ink-2">{aroundFacts(around, clock).join(' · ')}</p>}
          <p className="mt-1.5 max-w-[110ch] text-xs break-words text-ink-3">{sentence}</p>
          {notes.map((note) => (
            <p key={note} className="mt-1 max-w-[110ch] text-xs text-ink-3">
              {note}
            </p>
          ))}
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
          <CopyButton text={() => window.location.href} label="Copy link">
            Copy link
          </CopyButton>
        </div>
      </div>
      {around && around.incidents.length > 0 && (
        <ul aria-label="Incidents on this path" className="grid border-t">
          {around.incidents.map((incident) => (
            <IncidentLine key={incident.id} incident={incident} clock={clock} />
          ))}
        </ul>
      )}
    </div>
  )
}

function IncidentLine({ incident, clock }: { incident: AroundIncident; clock: AroundClock }) {
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 border-b py-1.5 last:border-b-0 last:pb-0">
      <span aria-hidden className={clsx('h-4 w-1 rounded-xs', severityFill(incident.severity))} />
      <PageLink href={`/incidents/${encodeURIComponent(incident.id)}`} className="link font-medium">
        {aroundIncidentWords(incident, clock)}
      </PageLink>
      <span className="text-ink-2">{incident.severity}</span>
      {incident.nextStep && <span className="min-w-0 flex-[1_1_20rem] text-xs text-ink-3">{incident.nextStep}</span>}
    </li>
  )
}

/** Times of one day are written without it. @param at the asked moment, epoch milliseconds */
export function clockOf(at: number, zone: string): AroundClock {
  const day = wallClock(at, zone).slice(0, 10)
  const write = (text: string, length: number) => {
    const local = wallClock(Date.parse(text), zone)
    return local.slice(0, 10) === day ? local.slice(11, length) : local.slice(0, length).replace('T', ' ')
  }
  return { second: (text) => write(text, 19), minute: (text) => write(text, 16), zone: zoneLabel(at, zone) }
}

function markOf({ around, known }: { around: RouteAround | null } & Pick<RouteLookup, 'known'>): string {
  const [worst] = around?.incidents ?? []
  if (worst) return severityFill(worst.severity)
  if (around?.verdict === 'something') return severityFill('warning')
  return around?.verdict === 'nothing' && known === 'observed' ? 'bg-up-mark' : 'hatch'
}
