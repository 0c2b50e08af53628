'use client'

import type { Customer } from '#lib/customers/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ListPage } from '../resource-page/list-page.tsx'
import { NothingFound } from '../resource-page/parts.tsx'
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
    cell: (customer) => (
      <span className="flex flex-col">
        {customer.name === null ? (
          UNASSIGNED
        ) : (
          <PageLink href={customerHref(customer.name)} className="link w-fit font-medium whitespace-nowrap">
            {customer.name}
          </PageLink>
        )}
        {customer.connect && <span className="text-xs text-ink-2">{connectWords[customer.connect]}</span>}
      </span>
    ),
  },
  { id: 'incidents', header: 'Open incidents', align: 'right', value: ({ openIncidents }) => openIncidents },
  { id: 'down', header: 'Sessions down', align: 'right', value: ({ sessions }) => sessions.down },
  { id: 'unknown', header: 'Sessions unknown', align: 'right', value: ({ sessions }) => sessions.unknown },
  { id: 'up', header: 'Sessions up', align: 'right', value: ({ sessions }) => sessions.up },
  {
    id: 'circuits',
    header: 'Circuits',
    value: ({ circuits }) => circuits.map(({ name }) => name).join('; '),
    cell: ({ circuits }) => <Links of="circuits" all={circuits} />,
  },
  {
    id: 'gateways',
    header: 'Gateways',
    value: ({ gateways }) => gateways.map(({ name }) => name).join('; '),
    cell: ({ gateways }) => <Links of="gateways" all={gateways} />,
  },
  {
    id: 'subscriptions',
    header: 'Subscriptions',
    value: ({ subscriptions }) => subscriptions.map(({ id, name }) => name ?? id).join('; '),
    className: 'text-ink-2',
  },
  {
    id: 'tenants',
    header: 'Tenants',
    value: ({ subscriptions }) => [...new Set(subscriptions.flatMap(({ tenantId }) => tenantId ?? []))].join('; '),
    className: 'text-ink-2 font-mono text-xs',
  },
]

function Links({ of, all }: { of: 'circuits' | 'gateways'; all: Customer['circuits'] }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      {all.map(({ id, name }) => (
        <PageLink key={id} href={`/${of}/${id}`} className="inline-flex min-h-6 items-center underline">
          {name}
        </PageLink>
      ))}
    </span>
  )
}

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
          defaultSort={byName}
          empty={
            <NothingFound title="No customer found">Declare customers in Settings, Inventory and policy.</NothingFound>
          }
        />
      )}
    </ListPage>
  )
}
