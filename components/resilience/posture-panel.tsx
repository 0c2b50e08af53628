import { parseAsString, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { ResilienceCheck, ResilienceChecks } from '#lib/resilience/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatSubjectText } from '../events/event-text.ts'
import { PageLink } from '../links/page-link.tsx'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { SelectField } from '../ui/field.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { DesignCheckDetail } from './check-detail.tsx'
import {
  getDesignCheckStatus,
  compareDesignChecks,
  findCheckResourceName,
  formatDesignCheckCount,
  filterDesignChecks,
  formatWorstFailure,
  type DesignCheckScore,
  listScoresWithOpenChecks,
  checkStatesWorstFirst,
} from './check-text.ts'
import { N1Rows } from './what-if/n1-panel.tsx'
import { sortN1ByImpact } from './what-if/what-if-text.ts'

const address = { state: parseAsString, kind: parseAsString, check: parseAsString }
const worstFirst = { id: 'state', desc: false }

/** Maximum number of single failures on this tab. The what-if tab lists more. */
const WORST = 5

/**
 * Tab with the effects of the worst failures of single resources, the number of passed checks of each resource, and the
 * list of design checks, which parameters of the page's URL filter.
 */
export function PosturePanel() {
  const query = useEndpointQuery('resilience')
  const [{ check: chosen, ...filter }, setAddress] = useQueryStates(address, { history: 'replace' })
  const choose = (check: string | null) => void setAddress({ check })
  const columns = useMemo(() => columnsWith((id) => void setAddress({ check: id })), [setAddress])
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={10} height="3.25rem" />}>
      {({ data: { checks, kinds, worstCases, worstCasesAt }, freshness }) => {
        const worst = sortN1ByImpact(worstCases ?? [])
        return (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <p className="text-xl font-semibold tracking-tight wrap-anywhere sm:text-2xl">
              {formatWorstFailure(worst, worstCases !== null)}
            </p>
            {worst.length > 0 && (
              <Panel
                title="Worst single failures"
                answer={worstCasesAt === null ? undefined : { asOf: worstCasesAt, freshness }}
                aside={
                  <PageLink href="/resilience?tab=what-if" className="link text-xs">
                    All, and any other failure
                  </PageLink>
                }
                flush
              >
                <N1Rows cases={worst.slice(0, WORST)} />
              </Panel>
            )}
            <Scores checks={checks} onChoose={choose} />
            <Panel isOfNow title="Design checks" note={`${formatDesignCheckCount(checks)}; the worst first`} flush>
              <DataTable
                name="checks"
                caption="Design checks"
                columns={columns}
                rows={filterDesignChecks(checks, filter)}
                rowKey={({ id }) => id}
                statusOf={getDesignCheckStatus}
                groupings={groupings}
                defaultGroup="resource"
                rowDetail={(check) =>
                  check.id === chosen && (
                    <DesignCheckDetail
                      check={check}
                      kind={kinds.find(({ kind }) => kind === check.kind)}
                      onClose={() => choose(null)}
                    />
                  )
                }
                defaultSort={worstFirst}
                toolbar={
                  <Filters checks={checks} kinds={kinds} filter={filter} onChange={(next) => void setAddress(next)} />
                }
                empty={<EmptyResourceList title="No check">Nothing is found by this filter.</EmptyResourceList>}
              />
            </Panel>
          </div>
        )
      }}
    </QueryStateView>
  )
}

const scoreColumnsWith = (choose: (id: string) => void): DataTableColumn<DesignCheckScore>[] => [
  {
    id: 'name',
    header: 'Resource',
    phone: 'name',
    value: ({ name }) => name,
    className: 'font-medium whitespace-nowrap',
    sortable: false,
  },
  {
    id: 'score',
    header: 'Score',
    phone: 'state',
    value: ({ passing, all }) => `${passing} of ${all}`,
    sortable: false,
    cell: ({ passing, all }) => (
      <span className="flex items-center gap-3 whitespace-nowrap tabular-nums">
        <span aria-hidden className="h-2 w-24 overflow-hidden rounded-full bg-sunken">
          <span className="block h-full bg-up-mark" style={{ width: `${(100 * passing) / all}%` }} />
        </span>
        {passing} of {all}
      </span>
    ),
  },
  {
    id: 'raise',
    header: 'What would raise it',
    phone: 'below',
    value: ({ open }) => open.map(({ name }) => name).join(', '),
    sortable: false,
    cell: ({ open }) => (
      <span className="flex flex-wrap gap-x-4">
        {open.slice(0, MAX_NAMED).map((check) => (
          <button
            key={check.id}
            type="button"
            onClick={() => choose(check.id)}
            className="inline-flex min-h-6 items-center gap-1.5 hover:underline"
          >
            <StateSymbol tone={getDesignCheckStatus(check).tone} className="size-2.5" />
            {check.name}
          </button>
        ))}
        {open.length > MAX_NAMED && <span className="self-center text-ink-3">+{open.length - MAX_NAMED}</span>}
      </span>
    ),
  },
]

