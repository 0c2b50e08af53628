import dynamic from 'next/dynamic'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import type { Network } from '#lib/networks/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { EffectiveRoutes } from './effective-routes.tsx'
import { type NetworkInterfaceRow, buildNetworkInterfaceRows, getNetworkInterfaceStatus } from './interface-rows.ts'

/**
 * The list's code is loaded when it is opened. Its form contains the schemas of the API, which users who only read do
 * not need.
 */
const ChosenInterfaces = dynamic(
  () => import('../declarations/chosen-interfaces.tsx').then((part) => part.PolledInterfaceChoices),
  { ssr: false, loading: () => <div className="skeleton h-40" /> },
)

const columnsFor = (show: (scope: string) => void): DataTableColumn<NetworkInterfaceRow>[] => [
  {
    id: 'name',
    header: 'Network interface',
    value: ({ name }) => name,
    cell: ({ name, note, found }) => (
      <span className="flex flex-col">
        <span className="font-medium">{name}</span>
        <span className="text-xs text-ink-2">
          {[found?.machine && `of ${found.machine}`, note].filter(Boolean).join(', ')}
        </span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'Effective routes',
    value: (row) => getNetworkInterfaceStatus(row).status.word,
    cell: (row) => {
      const { status, reason } = getNetworkInterfaceStatus(row)
      return (
        <span className="flex flex-col">
          <StateLabel {...status} className="whitespace-nowrap" />
          {reason && <span className="max-w-[56ch] text-xs text-ink-2">{reason}</span>}
        </span>
      )
    },
  },
  {
    id: 'network',
    header: 'Network and subnet',
    value: ({ network, found }) => [network, found?.subnet].filter(Boolean).join(' / ') || null,
    cell: ({ network, found }) => [network, found?.subnet].filter(Boolean).join(' / ') || missingValueDash,
  },
  {
    id: 'addresses',
    header: 'Address',
    value: ({ found }) => found?.addresses.join(', ') ?? null,
    cell: ({ found }) => found?.addresses.join(', ') || missingValueDash,
    className: 'font-mono text-xs',
  },
  {
    id: 'prefixes',
    header: 'Prefixes',
    align: 'right',
    value: ({ found }) => found?.prefixes ?? null,
    cell: ({ name, found }) =>
      found === null || found.prefixes === null ? (
        missingValueDash
      ) : (
        <Button
          variant="quiet"
          onClick={() => show(found.id)}
          aria-label={`${found.prefixes}: show the effective routes of ${name}`}
        >
          {found.prefixes}
        </Button>
      ),
  },
  {
    id: 'read',
    header: 'Read',
    zoned: true,
    value: ({ found }) => found?.readAt ?? null,
    cell: ({ found }) => (found?.readAt ? <MomentText at={found.readAt} /> : missingValueDash),
    className: 'whitespace-nowrap text-ink-2',
  },
]

/**
 * List of the network interfaces that users chose for polling. Below it are the effective routes of the selected
 * interface.
 */
export function NetworkInterfaces({ networks }: { networks: readonly Network[] }) {
  const declarations = useEndpointQuery('declarations')
  const [chosen, setChosen] = useQueryState('nic', parseAsString.withOptions({ history: 'push' }))
  const [isEdited, setIsEdited] = useState(false)
  const rows = buildNetworkInterfaceRows(networks, declarations.data?.data.interfaces ?? [])
  const shown = rows.find(({ found }) => found !== null && found.id === chosen)?.found ?? null
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Panel
        title="Network interfaces"
        note="selected; Azure has effective routes only while the virtual machine runs"
        flush
        aside={
          <DisableControlsWithoutRight right="declare" isSmall>
            <Button onClick={() => setIsEdited(!isEdited)}>{isEdited ? 'Done' : 'Choose'}</Button>
          </DisableControlsWithoutRight>
        }
      >
        <DataTable
          name="interfaces"
          caption="Chosen network interfaces"
          columns={columnsFor((scope) => void setChosen(scope))}
          rows={rows}
          rowKey={({ key }) => key}
          empty={
            <EmptyResourceList title="No network interface chosen">
              Choose one of a subnet whose routes matter: system routes, user-defined ones and those of gateways are
              then read every 15 minutes.
            </EmptyResourceList>
          }
        />
      </Panel>
      {isEdited && <ChosenInterfaces />}
      {rows.some(({ found }) => found !== null && found.prefixes !== null) && (
        <EffectiveRoutes networkInterface={shown} />
      )}
    </div>
  )
}
