'use client'

import type { PageSnapshot } from '#lib/access/api/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { SaveErrorText } from '../../schema-form/save-error-text.tsx'
import { useEndpointQuery } from '../../data/index.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmButton } from '../../ui/overlay/lazy-overlays.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { type DataTableColumn, VALUELESS_COLUMN } from '../../ui/table/table-columns.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { useAccessChange } from '../../access/use-access-change.ts'

const kinds: Readonly<Record<string, string>> = createSafeLookupTable({
  circuits: 'Circuit',
  gateways: 'Gateway',
  routes: 'Look-up',
})

/** Formats the kind and the name of the page that a snapshot contains: `Circuit erc-london`. */
const whatIsShared = ({ page, title }: PageSnapshot): string =>
  [kinds[page.split('/')[1] ?? ''], title.replace(/^Investigate /, '')].filter(Boolean).join(' ')

/** First parts of the paths of pages that can be shared as snapshots, or that link to such pages. */
const shareable = ['incidents', 'circuits', 'gateways', 'routes', 'cost', 'handover']

/**
 * Settings tab with the links to snapshots. A snapshot is a page at a fixed time, which people without an account can
 * open.
 */
export function SnapshotsTab() {
  const query = useEndpointQuery('snapshots')
  const revoke = useAccessChange()
  const now = useRealNow(60_000)
  const columns: DataTableColumn<PageSnapshot>[] = [
    {
      id: 'title',
      header: 'What is shared',
      value: whatIsShared,
      also: [{ header: 'As of (UTC)', value: ({ shows }) => shows }],
      className: 'min-w-40',
      phone: 'both',
      cell: (snapshot) => (
        <>
          <PageLink
            href={`${snapshot.page}?at=${encodeURIComponent(snapshot.shows)}`}
            className="link font-medium break-words"
          >
            {whatIsShared(snapshot)}
          </PageLink>
          <span className="block text-ink-2">
            as of <MomentText at={snapshot.shows} />
          </span>
        </>
      ),
    },
    {
      id: 'state',
      header: 'Link',
      phone: 'state',
      value: ({ state }) => state,
      also: [{ header: 'Expires (UTC)', value: ({ expiresAt }) => expiresAt }],
      cell: ({ state, expiresAt }) => (
        <>
          <StateLabel tone={state === 'open' ? 'notice' : 'off'} word={state.toUpperCase()} />
          <span className="block text-ink-2" suppressHydrationWarning>
            {state === 'open' && `expires in ${formatDuration(Date.parse(expiresAt) - now)}`}
            {state === 'closed' && 'the user who shared it may no longer see all of it'}
            {state === 'expired' && <MomentText at={expiresAt} />}
          </span>
        </>
      ),
    },
    {
      id: 'by',
      header: 'Shared by',
      value: ({ madeBy }) => madeBy,
      also: [{ header: 'Shared (UTC)', value: ({ madeAt }) => madeAt }],
      className: 'wrap-anywhere',
      cell: ({ madeBy, madeAt }) => (
        <>
          {madeBy}
          <span className="block text-ink-2">
            <MomentText at={madeAt} />
          </span>
        </>
      ),
    },
    {
      id: 'opened',
      header: 'Opened',
      value: ({ opened }) => opened,
      also: [{ header: 'Last opened (UTC)', value: ({ lastOpenedAt }) => lastOpenedAt }],
      cell: ({ opened, lastOpenedAt }) => (
        <>
          {opened === 0 ? 'never' : formatCountWithPlural(opened, 'time')}
          <span className="block text-ink-2">
            {lastOpenedAt !== null && (
              <>
                last <MomentText at={lastOpenedAt} />
              </>
            )}
          </span>
        </>
      ),
    },
    {
      id: 'revoke',
      header: 'Revoke',
      phone: 'below',
      ...VALUELESS_COLUMN,
      cell: ({ id, title, state }) =>
        (state === 'open' || state === 'closed') && (
          <ConfirmButton
            trigger={<Button aria-label={`Revoke ${title}`}>Revoke</Button>}
            question={`Revoke the link to “${title}”?`}
            effect="The link stops working, and its stored page is deleted."
            action="Revoke"
            onConfirm={() => revoke.mutateAsync({ method: 'DELETE', path: `snapshots/${encodeURIComponent(id)}` })}
          />
        ),
    },
  ]
  const open = query.data?.data.filter(({ state }) => state === 'open').length
  return (
    <Panel
      title="Snapshots"
      note={
        open
          ? `${formatCountWithPlural(open, 'open link')}: anyone who has a link sees its page without signing in`
          : undefined
      }
      flush
    >
      <SaveErrorText why={revoke.error} />
      <QueryStateView query={query} skeleton={<SkeletonRows rows={14} height="4rem" />}>
        {({ data }) => (
          <DataTable
            name="snapshots"
            caption="Links to snapshots, newest first"
            lines={2}
            columns={columns}
            rows={data}
            rowKey={({ id }) => id}
            empty={
              <EmptyNote title="Nothing is shared">
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  Open what you want to show, then “Share a snapshot” in its … menu:
                  {shareable.map((name) => (
                    <PageLink key={name} href={`/${name}`} className="link inline-flex min-h-6 items-center">
                      {name}
                    </PageLink>
                  ))}
                </span>
              </EmptyNote>
            }
          />
        )}
      </QueryStateView>
    </Panel>
  )
}
