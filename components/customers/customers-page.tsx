'use client'

import type { Customer } from '#lib/customers/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ResourceListPage } from '../resource-page/list-page.tsx'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { TwoLines, FirstTwoItems } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { buildCustomerHref } from '../links/customer-href.ts'
import { connectionModelLabels, getSessionsStatus } from './customer-text.ts'

const UNASSIGNED = 'No customer'
const nameOf = ({ name }: Customer) => name ?? UNASSIGNED

// the row for resources without a customer comes last
const unassignedLast = (a: Customer, b: Customer) => Number(a.name === null) - Number(b.name === null)
const worseFirst = (a: Customer, b: Customer) =>
  unassignedLast(a, b) ||
  b.sessions.down - a.sessions.down ||
  b.openIncidents - a.openIncidents ||
  b.sessions.unknown - a.sessions.unknown ||
  nameOf(a).localeCompare(nameOf(b))

const rowStatus = (customer: Customer): StatusText => {
  const status = getSessionsStatus(customer) ?? { tone: 'off' as const, word: '' }
  return status.tone !== 'down' && customer.openIncidents > 0 ? { ...status, tone: 'degraded' } : status
}

const columns: DataTableColumn<Customer>[] = [
  {
    id: 'name',
    header: 'Customer',
    value: nameOf,
    compare: (a, b) => unassignedLast(a, b) || nameOf(a).localeCompare(nameOf(b)),
    phone: 'name',
    cell: (customer) => (
      <TwoLines
        first={
          customer.name === null ? (
            UNASSIGNED
          ) : (
            <PageLink href={buildCustomerHref(customer.name)} className="link font-medium">
              {customer.name}
            </PageLink>
          )
        }
        second={customer.connect && connectionModelLabels[customer.connect]}
      />
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (customer) => getSessionsStatus(customer)?.word ?? null,
    compare: worseFirst,
    phone: 'state',
    cell: (customer) => {
      const status = getSessionsStatus(customer)
      return status ? <StateLabel {...status} className="whitespace-nowrap" /> : missingValueDash
    },
  },
  {
    id: 'incidents',
    header: 'Open incidents',
    align: 'right',
    value: ({ openIncidents }) => openIncidents,
    phone: 'fact',
    labelled: true,
  },
  {
    id: 'up',
    header: 'Sessions up',
    align: 'right',
    value: ({ sessions }) => sessions.up,
    phone: 'fact',
    labelled: true,
    also: [
      { header: 'Down', value: ({ sessions }) => sessions.down },
      { header: 'Unknown', value: ({ sessions }) => sessions.unknown },
    ],
    cell: ({ sessions: { up, down, unknown, other } }) =>
      `${up} of ${up + down + unknown}${other > 0 ? `, ${other} other` : ''}`,
  },
  {
    id: 'circuits',
    header: 'Circuits',
    value: ({ circuits }) => circuits.map(({ name }) => name).join('; '),
    cell: ({ circuits }) => <Links of="circuits" all={circuits} />,
  },
  {
    id: 'gateways',
    header: 'Gateways',
    priority: 1,
    value: ({ gateways }) => gateways.map(({ name }) => name).join('; '),
    cell: ({ gateways }) => <Links of="gateways" all={gateways} />,
  },
  {
    id: 'subscriptions',
    header: 'Subscriptions',
    priority: 2,
    value: ({ subscriptions }) => subscriptions.map(({ id, name }) => name ?? id).join('; '),
    also: [{ header: 'Tenants', value: tenantsOf }],
    cell: (customer) => (
      <span title={`Tenant ${tenantsOf(customer)}`}>
        <FirstTwoItems
          all={customer.subscriptions}
          textOf={({ id, name }) => name ?? id}
          draw={({ id, name }) => name ?? id}
        />
      </span>
    ),
    className: 'text-ink-2',
  },
]

function tenantsOf({ subscriptions }: Customer): string {
  return [...new Set(subscriptions.flatMap(({ tenantId }) => tenantId ?? []))].join('; ')
}

const Links = ({ of, all }: { of: 'circuits' | 'gateways'; all: Customer['circuits'] }) => (
  <FirstTwoItems
    all={all}
    textOf={({ name }) => name}
    draw={({ id, name }) => (
      <PageLink href={`/${of}/${id}`} className="link">
        {name}
      </PageLink>
    )}
  />
)

const byState = { id: 'state', desc: false }

export function CustomersPage() {
  return (
    <ResourceListPage query={useEndpointQuery('customers')} title="Customers" rows={4}>
      {(customers) => (
        <DataTable
          name="customers"
          caption="Customers"
          columns={columns}
          rows={customers}
          rowKey={(customer) => nameOf(customer)}
          lines={2}
          statusOf={rowStatus}
          defaultSort={byState}
          empty={
            <EmptyResourceList title="No customer found">
              Declare customers in Settings, Inventory and policy.
            </EmptyResourceList>
          }
        />
      )}
    </ResourceListPage>
  )
}
