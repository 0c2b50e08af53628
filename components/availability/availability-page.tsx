'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { AvailabilityReport, AvailabilityRow } from '#lib/reports/api/index.ts'
import { observedSeconds, upShare } from '#lib/contract/up-share.ts'
import { ownerLabel } from '#lib/contract/vocabulary.ts'
import { upShareWords } from '#lib/contract/words/up-share.ts'
import { useEndpoint } from '../data/index.ts'
import { NothingFound } from '../resource-page/parts.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { DraftField } from '../ui/draft-field.tsx'
import { SelectField } from '../ui/field.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import type { Answered } from '../ui/times/age-words.ts'
import { nothing } from '../ui/table/nothing.tsx'
import { creditWords, lengthWords } from './availability-words.ts'

const subjects = [
  { value: 'circuit', label: 'circuit' },
  { value: 'site', label: 'declared site' },
  { value: 'customer', label: 'customer' },
] as const
type By = (typeof subjects)[number]['value']

/** The month, and what its rows are, of the page's address, and their answer. */
function useAvailability() {
  const [{ month, by: asked }, setAddress] = useQueryStates(
    { month: parseAsString, by: parseAsString },
    { history: 'replace' },
  )
  const by: By = subjects.find(({ value }) => value === asked)?.value ?? 'circuit'
  return { month, by, setAddress, query: useEndpoint('reports/availability', { month, by }) }
}

/** A month of each circuit, site or customer divided into what is known of it; on paper too. */
export function AvailabilityPage() {
  const { query } = useAvailability()
  return (
    <>
      <PageHead title="Availability" age={<PageAge answer={query.data} />} actions={<Choices />} />
      <AnswerView query={query} skeleton={<SkeletonRows rows={5} height="3.25rem" />}>
        {({ data, asOf, freshness }) => (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <MonthTable report={data} answer={{ asOf, freshness }} />
            <Panel title="Providers" note="their circuits added up" flush>
              <DataTable
                name="providers"
                exportTitle={`providers-${data.month}`}
                caption="Providers"
                columns={providerColumns}
                rows={data.providers}
                rowKey={({ provider }) => provider}
                filterable={false}
                toolsInHead
                empty={<NothingFound title="No provider">No circuit is known.</NothingFound>}
              />
            </Panel>
          </div>
        )}
      </AnswerView>
    </>
  )
}

/** A month, a row for each of what it is divided by. */
export const MonthTable = ({ report, answer }: { report: AvailabilityReport; answer?: Answered }) => (
  <Panel
    title={`Availability ${report.month}`}
    note="gaps and planned work excluded; down = both paths down"
    answer={answer}
    flush
  >
    <DataTable
      name="availability"
      exportTitle={`availability-${report.month}-by-${report.by}`}
      caption="Availability of the month"
      columns={columns}
      rows={report.rows}
      rowKey={({ id, name }) => id ?? name}
      defaultSort={longestDown}
      filterable={report.rows.length > 10}
      empty={<NothingFound title="Nothing to report">Sites and customers are declared in Settings.</NothingFound>}
    />
  </Panel>
)

function Choices() {
  const { month, by, setAddress, query } = useAvailability()
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      <DraftField
        label="Month (UTC)"
        value={month ?? query.data?.data.month ?? null}
        placeholder="2026-11"
        read={(text) => (/^20\d{2}-(0[1-9]|1[0-2])$/.test(text) ? text : null)}
        complaint="Enter a month such as 2026-11"
        onChange={(value) => void setAddress({ month: value })}
      />
      <SelectField
        label="By"
        value={by}
        onChange={(event) => void setAddress({ by: event.target.value })}
        options={[...subjects]}
        className="w-40"
      />
      <Button onClick={() => window.print()}>Print</Button>
    </div>
  )
}

const longestDown = { id: 'down', desc: true }
type Lengths = Pick<
  AvailabilityRow,
  'seconds' | 'upSeconds' | 'downSeconds' | 'unknownSeconds' | 'plannedSeconds' | 'mttrSeconds'
>

