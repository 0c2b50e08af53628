'use client'

import type { Customer } from '#lib/customers/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { NothingFound } from '../resource-page/parts.tsx'
import { TwoLines, UpToTwo } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { connectWords, customerHref } from './customer-words.ts'

const UNASSIGNED = 'No customer'
const nameOf = ({ name }: Customer) => name ?? UNASSIGNED

const columns: Column<Customer>[] = [
  {
    id: 'name',
    header: 'Customer',
    value: nameOf,
    // what is nobody's comes last
    compare: (a, b) => Number(a.name === null) - Number(b.name === null) || nameOf(a).localeCompare(nameOf(b)),
    phone: 'both',
    cell: (customer) => (
      <TwoLines
        first={
          customer.name === null ? (
            UNASSIGNED
          ) : (
            <PageLink href={customerHref(customer.name)} className="link font-medium">
              {customer.name}
            </PageLink>
          )
        }
        second={customer.connect && connectWords[customer.connect]}
      />
    ),
  },
  {
    id: 'incidents',
    header: 'Open incidents',
    align: 'right',
    value: ({ openIncidents }) => openIncidents,
    phone: 'state',
    cell: ({ openIncidents }) => (
      <>
        {openIncidents}
        <span className="sm:hidden"> open</span>
      </>
    ),
  },
  {
    id: 'up',
    header: 'Sessions up',
    align: 'right',
    value: ({ sessions }) => sessions.up,
    phone: 'fact',
    cell: ({ sessions: { up, down, unknown } }) => `${up} of ${up + down + unknown}`,
  },
  { id: 'down', header: 'Down', align: 'right', priority: 2, value: ({ sessions }) => sessions.down || null },
  { id: 'unknown', header: 'Unknown', align: 'right', priority: 3, value: ({ sessions }) => sessions.unknown || null },
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
    exported: [
      {
        header: 'Subscriptions',
        value: ({ subscriptions }) => subscriptions.map(({ id, name }) => name ?? id).join('; '),
      },
      { header: 'Tenants', value: tenantsOf },
    ],
    cell: (customer) => (
      <span title={`Tenant ${tenantsOf(customer)}`}>
        <UpToTwo
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
  <UpToTwo
    all={all}
    textOf={({ name }) => name}
    draw={({ id, name }) => (
      <PageLink href={`/${of}/${id}`} className="link">
        {name}
      </PageLink>
    )}
  />
)

const byName = { id: 'name', desc: false }

export function CustomersPage() {
  return (
    <ListPage query={useEndpoint('customers')} title="Customers" rows={4}>
      {(customers) => (
        <DataTable
          name="customers"
          caption="Customers"
          columns={columns}
          rows={customers}
          rowKey={(customer) => nameOf(customer)}
          lines={2}
          defaultSort={byName}
          empty={
            <NothingFound title="No customer found">Declare customers in Settings, Inventory and policy.</NothingFound>
          }
        />
      )}
    </ListPage>
  )
}
