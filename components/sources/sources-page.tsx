'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { ApiVersionInUse, ExcludedSource, ListingFailed } from '#lib/setup/api/index.ts'
import { outcomeWords } from '#lib/contract/words/index.ts'
import { ApiError } from '../data/api-error.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { Age } from '../ui/times/time.tsx'
import { burstBudgetWords } from './burst-words.ts'
import { AwaitedRemovals } from './awaited-removals.tsx'
import { Faults } from './faults.tsx'
import { PollDetail } from './poll-detail.tsx'
import { Objectives } from './objectives.tsx'
import { PollGrid } from './poll-grid.tsx'
import { Processes } from './processes.tsx'
import { pollGroups } from './poll-rows.ts'
import { pollsWords } from './polls-words.ts'
import { Needs } from '../access/needs.tsx'
import { exclusionForm } from '../declarations/forms/exclusion.ts'
import { ListPanel } from '../declarations/list-panel.tsx'
import { plural } from '../format/quantity.ts'
import { pauseForm } from '../declarations/forms/pause.ts'
import { WindowTime } from '../declarations/window-time.tsx'

/** What is left out of polling, with the resources that each declaration excludes, and the form to exclude more. */
function Exclusions({ excluded }: { excluded: ExcludedSource[] }) {
  const declarations = useEndpoint('declarations')
  return (
    <AnswerView query={declarations} skeleton={<SkeletonRows rows={2} />}>
      {({ data }) => (
        <Needs right="declare">
          <ListPanel
            form={exclusionForm}
            items={data.exclusions}
            extra={({ match }) => <Excluded resources={excluded.filter((resource) => resource.match === match)} />}
          />
        </Needs>
      )}
    </AnswerView>
  )
}

const NAMES_SHOWN = 5

function Excluded({ resources }: { resources: ExcludedSource[] }) {
  const names = resources.slice(0, NAMES_SHOWN).map(({ scopeName }) => scopeName)
  const more = resources.length > NAMES_SHOWN ? ', …' : ''
  return (
    <span className="text-xs text-ink-3">
      excluded: {plural(resources.length, 'resource')}
      {names.length > 0 && ` (${names.join(', ')}${more})`}
    </span>
  )
}

export function SourcesPage() {
  const sources = useEndpoint('sources')
  const processes = useEndpoint('processes')
  const slos = useEndpoint('slos')
  const counts = useEndpoint('sources/summary').data?.data
  const [{ scope, kind }, setAddress] = useQueryStates(
    { scope: parseAsString, kind: parseAsString },
    { history: 'push' },
  )
  return (
    <>
      <PageHead
        title="Sources"
        since={counts ? pollsWords(counts) : <span className="skeleton inline-block h-4 w-64 align-middle" />}
        age={<PageAge answer={sources.data} />}
      />
      <div className="grid gap-4">
        {sources.data && <Faults sources={sources.data.data} />}
        {sources.data && <AwaitedRemovals removals={sources.data.awaitedRemovals} />}
        <Panel
          title="Polls"
          flush
          note={
            sources.data && (
              <>
                {burstBudgetWords(sources.data.data)} {apiVersionWords(sources.data.apiVersion)}
              </>
            )
          }
        >
          <AnswerView query={sources} skeleton={<SkeletonRows rows={8} height="2.5rem" />}>
            {({ data }) =>
              data.length === 0 ? (
                <NothingPolled failed={sources.data?.listingFailed ?? null} />
              ) : (
                <PollGrid
                  groups={pollGroups(data)}
                  chosen={{ scope, kind }}
                  onChoose={(next) => void setAddress(next)}
                />
              )
            }
          </AnswerView>
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
        <Pauses />
        <Exclusions excluded={sources.data?.excluded ?? []} />
        {!isRefused(slos.error) && (
          <Panel id="objectives" title="Peerwatch’s own objectives" note="over 28 days" flush>
            <AnswerView query={slos} skeleton={<SkeletonRows rows={4} height="3rem" />}>
              {({ data }) => <Objectives slos={data} />}
            </AnswerView>
          </Panel>
        )}
        <Panel title="Peerwatch processes" flush answer={processes.data}>
          <AnswerView query={processes} skeleton={<SkeletonRows rows={3} />}>
            {({ data }) => <Processes processes={data} />}
          </AnswerView>
        </Panel>
      </div>
    </>
  )
}

/** The figures of the whole deployment are not for whoever sees a part of it. */
const isRefused = (error: Error | null) => error instanceof ApiError && error.status === 403

/** Without a subscription no source can report an error. */
function NothingPolled({ failed }: { failed: ListingFailed | null }) {
  if (!failed)
    return (
      <Empty title="Nothing is polled yet">
        The first inventory poll discovers resources. If this stays empty, the identity sees no subscription: grant it
        the role that docs/azure-permissions.md defines, or check AZURE_SUBSCRIPTION_IDS.{' '}
        <PageLink href="/setup" className="link">
          Setup
        </PageLink>{' '}
        lists what is missing.
      </Empty>
    )
  return (
    <Empty title={`No subscription could be listed: ${outcomeWords(failed.outcome)}`}>
      <span className="block break-words">{failed.detail}</span> Check the identity (docs/azure-permissions.md), and
      start again where its settings change. Last tried <Age at={failed.at} />.
    </Empty>
  )
}

function apiVersionWords(inUse: ApiVersionInUse | null): string | null {
  if (!inUse) return null
  const reason = inUse.chosenBy === 'azure' ? 'the newest that this Azure has' : 'by AZURE_API_VERSION'
  return `API version of Microsoft.Network: ${inUse.version}, ${reason}.`
}

/** Paused polls, and the form to add a pause. */
function Pauses() {
  const declarations = useEndpoint('declarations')
  return (
    <AnswerView query={declarations} skeleton={<SkeletonRows rows={2} />}>
      {({ data }) => (
        <Needs right="declare">
          <ListPanel
            form={pauseForm}
            items={data.pauses.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))}
            extra={(pause) => <WindowTime window={pause} />}
          />
        </Needs>
      )}
    </AnswerView>
  )
}
