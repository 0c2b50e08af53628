import type { ReactNode } from 'react'
import type { ConfigSetting } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { FactList } from '../ui/facts/fact-list.tsx'
import { CollapsiblePanel } from '../ui/fold-panel.tsx'
import { type PanelFact, Panel } from '../ui/panel.tsx'
import { TwoLines } from '../ui/table/cells.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'

/** Link in the menu of a page head. */
export const PageHeadLink = ({ href, children }: { href: string; children: ReactNode }) => (
  <PageLink
    href={href}
    className="flex h-7 items-center rounded-md px-2.5 text-xs font-medium text-ink-2 hover:bg-hover hover:text-ink"
  >
    {children}
  </PageLink>
)

/** Configuration of a resource, with a button to copy its ARM ID. */
export function ConfigurationPanel({
  title,
  resourceId,
  subscriptionId,
  facts,
}: {
  title: string
  resourceId: string
  subscriptionId: string
  facts: PanelFact[]
}) {
  return (
    <Panel
      title={title}
      aside={
        <CopyButton text={resourceId} label="Copy the ARM id">
          ARM id
        </CopyButton>
      }
    >
      <FactList facts={[...facts, ['Subscription', subscriptionId]]} className="xl:columns-2 xl:gap-x-8" />
    </Panel>
  )
}

/**
 * Other settings that Azure reports for a resource, grouped by the part of the resource; renders nothing if there are
 * none.
 */
export function SettingsPanel({ settings = [] }: { settings?: readonly ConfigSetting[] | undefined }) {
  if (settings.length === 0) return null
  const parts = Map.groupBy(settings, ({ part }) => part ?? '')
  return (
    <CollapsiblePanel title="Further settings" note={`${settings.length} that Azure states`}>
      <div className="flex flex-col gap-3">
        {[...parts].map(([part, own]) => (
          <section key={part}>
            {part !== '' && <h3 className="mb-1 text-xs font-medium text-ink-2">{part}</h3>}
            <FactList facts={own.map(({ name, value }) => [name, value])} />
          </section>
        ))}
      </div>
    </CollapsiblePanel>
  )
}

/**
 * Returns a list with one fact: the provisioning state of a resource in ARM, and its consequences. The list is empty in
 * the usual case, in which the last change succeeded or Azure does not report the state.
 */
export function buildProvisioningFact({
  provisioningState,
  provisioningNote,
}: {
  provisioningState: string | null
  provisioningNote: string | null
}): [name: string, value: ReactNode][] {
  if (provisioningNote === null && (provisioningState === null || provisioningState === 'Succeeded')) return []
  const value = (
    <>
      {provisioningState ?? 'not stated'}
      {provisioningNote && (
        <span className="mt-0.5 block text-xs text-degraded">
          {provisioningNote} <RuleSource rule="failed_state" />
        </span>
      )}
    </>
  )
  return [['Provisioning state', value]]
}

/** Returns the name column of a list of resources: a link to the resource's page, with its location below. */
export function buildNameColumn<Row extends { id: string; name: string }>(
  header: string,
  folder: string | ((row: Row) => string),
  placeOf: (row: Row) => (string | null)[],
): DataTableColumn<Row> {
  return {
    id: 'name',
    header,
    value: ({ name }) => name,
    phone: 'both',
    cell: (row) => (
      <TwoLines
        first={
          <PageLink
            href={`/${typeof folder === 'string' ? folder : folder(row)}/${row.id}`}
            className="link font-medium max-sm:whitespace-normal"
          >
            {row.name}
          </PageLink>
        }
        second={<span className="whitespace-nowrap">{placeOf(row).filter(Boolean).join(' · ')}</span>}
      />
    ),
  }
}

/** Text in place of an empty list of resources. It links to the page that shows which lists Azure refused to return. */
export function EmptyResourceList({ title, children }: { title: string; children: ReactNode }) {
  return (
    <EmptyNote title={title}>
      {children} Check{' '}
      <PageLink href="/sources" className="link">
        Sources
      </PageLink>{' '}
      for lists that Azure refused.
    </EmptyNote>
  )
}
