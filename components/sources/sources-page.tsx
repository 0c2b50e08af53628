'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Fragment } from 'react'
import type {
  ApiVersionInUse,
  SourceExcludedFromPolling,
  ListedOnlyResource,
  ListingFailed,
  ApiProcessStatus,
  AwaitedRemoval,
} from '#lib/setup/api/index.ts'
import { formatPollOutcome } from '#lib/contract/words/index.ts'
import { ApiError } from '../data/api-error.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { AgeText, MomentText } from '../ui/times/time.tsx'
import { formatBurstBudget } from './burst-text.ts'
import { SourceFaults } from './source-faults.tsx'
import { PollDetail } from './poll-detail.tsx'
import { SloObjectivesTable } from './slo-objectives.tsx'
import { PollGrid } from './poll-grid.tsx'
import { groupPollsByResource } from './poll-rows.ts'
import { formatPollCounts } from './polls-text.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { exclusionDeclarationForm } from '../declarations/forms/exclusion.ts'
import { DeclarationListPanel } from '../declarations/list-panel.tsx'
import { formatCountWithPlural } from '../format/quantity.ts'
import { pauseDeclarationForm } from '../declarations/forms/pause.ts'
import { DeclaredWindowTime } from '../declarations/window-time.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'

/** List of the resources that users excluded from polling (a declaration), with a form to exclude more. */
function Exclusions({ excluded }: { excluded: SourceExcludedFromPolling[] }) {
  const declarations = useEndpointQuery('declarations')
  return (
    <QueryStateView query={declarations} skeleton={<SkeletonRows rows={2} />}>
      {({ data }) => (
        <DisableControlsWithoutRight right="declare">
          <DeclarationListPanel
            form={exclusionDeclarationForm}
            items={data.exclusions}
            extra={({ match }) => <Excluded resources={excluded.filter((resource) => resource.match === match)} />}
          />
        </DisableControlsWithoutRight>
      )}
    </QueryStateView>
  )
}

/**
 * Panel with resources whose types Peerwatch lists but does not poll, although they depend on the network between
 * Azure and on-premises. Renders nothing if there are none.
 */
