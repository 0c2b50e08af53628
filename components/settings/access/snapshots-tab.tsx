'use client'

import type { Snapshot } from '#lib/access/api/index.ts'
import { NotSaved } from '../../schema-form/not-saved.tsx'
import { useEndpoint } from '../../data/index.ts'
import { AnswerView, Empty, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { Column } from '../../ui/table/features.ts'
import { Moment } from '../../ui/times/time.tsx'
import { useAccessChange } from '../../access/use-change.ts'

/** Links that show outsiders a frozen page. */
export function SnapshotsTab() {
  const query = useEndpoint('snapshots')
  const revoke = useAccessChange()
  const columns: Column<Snapshot>[] = [
    { id: 'title', header: 'Page', value: ({ title }) => title, className: 'min-w-40 font-medium break-words' },
    {
      id: 'state',
      header: 'State',
      value: ({ state }) => state,
      cell: ({ state }) => <Status tone={state === 'open' ? 'notice' : 'off'} word={state.toUpperCase()} />,
    },
    { id: 'by', header: 'Made by', value: ({ madeBy }) => madeBy, className: 'wrap-anywhere' },
    {
      id: 'made',
      header: 'Made',
      value: ({ madeAt }) => madeAt,
      cell: ({ madeAt }) => <Moment at={madeAt} zoned={false} />,
      zoned: true,
    },
    {
      id: 'expires',
      header: 'Opens until',
      value: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => <Moment at={expiresAt} zoned={false} />,
      zoned: true,
    },
    { id: 'opened', header: 'Opened', value: ({ opened }) => opened, align: 'right' },
    {
      id: 'last',
      header: 'Last opened',
      value: ({ lastOpenedAt }) => lastOpenedAt,
      cell: ({ lastOpenedAt }) => (lastOpenedAt === null ? 'not yet' : <Moment at={lastOpenedAt} zoned={false} />),
      zoned: true,
    },
    {
      id: 'revoke',
      header: 'Revoke',
      value: () => '',
      exported: [],
      sortable: false,
      cell: ({ id, title, state }) =>
        state === 'open' && (
          <ConfirmButton
            trigger={<Button aria-label={`Revoke ${title}`}>Revoke</Button>}
            question={`Revoke the link to “${title}”?`}
            effect="It opens nothing from now on, and the page in it is forgotten."
            action="Revoke"
            onConfirm={() => revoke.mutateAsync({ method: 'DELETE', path: `snapshots/${encodeURIComponent(id)}` })}
          />
        ),
    },
  ]
  return (
    <Panel title="Links to snapshots" note="opened by whoever has one, without signing in" flush>
      <NotSaved why={revoke.error} />
      <AnswerView query={query} skeleton={<SkeletonRows />}>
        {({ data }) => (
          <DataTable
            name="snapshots"
            caption="Links to snapshots, newest first"
            columns={columns}
            rows={data}
            rowKey={({ id }) => id}
            empty={
              <Empty title="No links">
                Make one from the menu of an incident, circuit, gateway, look-up, cost review or handover.
              </Empty>
            }
          />
        )}
      </AnswerView>
    </Panel>
  )
}
