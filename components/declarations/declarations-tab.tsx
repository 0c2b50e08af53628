'use client'

import type { DeclarationsResponse } from '#lib/contract/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { customerDeclarationForm } from './forms/customer.ts'
import { customerTagDeclarationForm } from './forms/customer-tag.ts'
import { operatorCardDeclarationForm } from './forms/card.ts'
import { circuitDeclarationForm } from './forms/circuit.ts'
import { interfaceDeclarationForm } from './forms/interface.ts'
import { neighborMappingDeclarationForm } from './forms/mapping.ts'
import { policyDeclarationForm } from './forms/policy.ts'
import { routerNeighborDeclarationForm } from './forms/router-neighbor.ts'
import { siteDeclarationForm } from './forms/site.ts'
import { watchedPrefixDeclarationForm } from './forms/watched-prefix.ts'
import { DeclarationListPanel } from './list-panel.tsx'
import { useResources } from '../schema-form/use-resources.ts'

const SHOWN_VERSIONS = 10

/** Settings tab with the declarations: facts that users enter because Azure does not provide them. */
export function DeclarationsTab() {
  const declarations = useEndpointQuery('declarations')
  return (
    <QueryStateView query={declarations} skeleton={<SkeletonRows rows={12} />}>
      {({ data }) => (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <Unreadable items={data.unreadable} />
          <Lists data={data} />
          <LastSaves />
        </div>
      )}
    </QueryStateView>
  )
}

/** Shows the lists of declarations that have items, and one line for each list without items. */
function Lists({ data }: { data: DeclarationsResponse }) {
  const all = [
    <DeclarationListPanel key="sites" form={siteDeclarationForm} items={data.sites} />,
    <DeclarationListPanel key="policies" form={policyDeclarationForm} items={data.policies} />,
    <DeclarationListPanel key="circuits" form={circuitDeclarationForm} items={data.circuits} />,
    <DeclarationListPanel key="customers" form={customerDeclarationForm} items={data.customers} />,
    <DeclarationListPanel key="interfaces" form={interfaceDeclarationForm} items={data.interfaces} />,
    <DeclarationListPanel key="mappings" form={neighborMappingDeclarationForm} items={data.mappings} />,
    <DeclarationListPanel key="routers" form={routerNeighborDeclarationForm} items={data.routerNeighbors} />,
    <DeclarationListPanel key="watched" form={watchedPrefixDeclarationForm} items={data.watched} />,
    <DeclarationListPanel key="tags" form={customerTagDeclarationForm} items={data.customerTags} />,
    <DeclarationListPanel key="cards" form={operatorCardDeclarationForm} items={data.cards} />,
  ]
  const unused = all.filter(({ props }) => props.items.length === 0)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2 min-[200rem]:grid-cols-3">
      {all.filter((one) => !unused.includes(one))}
      {unused.length > 0 && <h2 className="col-span-full -mb-1 text-base font-semibold">Not used yet</h2>}
      {unused}
    </div>
  )
}

function Unreadable({ items }: { items: DeclarationsResponse['unreadable'] }) {
  if (items.length === 0) return null
  return (
    <Panel title="Invalid stored declarations" note="ignored, and removed when their list is saved">
      <ul className="list-disc pl-5">
        {items.map(({ list, key, reason }) => (
          <li key={`${list} ${key}`}>
            {list}: {key} ({reason})
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function LastSaves() {
  const versions = useEndpointQuery('declarations/versions', { limit: SHOWN_VERSIONS })
  const { labelOf } = useResources()
  const rows = versions.data?.data ?? []
  if (rows.length === 0) return null
  return (
    <Panel title="Versions" note="the past is evaluated with the version in force at the time" flush>
      <ol aria-label="Saved versions" className="divide-y">
        {rows.map(({ version, savedAt, savedBy, changes }) => (
          <li key={version} className="flex flex-wrap gap-x-3 gap-y-0.5 px-3.5 py-1.5 text-xs">
            <span className="w-8 text-right text-ink-3">{version}</span>
            <MomentText at={savedAt} />
            <span className="text-ink-2">by {savedBy}</span>
            <span className="min-w-0 basis-full break-words text-ink-2 sm:basis-0 sm:grow">
              {changes
                .slice(0, 3)
                .map(({ list, key, op }) => `${list}: ${named(key, labelOf)} ${op}`)
                .join('; ')}
              {changes.length > 3 && ` and ${formatCountWithPlural(changes.length - 3, 'more change', 'more changes')}`}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

/** Returns the key of a declaration with names in place of resource IDs. */
const named = (key: string, labelOf: (id: string) => string) => key.split(' ').map(labelOf).join(' ')