const upColumn = <Row extends Lengths>(): Column<Row> => ({
  id: 'up',
  header: 'Up',
  align: 'right',
  value: (row) => upShare(row)?.atLeast ?? null,
  exported: [
    { header: 'Up at least (s)', value: ({ upSeconds }) => upSeconds.atLeast },
    { header: 'Up at most (s)', value: ({ upSeconds }) => upSeconds.atMost },
    { header: 'Observed (s)', value: observedSeconds },
  ],
  cell: (row) => <span className="sm:whitespace-nowrap">{upShareWords(row)}</span>,
})
const downColumn = <Row extends Lengths>(): Column<Row> => ({
  id: 'down',
  header: 'Down',
  align: 'right',
  value: ({ downSeconds }) => downSeconds.atLeast,
  exported: [
    { header: 'Down at least (s)', value: ({ downSeconds }) => downSeconds.atLeast },
    { header: 'Down at most (s)', value: ({ downSeconds }) => downSeconds.atMost },
  ],
  cell: ({ downSeconds }) => <span className="sm:whitespace-nowrap">{lengthWords(downSeconds)}</span>,
})
/** A length that is known; where no row has any, the column is absent. */
const secondsColumn = <Row,>(id: string, header: string, of: (row: Row) => number): Column<Row> => ({
  id,
  header,
  align: 'right',
  value: (row) => of(row) || null,
  exported: [{ header: `${header} (s)`, value: of }],
  cell: (row) => lengthWords({ atLeast: of(row), atMost: of(row) }),
})
/** The month as one bar: what was down, or may have been, is never too short to be seen. */
const pictureColumn = <Row extends Lengths>(): Column<Row> => ({
  id: 'picture',
  header: 'Up, down, no data',
  value: () => null,
  keep: true,
  exported: [],
  sortable: false,
  priority: 2,
  cell: ({ seconds, downSeconds, unknownSeconds, plannedSeconds }) => {
    const parts: [fill: string, seconds: number][] = [
      ['bg-down-mark', downSeconds.atLeast],
      ['bg-degraded-mark', downSeconds.atMost - downSeconds.atLeast],
      ['hatch bg-surface', unknownSeconds],
      ['bg-ink-3', plannedSeconds],
    ]
    return (
      <span aria-hidden className="flex h-3 w-48 overflow-hidden rounded-xs bg-up-mark">
        {parts.map(
          ([fill, part]) =>
            part > 0 && (
              <span key={fill} className={`${fill} min-w-0.5`} style={{ width: `${(100 * part) / seconds}%` }} />
            ),
        )}
      </span>
    )
  },
})
/** All of the time, divided. */
const lengthColumns = <Row extends Lengths>(): Column<Row>[] => [
  pictureColumn(),
  upColumn(),
  downColumn(),
  secondsColumn('unknown', 'No data', ({ unknownSeconds }) => unknownSeconds),
  secondsColumn('planned', 'Planned', ({ plannedSeconds }) => plannedSeconds),
]
const repairColumn = <Row extends Lengths>(): Column<Row> => ({
  id: 'mttr',
  header: 'MTTR',
  align: 'right',
  value: ({ mttrSeconds }) => mttrSeconds?.atMost ?? null,
  exported: [
    { header: 'MTTR at least (s)', value: ({ mttrSeconds }) => mttrSeconds?.atLeast ?? null },
    { header: 'MTTR at most (s)', value: ({ mttrSeconds }) => mttrSeconds?.atMost ?? null },
  ],
  cell: ({ mttrSeconds }) =>
    mttrSeconds ? <span className="whitespace-nowrap">{lengthWords(mttrSeconds)}</span> : nothing,
})

const columns: Column<AvailabilityRow>[] = [
  { id: 'name', header: 'Name', value: ({ name }) => name, className: 'font-medium whitespace-nowrap' },
  ...lengthColumns<AvailabilityRow>(),
  {
    id: 'owners',
    header: 'Down by owner',
    value: ({ byOwner }) =>
      Object.entries(byOwner)
        .map(([owner, s]) => `${ownerLabel(owner as keyof typeof byOwner)} ${lengthWords({ atLeast: s, atMost: s })}`)
        .join(', '),
    className: 'text-ink-2 text-xs',
  },
  { id: 'outages', header: 'Outages', align: 'right', value: ({ outages }) => outages },
  { id: 'repeats', header: 'Repeats', align: 'right', value: ({ repeats }) => repeats || null },
  repairColumn(),
  {
    id: 'credit',
    header: 'Credit due',
    align: 'right',
    value: ({ creditDue }) => creditDue?.atLeast ?? null,
    exported: [
      { header: 'Credit at least (%)', value: ({ creditDue }) => creditDue?.atLeast ?? null },
      { header: 'Credit at most (%)', value: ({ creditDue }) => creditDue?.atMost ?? null },
      { header: 'Promised availability (%)', value: ({ creditDue }) => creditDue?.promised ?? null },
    ],
    cell: ({ creditDue }) => (
      <span
        className="whitespace-nowrap"
        title={creditDue ? `promised ${creditDue.promised} %` : 'no contract declared'}
      >
        {creditWords(creditDue)}
      </span>
    ),
  },
]

const providerColumns: Column<AvailabilityReport['providers'][number]>[] = [
  { id: 'provider', header: 'Provider', value: ({ provider }) => provider, className: 'font-medium' },
  ...lengthColumns<AvailabilityReport['providers'][number]>(),
  secondsColumn('own', 'Its own fault', ({ providersOwnSeconds }) => providersOwnSeconds),
  { id: 'circuits', header: 'Circuits', align: 'right', value: ({ circuits }) => circuits },
  { id: 'outages', header: 'Outages', align: 'right', value: ({ outages }) => outages },
  repairColumn(),
]