function ListedOnly({ resources }: { resources: ListedOnlyResource[] }) {
  if (resources.length === 0) return null
  const byType = Map.groupBy(resources, ({ type }) => type)
  return (
    <Panel
      id="listed-only"
      title="Not polled"
      note="Peerwatch only lists resources of these types; check them in Azure"
    >
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[max-content_1fr]">
        {[...byType].map(([type, own]) => (
          <Fragment key={type}>
            <dt className="text-ink-2">{type.replace(/^microsoft\.network\//, '')}</dt>
            <dd>{own.map(({ scopeName }) => scopeName).join(', ')}</dd>
          </Fragment>
        ))}
      </dl>
    </Panel>
  )
}

const NAMES_SHOWN = 5

function Excluded({ resources }: { resources: SourceExcludedFromPolling[] }) {
  const names = resources.slice(0, NAMES_SHOWN).map(({ scopeName }) => scopeName)
  const more = resources.length > NAMES_SHOWN ? ', …' : ''
  return (
    <span className="text-xs text-ink-3">
      excluded: {formatCountWithPlural(resources.length, 'resource')}
      {names.length > 0 && ` (${names.join(', ')}${more})`}
    </span>
  )
}

export function DataSourcesPage() {
  const sources = useEndpointQuery('sources')
  const processes = useEndpointQuery('processes')
  const slos = useEndpointQuery('slos')
  const counts = useEndpointQuery('sources/summary').data?.data
  const [{ scope, kind }, setAddress] = useQueryStates(
    { scope: parseAsString, kind: parseAsString },
    { history: 'push' },
  )
  return (
    <>
      <PageHeader
        title="Sources"
        since={counts ? formatPollCounts(counts) : <span className="skeleton inline-block h-4 w-64 align-middle" />}
        age={<PageAge answer={sources.data} />}
      />
      <div className="grid gap-4">
        {sources.data && <SourceFaults sources={sources.data.data} />}
        {sources.data && <AwaitedRemovals removals={sources.data.awaitedRemovals} />}
        <Panel
          title="Polls"
          flush
          note={
            sources.data && (
              <>
                {formatBurstBudget(sources.data.data)} {formatApiVersion(sources.data.apiVersion)}
              </>
            )
          }
        >
          <QueryStateView query={sources} skeleton={<SkeletonRows rows={8} height="2.5rem" />}>
            {({ data }) =>
              data.length === 0 ? (
                <NothingPolled failed={sources.data?.listingFailed ?? null} />
              ) : (
                <PollGrid
                  groups={groupPollsByResource(data)}
                  chosen={{ scope, kind }}
                  onChoose={(next) => void setAddress(next)}
                />
              )
            }
          </QueryStateView>
        </Panel>
        {sources.data && scope && kind && (
          <PollDetail
            key={`${scope}/${kind}`}
            polls={sources.data.data.filter((source) => source.scope === scope && source.kind === kind)}
            scope={scope}
            kind={kind}
            onClose={() => void setAddress({ scope: null, kind: null })}
          />
        )}
        {sources.data && <ListedOnly resources={sources.data.listedOnly} />}
        <Pauses />
        <Exclusions excluded={sources.data?.excluded ?? []} />
        {!isRefused(slos.error) && (
          <Panel id="objectives" title="Peerwatch’s own objectives" note="over 28 days" flush>
            <QueryStateView query={slos} skeleton={<SkeletonRows rows={4} height="3rem" />}>
              {({ data }) => <SloObjectivesTable slos={data} />}
            </QueryStateView>
          </Panel>
        )}
        <Panel title="Peerwatch processes" flush answer={processes.data}>
          <QueryStateView query={processes} skeleton={<SkeletonRows rows={3} />}>
            {({ data }) => <Processes processes={data} />}
          </QueryStateView>
        </Panel>
      </div>
    </>
  )
}

/**
 * Reports whether the API refused a request because the user may see only some resources. Such users do not see numbers
 * about the whole deployment.
 */
const isRefused = (error: Error | null) => error instanceof ApiError && error.status === 403

/**
 * Text that is shown before the first poll. If the subscriptions could not be listed, it contains the error. Without a
 * subscription there is no poll, so that the error cannot be shown at a poll.
 */
function NothingPolled({ failed }: { failed: ListingFailed | null }) {
  if (!failed)
    return (
      <EmptyNote title="Nothing is polled yet">
        The first inventory poll discovers resources. If this stays empty, the identity sees no subscription: grant it
        the role that docs/azure-permissions.md defines, or check AZURE_SUBSCRIPTION_IDS.{' '}
        <PageLink href="/setup" className="link">
          Setup
        </PageLink>{' '}
        lists what is missing.
      </EmptyNote>
    )
  return (
    <EmptyNote title={`No subscription could be listed: ${formatPollOutcome(failed.outcome)}`}>
      <span className="block break-words">{failed.detail}</span> Check the identity (docs/azure-permissions.md), and
      start again where its settings change. Last tried <AgeText at={failed.at} />.
    </EmptyNote>
  )
}

function formatApiVersion(inUse: ApiVersionInUse | null): string | null {
  if (!inUse) return null
  const reason = inUse.chosenBy === 'azure' ? 'the newest that this Azure has' : 'by AZURE_API_VERSION'
  return `API version of Microsoft.Network: ${inUse.version}, ${reason}.`
}

/** List of polls that users paused, with a form to pause more. */
function Pauses() {
  const declarations = useEndpointQuery('declarations')
  return (
    <QueryStateView query={declarations} skeleton={<SkeletonRows rows={2} />}>
      {({ data }) => (
        <DisableControlsWithoutRight right="declare">
          <DeclarationListPanel
            form={pauseDeclarationForm}
            items={data.pauses.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))}
            extra={(pause) => <DeclaredWindowTime window={pause} />}
          />
        </DisableControlsWithoutRight>
      )}
    </QueryStateView>
  )
}

