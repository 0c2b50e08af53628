'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { canonicalAddress } from '#lib/bgp/index.ts'
import type { RouteLookup } from '#lib/routes/api/index.ts'
import type { UncoveredInterval } from '#lib/contract/index.ts'
import { useRouteLookup } from '../../data/index.ts'
import { formatMoment, zoneLabel } from '../../format/instant.ts'
import { DataGaps, useScopeNames } from '../../time/data-gaps.tsx'
import { AnswerView, Empty } from '../../ui/answer-view.tsx'
import type { TimeRange } from '../../time/range.ts'
import { useAsOf } from '../../links/range-search.tsx'
import { RuleSource } from '../../ui/facts/azure-rule.tsx'
import { useToday } from '../../ui/times/clock.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { DraftField } from '../../ui/draft-field.tsx'
import type { Tone } from '../../ui/drawing/glyph.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { Status } from '../../ui/status.tsx'
import { AzCommands } from '../az-command.tsx'
import { LookupOverTime } from './lookup-over-time.tsx'
import { LookupCandidates } from './lookup-candidates.tsx'
import { interfaceWords, lookupDoubt, lookupSentence, userRouteWords } from './lookup-words.ts'
import { ScopeFilter } from '../scope-filter.tsx'

/** Route look-up of an address, now or in the past: the result in a sentence, then all candidates. */
export function LookupPanel({ range }: { range: TimeRange }) {
  const at = useAsOf()
  const [{ ip, scope }, setAddress] = useQueryStates(
    { ip: parseAsString, scope: parseAsString, view: parseAsString },
    { history: 'push' },
  )
  const address = canonicalAddress(ip ?? '')
  const lookup = useRouteLookup({ ip: address ?? '', scope }, address !== null)
  return (
    <Panel
      title="Route look-up"
      note={
        <>
          by Azure’s order of preference. <RuleSource rule="route_selection" />
        </>
      }
      flush
      answer={lookup.data}
    >
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <DraftField
          label="IP address"
          value={ip}
          placeholder="10.10.4.7"
          read={(text) => canonicalAddress(text)}
          complaint="Enter an IP address such as 10.10.4.7 or 2001:db8::1"
          onChange={(value) => void setAddress({ ip: value, view: 'lookup' })}
          search
        />
        <ScopeFilter />
      </div>
      {address === null ? (
        <Empty title={ip ? `${ip} is not an IP address` : 'Enter an address'}>
          Type an address such as 10.10.4.7 and press Enter. For the past, choose a time or click a bar of the chart.
        </Empty>
      ) : (
        <AnswerView query={lookup} skeleton={<LookupSkeleton />}>
          {({ data, uncovered, uncoveredOmitted }) => (
            <LookupAnswer
              lookup={data}
              past={at !== null}
              at={at}
              range={range}
              uncovered={uncovered}
              omitted={uncoveredOmitted}
            />
          )}
        </AnswerView>
      )}
    </Panel>
  )
}

const tones: Record<RouteLookup['known'], { tone: Tone; word: string }> = {
  observed: { tone: 'notice', word: 'OBSERVED' },
  indeterminate: { tone: 'unknown', word: 'UNCERTAIN' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

function LookupAnswer({
  lookup,
  past,
  at: asked,
  range,
  uncovered,
  omitted,
}: {
  lookup: RouteLookup
  past: boolean
  at: string | null
  range: TimeRange
  uncovered: UncoveredInterval[] | undefined
  omitted: number | undefined
}) {
  const zone = useZone()
  const today = useToday()
  const nameOf = useScopeNames()
  const at = Date.parse(lookup.at)
  const sentence = lookupSentence(lookup, {
    circuit: nameOf,
    moment: `${formatMoment(at, zone, today)} ${zoneLabel(at, zone)}`,
    past,
  })
  const doubt = lookupDoubt(lookup)
  const userRoutes = userRouteWords(lookup)
  return (
    <>
      <div className="flex items-start gap-3 px-3.5 py-3.5" role="status">
        <div className="min-w-0 flex-1">
          <p className="max-w-[90ch] text-base break-words" suppressHydrationWarning>
            {sentence}
          </p>
          <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
            <Status {...tones[lookup.known]} />
            {doubt}
            {lookup.match && (
              <span>
                Prefix in use: <span className="font-mono">{lookup.match}</span>
              </span>
            )}
          </p>
          {interfaceWords(lookup).map((words) => (
            <p key={words} className="mt-1.5 max-w-[90ch] text-xs text-ink-2">
              {words}
            </p>
          ))}
          {userRoutes && <p className="mt-1.5 max-w-[90ch] text-xs text-ink-2">{userRoutes}</p>}
          {uncovered && uncovered.length > 0 && (
            <div className="mt-2">
              <DataGaps intervals={uncovered} omitted={omitted} />
            </div>
          )}
        </div>
        <CopyButton text={sentence} label="Copy the result" />
      </div>
      <LookupOverTime lookup={lookup} at={asked} range={range} />
      {lookup.candidates.length > 0 && <LookupCandidates lookup={lookup} at={past ? lookup.at : null} />}
      <AzCommands commands={commandsOf(lookup)} />
    </>
  )
}

/** One command for each table. */
function commandsOf({ candidates }: RouteLookup) {
  const commands = new Map(
    candidates
      .filter(({ table }) => table !== 'system')
      .map(({ scopeName, table, path, azCommand }) => [
        azCommand,
        table === 'tables'
          ? [scopeName, path && `${path} path`].filter(Boolean).join(', ')
          : `Routes that ${scopeName} learned`,
      ]),
  )
  return [...commands].map(([command, what]) => ({ command, what }))
}

function LookupSkeleton() {
  return (
    <div className="p-3.5">
      <span className="skeleton block h-5 w-4/5" />
      <span className="skeleton mt-2 block h-3 w-1/3" />
      <span className="skeleton mt-6 block h-40" />
    </div>
  )
}
