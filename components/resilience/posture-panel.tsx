'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { PostureCheck, Resilience } from '#lib/resilience/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { useEndpoint } from '../data/index.ts'
import { subjectWords } from '../events/event-words.ts'
import { NothingFound } from '../resource-page/parts.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status, statusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { CheckDetail } from './check-detail.tsx'
import { checkStatus, compareChecks, countWords, filtered, leadWords, worstStates } from './check-words.ts'

const address = { state: parseAsString, severity: parseAsString, kind: parseAsString, check: parseAsString }
const worstFirst = { id: 'state', desc: false }

/** Every check of every subject, filtered by the page's address, and the chosen one with all that is known of it. */
export function PosturePanel() {
  const query = useEndpoint('resilience')
  const [{ check: chosen, ...filter }, setAddress] = useQueryStates(address, { history: 'replace' })
  const choose = (check: string | null) => void setAddress({ check })
  const columns = useMemo(() => columnsWith((id) => void setAddress({ check: id })), [setAddress])
  return (
    <AnswerView query={query} skeleton={<SkeletonRows rows={10} height="3.25rem" />}>
      {({ data, asOf, freshness }) => {
        const detail = data.checks.find(({ id }) => id === chosen)
        return (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Lead data={data} />
            {detail && (
              <CheckDetail
                key={detail.id}
                check={detail}
                kind={data.kinds.find(({ kind }) => kind === detail.kind)}
                onClose={() => choose(null)}
              />
            )}
            <Panel title={countWords(data.counts)} answer={{ asOf, freshness }} flush>
              <DataTable
                name="checks"
                caption="Design checks"
                columns={columns}
                rows={filtered(data.checks, filter)}
                rowKey={({ id }) => id}
                rowTone={(check) => checkStatus(check).tone}
                defaultSort={worstFirst}
                toolbar={<Filters data={data} filter={filter} onChange={(next) => void setAddress(next)} />}
                empty={<NothingFound title="No check">Nothing is checked by this filter.</NothingFound>}
              />
            </Panel>
          </div>
        )
      }}
    </AnswerView>
  )
}

function Lead({ data }: { data: Resilience }) {
  const { lead, where } = leadWords(data)
  return (
    <p className="flex flex-wrap items-baseline gap-x-3">
      <span className="text-xl font-semibold tracking-tight sm:text-2xl">{lead}</span>
      <span className="text-ink-2">{where}</span>
    </p>
  )
}

type Filter = Record<'state' | 'severity' | 'kind', string | null>

function Filters({
  data,
  filter,
  onChange,
}: {
  data: Resilience
  filter: Filter
  onChange: (filter: Partial<Filter>) => void
}) {
  const used = new Set(data.checks.map(({ kind }) => kind))
  const kinds = data.kinds.filter(({ kind }) => used.has(kind)).map(({ kind, name }) => ({ value: kind, label: name }))
  const choices: [name: keyof Filter, label: string, all: string, options: { value: string; label: string }[]][] = [
    ['state', 'State', 'all states', worstStates.map(plain)],
    ['severity', 'Severity', 'all severities', severities.map(plain)],
    ['kind', 'Check', 'all checks', kinds],
  ]
  return choices.map(([name, label, all, options]) => (
    <SelectField
      key={name}
      label={label}
      value={filter[name] ?? ''}
      onChange={(event) => onChange({ [name]: event.target.value || null })}
      options={[{ value: '', label: all }, ...options]}
      className="w-36"
    />
  ))
}

const plain = (value: string) => ({ value, label: value })

/** `erc-london private peering` of Azure's `erc-london AzurePrivatePeering`. */
const subjectOf = ({ subject }: PostureCheck) => subject.split(' ').map(subjectWords).join(' ')

const columnsWith = (choose: (id: string) => void): Column<PostureCheck>[] => [
  {
    id: 'subject',
    header: 'Subject',
    value: subjectOf,
    cell: (check) => (
      <button type="button" onClick={() => choose(check.id)} className="link text-left font-medium">
        {subjectOf(check)}
      </button>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (check) => statusText(checkStatus(check)),
    compare: compareChecks,
    cell: (check) => <Status {...checkStatus(check)} className="whitespace-nowrap" />,
  },
  { id: 'severity', header: 'Severity', value: ({ severity }) => severity, className: 'text-ink-2' },
  { id: 'check', header: 'Check', value: ({ name }) => name, className: 'whitespace-nowrap' },
  {
    id: 'reason',
    header: 'Reason',
    value: ({ reason }) => reason,
    exported: [
      { header: 'Reason', value: ({ reason }) => reason },
      {
        header: 'Evidence',
        value: ({ evidence }) => evidence.map(({ what, value }) => `${what}: ${value}`).join('; '),
      },
      { header: 'Remedy', value: ({ remedy }) => remedy },
      { header: 'Source', value: ({ source }) => source },
      { header: 'Exempt because', value: ({ exemption }) => exemption?.reason ?? null },
      { header: 'Exempt by', value: ({ exemption }) => exemption?.by ?? null },
      { header: 'Exempt until (UTC)', value: ({ exemption }) => exemption?.until ?? null },
      { header: 'Resource ID', value: ({ resourceId }) => resourceId },
    ],
    cell: ({ reason }) => <span className="block max-w-[70ch] text-ink-2">{reason}</span>,
  },
  { id: 'customer', header: 'Customer', value: ({ customer }) => customer, className: 'text-ink-2' },
]