const MAX_NAMED = 4

/** Table of the resources with at least one check that does not pass. */
function Scores({ checks, onChoose }: { checks: readonly ResilienceCheck[]; onChoose: (id: string) => void }) {
  const scores = listScoresWithOpenChecks(checks)
  if (scores.length === 0) return null
  return (
    <Panel title="Scores" note="checks that pass, by resource; the worst open check first, then the lowest share" flush>
      <DataTable
        name="scores"
        caption="Scores"
        columns={scoreColumnsWith(onChoose)}
        rows={scores}
        rowKey={({ id }) => id}
        bare
        empty={null}
      />
    </Panel>
  )
}

type Filter = Record<'state' | 'kind', string | null>

function Filters({
  checks,
  kinds,
  filter,
  onChange,
}: Pick<ResilienceChecks, 'checks' | 'kinds'> & {
  filter: Filter
  onChange: (filter: Partial<Filter>) => void
}) {
  const used = new Set(checks.map(({ kind }) => kind))
  const choices: [name: keyof Filter, label: string, options: { value: string; label: string }[]][] = [
    [
      'state',
      'State',
      [
        { value: '', label: 'all that is open' },
        ...checkStatesWorstFirst.map(plain),
        { value: 'all', label: 'every state' },
      ],
    ],
    [
      'kind',
      'Check',
      [
        { value: '', label: 'every check' },
        ...kinds.filter(({ kind }) => used.has(kind)).map(({ kind, name }) => ({ value: kind, label: name })),
      ],
    ],
  ]
  return choices.map(([name, label, options]) => (
    <SelectField
      key={name}
      label={label}
      hideLabel
      value={filter[name] ?? ''}
      onChange={(event) => onChange({ [name]: event.target.value || null })}
      options={options}
      className="w-40"
    />
  ))
}

const plain = (value: string) => ({ value, label: value })

/**
 * Formats the subject of a check with readable words instead of Azure's names: `erc-london AzurePrivatePeering` becomes
 * `erc-london private peering`.
 */
const subjectOf = ({ subject }: ResilienceCheck) => subject.split(' ').map(formatSubjectText).join(' ')

const groupings = [
  { id: 'resource', name: 'resource', of: findCheckResourceName },
  { id: 'check', name: 'check', of: ({ name }: ResilienceCheck) => name },
]

const columnsWith = (choose: (id: string) => void): DataTableColumn<ResilienceCheck>[] => [
  {
    id: 'subject',
    header: 'Subject',
    phone: 'name',
    value: subjectOf,
    cell: (check) => (
      <button type="button" data-row-link onClick={() => choose(check.id)} className="link text-left font-medium">
        {subjectOf(check)}
      </button>
    ),
  },
  {
    id: 'state',
    header: 'State',
    phone: 'state',
    value: (check) => formatStatusText(getDesignCheckStatus(check)),
    compare: compareDesignChecks,
    cell: (check) => <StateLabel {...getDesignCheckStatus(check)} className="whitespace-nowrap" />,
  },
  { id: 'check', header: 'Check', phone: 'below', value: ({ name }) => name, className: 'whitespace-nowrap' },
  {
    id: 'reason',
    header: 'Reason',
    phone: 'below',
    value: ({ reason }) => reason,
    exported: [
      { header: 'Severity', value: ({ severity }) => severity },
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
    cell: ({ reason }) => <span className="block max-w-[70ch] wrap-anywhere text-ink-2">{reason}</span>,
  },
  { id: 'customer', header: 'Customer', value: ({ customer }) => customer, className: 'text-ink-2' },
]