const words: Record<ApiProcessStatus['state'], StatusText> = {
  running: { tone: 'up', word: 'RUNNING' },
  starting: { tone: 'notice', word: 'STARTING' },
  backing_off: { tone: 'degraded', word: 'RESTARTING' },
  stopped: { tone: 'down', word: 'STOPPED' },
}

/** List of Peerwatch's own processes with their uptime and restarts. */
function Processes({ processes }: { processes: ApiProcessStatus[] }) {
  if (processes.length === 0) {
    return <EmptyNote title="No processes">Processes that were started separately are not listed.</EmptyNote>
  }
  return (
    <ul>
      {processes.map((process) => (
        <li
          key={process.name}
          className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b px-3.5 py-2 last:border-b-0"
        >
          <span className="w-24 font-medium">{process.name}</span>
          <StateLabel {...words[process.state]} className="w-32" />
          <span className="w-40 text-ink-2">
            {process.startedAt && process.state === 'running' ? (
              <AgeText at={process.startedAt} suffix=" up" />
            ) : process.nextStartAt ? (
              <>
                again at <MomentText at={process.nextStartAt} />
              </>
            ) : (
              'not running'
            )}
          </span>
          <span className={process.restarts > 0 ? 'font-semibold text-degraded' : 'text-ink-3'}>
            {formatCountWithPlural(process.restarts, 'restart')}
          </span>
          {process.lastExit && (
            <span className="text-xs text-ink-2">
              last ended <AgeText at={process.lastExit.at} /> {formatExit(process.lastExit)}
            </span>
          )}
          {process.version && <Version version={process.version} />}
        </li>
      ))}
    </ul>
  )
}

/**
 * Version of the embedded PostgreSQL server. It is shown because the server comes with a package of Peerwatch, so that
 * the tools of the operating system do not report that it is outdated.
 */
function Version({ version }: { version: NonNullable<ApiProcessStatus['version']> }) {
  const { running, newest, asOf, minorsBehind } = version
  if (minorsBehind === 0) return <span className="text-xs text-ink-2">PostgreSQL {running}</span>
  return (
    <span className="text-xs text-ink-2">
      <strong className="text-degraded">
        PostgreSQL {running}, {formatCountWithPlural(minorsBehind, 'security release')} behind {newest}
      </strong>{' '}
      (as of {asOf}). npm run move takes the data to a PostgreSQL of your own (docs/operations.md).
    </span>
  )
}

const formatExit = ({ code, signal }: NonNullable<ApiProcessStatus['lastExit']>) =>
  signal ? `by ${signal}` : code === null ? '' : `with code ${code}`

/** Maximum number of names that are shown for one resource type. */
const AWAITED_SHOWN = 6

/**
 * List of resources that were missing from the last inventory. They are not removed yet, because a single inventory
 * does not prove that so many resources were deleted.
 */
function AwaitedRemovals({ removals }: { removals: AwaitedRemoval[] }) {
  if (removals.length === 0) return null
  return (
    <Panel title="Missing from the last inventory" flush note="gone only if the next one lacks it too">
      <ul>
        {removals.map(({ subscriptionId, type, names, known, between: [, by] }) => (
          <li key={`${subscriptionId} ${type}`} className="flex gap-3 border-b px-3.5 py-3 last:border-b-0">
            <StateSymbol tone="degraded" className="mt-1 size-3" />
            <div className="min-w-0 flex-1">
              <p className="break-words">
                <span className="font-semibold">
                  {names.length} of {formatCountWithPlural(known, 'resource')}
                </span>{' '}
                <span className="text-ink-2">of type {type}</span>
              </p>
              <p className="break-words text-ink-2">{namesOf(names)}</p>
              <p className="mt-1 text-xs text-ink-3">
                first missing <AgeText at={by} /> · subscription {subscriptionId}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const namesOf = (names: readonly string[]) =>
  names.length <= AWAITED_SHOWN
    ? names.join(', ')
    : `${names.slice(0, AWAITED_SHOWN).join(', ')} and ${names.length - AWAITED_SHOWN} more`
