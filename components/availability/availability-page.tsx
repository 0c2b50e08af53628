'use client'

import { formatUtcSecond } from '#lib/contract/time/dates.ts'
import { parseAsString, useQueryStates } from 'nuqs'
import type { AvailabilityReport, AvailabilityReportRow } from '#lib/reports/api/index.ts'
import { computeObservedSeconds, computeAvailabilityBounds, findWorstAvailability } from '#lib/contract/up-share.ts'
import { formatCauseOwnerLabel, formatDuration } from '#lib/contract/vocabulary.ts'
import {
  formatAvailabilityByLayer,
  formatAvailabilityLoss,
  formatOtherAvailabilities,
  formatOutageCounts,
  formatAvailabilityBounds,
  formatWorstAvailability,
  groupRowByLayer,
  formatLostTimesByLayer,
  listPeeringLosses,
} from '#lib/contract/words/up-share.ts'
import { createLazyPlot } from '../charts/plot/lazy-plot.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { avoidLineBreaks } from '../format/quantity.ts'
import { PrintedTable } from '../paper/paper-table.tsx'
import { PrintButton } from '../paper/print-button.tsx'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import { PageLink } from '../links/page-link.tsx'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { CommittedTextField } from '../ui/draft-field.tsx'
import { SelectField } from '../ui/field.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { TwoLines } from '../ui/table/cells.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { type DataTableColumn, type ExportedColumn, VALUELESS_COLUMN } from '../ui/table/table-columns.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { formatServiceCredit, formatOutageSeconds } from './availability-text.ts'

const subjects = [
  { value: 'circuit', label: 'circuit' },
  { value: 'site', label: 'declared site' },
  { value: 'customer', label: 'customer' },
] as const
type By = (typeof subjects)[number]['value']

/**
 * Returns the selected month and kind of rows (circuit, site or customer), which are parameters of the page's URL, and
 * the query for these rows.
 */
function useAvailability() {
  const [{ month, by: asked }, setAddress] = useQueryStates(
    { month: parseAsString, by: parseAsString },
    { history: 'replace' },
  )
  const by: By = subjects.find(({ value }) => value === asked)?.value ?? 'circuit'
  return { month, by, setAddress, query: useEndpointQuery('reports/availability', { month, by }) }
}

/**
 * Page about the availability in a month: the lost time of each day, the availability of each circuit, site or customer
 * in the three layers (session, forwarding and reachability), and the losses.
 */
export function AvailabilityPage() {
  const { query } = useAvailability()
  return (
    <>
      <PageHeader title="Availability" age={<PageAge answer={query.data} />} actions={<Choices />} />
      <QueryStateView query={query} skeleton={<SkeletonRows rows={5} height="3.25rem" />}>
        {({ data, asOf, freshness }) => (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <AvailabilitySheet report={data} answer={{ asOf, freshness }} />
            <Trend report={data} />
            <AvailabilityMonthTable report={data} answer={{ asOf, freshness }} />
            <LossTable report={data} />
            <PeeringTable report={data} />
            <PrefixTable report={data} />
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
                empty={<EmptyResourceList title="No provider">No circuit is known.</EmptyResourceList>}
              />
            </Panel>
          </div>
        )}
      </QueryStateView>
    </>
  )
}

const LostTimeBars = createLazyPlot(async () => ({ default: (await import('./lost-time-bars.tsx')).LostTimeBars }))

/** Chart of the lost time on each day of the month. If no time was lost, a sentence replaces the chart. */
function Trend({ report: { days } }: { report: AvailabilityReport }) {
  const isLost = days.some(({ session, forwarding, reachability }) => session + forwarding + reachability > 0)
  return (
    <Panel title="Lost time by day" note="all circuits, at most; by the first layer that was lost">
      {isLost ? (
        <div className="relative h-36">
          <LostTimeBars days={days} />
        </div>
      ) : (
        <p className="text-ink-2">No loss is known in this month.</p>
      )}
    </Panel>
  )
}

/** Text that explains the figures of a month's availability. */
const EXPLANATION =
  'lowest of session (BGP up), forwarding (traffic passes) and reachability (every prefix has a route); gaps and planned work excluded'

/** Printed form of a month's availability, with lines to sign. */
function AvailabilitySheet({ report, answer }: { report: AvailabilityReport; answer: ResponseAge }) {
  return (
    <PrintedDocumentLayout
      title={`Availability ${report.month}`}
      answer={answer}
      status={EXPLANATION}
      signature={['Report accepted by', 'Name', 'Date']}
      content={() => (
        <>
          <PrintedAvailabilityMonth report={report} />
          <PrintedTable
            caption="Losses, each counted once in the first layer that was lost"
            columns={lossColumns}
            widths={{ began: 22, circuit: 18, loss: 50, owner: 12, incident: 18 }}
            rows={listReportLosses(report)}
            rowKey={lossKey}
          />
          <PrintedTable
            caption="Providers, their circuits added up"
            columns={providerColumns}
            widths={{ provider: 14, ...LENGTH_WIDTHS, own: 10, circuits: 9, outages: 10, mttr: 13 }}
            rows={report.providers}
            rowKey={({ provider }) => provider}
          />
        </>
      )}
    />
  )
}

/** Widths of the printed columns with the time in each state. */
const LENGTH_WIDTHS = { up: 21, down: 21, unknown: 10, planned: 10 }

/** Table of a month's availability on paper. */
export const PrintedAvailabilityMonth = ({ report }: { report: AvailabilityReport }) => (
  <PrintedTable
    caption={`Availability ${report.month}, by ${report.by}`}
    columns={columns}
    widths={{ name: 16, ...LENGTH_WIDTHS, owners: 13, outages: 10, mttr: 12, credit: 9 }}
    rows={report.rows.toSorted((a, b) => leastShare(a) - leastShare(b))}
    rowKey={({ id, name }) => id ?? name}
  />
)

/** Table of a month's availability, with a row for each circuit, site or customer. */
export const AvailabilityMonthTable = ({ report, answer }: { report: AvailabilityReport; answer?: ResponseAge }) => (
  <Panel title={`Availability ${report.month}`} note={EXPLANATION} answer={answer} flush>
    <DataTable
      name="availability"
      exportTitle={`availability-${report.month}-by-${report.by}`}
      caption="Availability of the month"
      columns={columns}
      rows={report.rows}
      rowKey={({ id, name }) => id ?? name}
      lines={2}
      defaultSort={leastUp}
      filterable={report.rows.length > 10}
      empty={
        <EmptyResourceList title="Nothing to report">Sites and customers are declared in Settings.</EmptyResourceList>
      }
    />
  </Panel>
)

/** Table of the losses in the month, with their incidents; renders nothing if there are none. */
function LossTable({ report }: { report: AvailabilityReport }) {
  const rows = listReportLosses(report)
  if (rows.length === 0) return null
  return (
    <Panel title="Losses" note="each counts once, in the first layer that was lost" flush>
      <DataTable
        name="losses"
        exportTitle={`losses-${report.month}`}
        caption="Losses"
        columns={lossColumns}
        rows={rows}
        rowKey={lossKey}
        defaultSort={newest}
        filterable={rows.length > 10}
        toolsInHead
        empty={<EmptyResourceList title="No loss">Nothing was lost.</EmptyResourceList>}
      />
    </Panel>
  )
}

/** Returns the losses of all rows; a loss that belongs to several rows, for example to two sites, is returned once. */
const listReportLosses = ({ rows }: AvailabilityReport): LossRow[] => [
  ...new Map(rows.flatMap(({ losses }) => losses).map((one) => [lossKey(one), one])).values(),
]

/** Returns the lower bound of the availability in the row's worst layer; 1 if no time was observed. */
const leastShare = (row: AvailabilityReportRow): number =>
  findWorstAvailability(groupRowByLayer(row))?.share.atLeast ?? 1

type LossRow = AvailabilityReportRow['losses'][number]
const lossKey = ({ circuitName, layer, startedBetween }: LossRow) => `${circuitName} ${layer} ${startedBetween[0]}`
const newest = { id: 'began', desc: true }

const lossColumns: DataTableColumn<LossRow>[] = [
  {
    id: 'began',
    header: 'Began',
    phone: 'state',
    // the date is always shown, because the table is printed
    value: ({ startedBetween }) => formatUtcSecond(startedBetween[1]),
    exported: [
      { header: 'Began earliest', value: ({ startedBetween }) => startedBetween[0] },
      { header: 'Began latest', value: ({ startedBetween }) => startedBetween[1] },
    ],
    className: 'tabular-nums sm:whitespace-nowrap',
  },
  {
    id: 'circuit',
    header: 'Circuit',
    phone: 'name',
    value: ({ circuitName }) => circuitName,
    className: 'font-medium sm:whitespace-nowrap',
  },
  { id: 'loss', header: 'Lost', phone: 'below', value: formatAvailabilityLoss, className: 'min-w-60 break-words' },
  {
    id: 'owner',
    header: 'Owner',
    value: ({ owner }) => formatCauseOwnerLabel(owner),
    className: 'sm:whitespace-nowrap',
  },
  {
    id: 'incident',
    header: 'Incident',
    phone: 'fact',
    value: ({ incidentId }) => incidentId,
    cell: ({ incidentId }) =>
      incidentId === null ? (
        missingValueDash
      ) : (
        <PageLink href={`/incidents/${encodeURIComponent(incidentId)}`} className="link">
          {incidentId}
        </PageLink>
      ),
  },
]

type PeeringRow = AvailabilityReportRow['peerings'][number]
type PrefixRow = AvailabilityReportRow['prefixes'][number] & { of: string }

/**
 * Table of the availability of each circuit's peerings. It is separate from the table of circuits, because all peerings
 * of a circuit together determine its availability.
 */
function PeeringTable({ report }: { report: AvailabilityReport }) {
  const rows = new Map(
    report.rows.flatMap((row) => row.peerings.map((one) => [`${one.circuitId} ${one.peering}`, one] as const)),
  )
  return (
    <Panel
      title="Peerings"
      note="session = BGP on at least one path; forwarding = a path that is not green but dead"
      flush
    >
      <DataTable
        name="peerings"
        exportTitle={`peerings-${report.month}`}
        caption="Availability of each peering"
        columns={peeringColumns}
        rows={[...rows.values()]}
        rowKey={({ circuitId, peering }) => `${circuitId} ${peering}`}
        filterable={rows.size > 10}
        empty={<EmptyResourceList title="No peering">No peering is known.</EmptyResourceList>}
      />
    </Panel>
  )
}

/** Table of the prefixes that had no route for a part of the month; renders nothing if there are none. */
function PrefixTable({ report }: { report: AvailabilityReport }) {
  const rows = report.rows.flatMap(({ name, prefixes }): PrefixRow[] => prefixes.map((one) => ({ ...one, of: name })))
  const omitted = report.rows.reduce((sum, { prefixesOmitted }) => sum + prefixesOmitted, 0)
  if (rows.length === 0) return null
  return (
    <Panel
      title="Prefixes without a route"
      note={omitted === 0 ? 'a route to a containing network counts' : `${omitted} further prefixes are not listed`}
      flush
    >
      <DataTable
        name="prefixes"
        exportTitle={`prefixes-${report.month}`}
        caption="Prefixes without a route"
        columns={prefixColumns}
        rows={rows}
        rowKey={({ of, prefix, gatewayId }) => `${of} ${prefix} ${gatewayId}`}
        defaultSort={longestDown}
        filterable={rows.length > 10}
        empty={<EmptyResourceList title="No prefix">Every prefix had a route.</EmptyResourceList>}
      />
    </Panel>
  )
}

function Choices() {
  const { month, by, setAddress, query } = useAvailability()
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      <CommittedTextField
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
      <PrintButton />
    </div>
  )
}

const longestDown = { id: 'down', desc: true }
const leastUp = { id: 'up', desc: false }
type Lengths = Pick<
  AvailabilityReportRow,
  'seconds' | 'upSeconds' | 'downSeconds' | 'unknownSeconds' | 'plannedSeconds'
>

type Share = Parameters<typeof computeAvailabilityBounds>[0]

/**
 * Returns a column with the share of the observed time in which a resource was up.
 * @param exported CSV headers for the bounds and for the observed time
 */
const shareColumn = <Row,>(
  id: string,
  header: string,
  exported: { bounds: string; observed: string },
  of: (row: Row) => Share,
): DataTableColumn<Row> => ({
  id,
  header,
  align: 'right',
  value: (row) => computeAvailabilityBounds(of(row))?.atLeast ?? null,
  exported: [
    ...boundColumns<Row>(exported.bounds, (row) => of(row).upSeconds),
    { header: exported.observed, value: (row) => computeObservedSeconds(of(row)) },
  ],
  cell: (row) => <span className="sm:whitespace-nowrap">{formatAvailabilityBounds(of(row))}</span>,
})
const upColumn = <Row extends Lengths>(): DataTableColumn<Row> =>
  shareColumn('up', 'Up', { bounds: 'Up', observed: 'Observed (s)' }, (row) => row)
const downColumn = <Row extends Lengths>(): DataTableColumn<Row> => ({
  id: 'down',
  header: 'Down',
  align: 'right',
  value: ({ downSeconds }) => downSeconds.atLeast,
  exported: boundColumns('Down', ({ downSeconds }) => downSeconds),
  cell: ({ downSeconds }) => <span className="sm:whitespace-nowrap">{formatOutageSeconds(downSeconds)}</span>,
})

type Bounds = Lengths['downSeconds']
/**
 * Returns the exported columns with the minimum and the maximum of a duration in seconds. The cells are empty if the
 * duration is not measured.
 */
const boundColumns = <Row,>(name: string, of: (row: Row) => Bounds | null | undefined): ExportedColumn<Row>[] => [
  { header: `${name} at least (s)`, value: (row) => of(row)?.atLeast ?? null },
  { header: `${name} at most (s)`, value: (row) => of(row)?.atMost ?? null },
]

/** Row with the time in each state, for each of its three layers. */
interface Layered extends Lengths {
  forwarding: Lengths | null
  reachability: (Lengths & { prefixes?: number }) | null
  peerings?: AvailabilityReportRow['peerings']
}

/**
 * Returns a column with the availability in the row's worst layer. The second line of a cell contains the availability
 * in the other layers.
 */
const layersColumn = <Row extends Layered>(): DataTableColumn<Row> => ({
  id: 'up',
  header: 'Availability',
  phone: 'state',
  value: (row) => findWorstAvailability(groupRowByLayer(row))?.share.atLeast ?? null,
  exported: [
    { header: 'Availability', value: (row) => formatWorstAvailability(groupRowByLayer(row)) },
    { header: 'By layer', value: (row) => formatAvailabilityByLayer(groupRowByLayer(row)) },
    ...boundColumns<Row>('Up', ({ upSeconds }) => upSeconds),
    { header: 'Observed (s)', value: computeObservedSeconds },
    ...boundColumns<Row>('Forwarding', ({ forwarding }) => forwarding?.upSeconds),
    { header: 'Forwarding observed (s)', value: ({ forwarding }) => forwarding && computeObservedSeconds(forwarding) },
    ...boundColumns<Row>('Reachability', ({ reachability }) => reachability?.upSeconds),
    {
      header: 'Reachability observed (s)',
      value: ({ reachability }) => reachability && computeObservedSeconds(reachability),
    },
  ],
  cell: (row) => (
    <TwoLines
      first={<span className="font-medium tabular-nums">{formatWorstAvailability(groupRowByLayer(row))}</span>}
      second={formatOtherAvailabilities(groupRowByLayer(row))}
    />
  ),
})

/** Returns a column with the lost time in each layer. */
const lostColumn = <Row extends Layered>(): DataTableColumn<Row> => ({
  id: 'down',
  header: 'Lost',
  phone: 'below',
  className: 'sm:min-w-52',
  value: (row) => row.downSeconds.atLeast,
  exported: [
    ...boundColumns<Row>('Down', ({ downSeconds }) => downSeconds),
    ...boundColumns<Row>('No forwarding', ({ forwarding }) => forwarding?.downSeconds),
    ...boundColumns<Row>('No route', ({ reachability }) => reachability?.downSeconds),
    { header: 'Prefixes without a route', value: ({ reachability }) => reachability?.prefixes ?? null },
  ],
  cell: (row) => {
    const { reachability, peerings = [] } = row
    const lost = formatLostTimesByLayer({
      ...groupRowByLayer<Layered>(row),
      reachability: reachability && { ...reachability, prefixes: reachability.prefixes ?? null },
    })
    const lines = [...(lost.length === 0 ? ['none'] : lost), ...listPeeringLosses(peerings, row)]
    return lines.map((words) => (
      <span key={words} className="block tabular-nums">
        {avoidLineBreaks(words)}
      </span>
    ))
  },
})
/**
 * Returns a column with a length of time that is known exactly. The value 0 counts as empty, so that the column is
 * hidden if every row has 0.
 */
const secondsColumn = <Row,>(id: string, header: string, of: (row: Row) => number): DataTableColumn<Row> => ({
  id,
  header,
  align: 'right',
  value: (row) => of(row) || null,
  exported: [{ header: `${header} (s)`, value: of }],
  className: 'sm:whitespace-nowrap',
  cell: (row) => formatOutageSeconds({ atLeast: of(row), atMost: of(row) }),
})
/**
 * Returns a column that draws the month as one bar with the parts up, down, no data and planned. A part with a certain
 * or possible outage has a minimum width, so that it stays visible.
 */
const pictureColumn = <Row extends Lengths>(): DataTableColumn<Row> => ({
  id: 'picture',
  header: 'Up, down, no data',
  ...VALUELESS_COLUMN,
  keep: true,
  priority: 2,
  cell: ({ seconds, downSeconds, unknownSeconds, plannedSeconds }) => {
    const parts: [fill: string, seconds: number][] = [
      ['bg-down-mark', downSeconds.atLeast],
      ['bg-degraded-mark', downSeconds.atMost - downSeconds.atLeast],
      ['hatch bg-surface', unknownSeconds],
      ['bg-ink-3', plannedSeconds],
    ]
    return (
      <span aria-hidden className="flex h-3 w-48 overflow-hidden rounded-xs bg-up-mark in-data-sheet:w-full">
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
/** Returns the columns with the time that does not count for the availability (no data and planned work). */
const excludedColumns = <Row extends Lengths>(): DataTableColumn<Row>[] => [
  secondsColumn('unknown', 'No data', ({ unknownSeconds }) => unknownSeconds),
  secondsColumn('planned', 'Planned', ({ plannedSeconds }) => plannedSeconds),
]
/** Returns the columns with the time of the month in each state: up, down, no data and planned. */
const lengthColumns = <Row extends Lengths>(): DataTableColumn<Row>[] => [
  pictureColumn(),
  upColumn(),
  downColumn(),
  ...excludedColumns<Row>(),
]
/**
 * Returns the columns with the availability and the lost time in each layer, and the time without data and with planned
 * work.
 */
const layerColumns = <Row extends Layered>(): DataTableColumn<Row>[] => [
  layersColumn(),
  lostColumn(),
  ...excludedColumns<Row>(),
]
const outagesColumn = <
  Row extends Pick<AvailabilityReportRow, 'outages' | 'outagesByLayer'>,
>(): DataTableColumn<Row> => ({
  id: 'outages',
  header: 'Outages',
  phone: 'fact',
  labelled: true,
  value: ({ outages }) => outages,
  also: [
    { header: 'Outages of sessions', value: ({ outagesByLayer }) => outagesByLayer.session },
    { header: 'Outages of forwarding', value: ({ outagesByLayer }) => outagesByLayer.forwarding },
    { header: 'Outages of reachability', value: ({ outagesByLayer }) => outagesByLayer.reachability },
  ],
  cell: ({ outagesByLayer }) => formatOutageCounts(outagesByLayer),
})
const repairColumn = <Row extends Pick<AvailabilityReportRow, 'mttrSeconds'>>(): DataTableColumn<Row> => ({
  id: 'mttr',
  header: 'MTTR',
  align: 'right',
  value: ({ mttrSeconds }) => mttrSeconds?.atMost ?? null,
  exported: boundColumns('MTTR', ({ mttrSeconds }) => mttrSeconds),
  cell: ({ mttrSeconds }) =>
    mttrSeconds ? (
      <span className="sm:not-print:whitespace-nowrap">{formatOutageSeconds(mttrSeconds)}</span>
    ) : (
      missingValueDash
    ),
})

const peeringColumns: DataTableColumn<PeeringRow>[] = [
  { id: 'circuit', header: 'Circuit', value: ({ circuitName }) => circuitName, className: 'font-medium' },
  { id: 'peering', header: 'Peering', value: ({ peering }) => peering },
  shareColumn(
    'session',
    'Session',
    { bounds: 'Session up', observed: 'Session observed (s)' },
    ({ session }) => session,
  ),
  {
    id: 'down',
    header: 'Session down',
    align: 'right',
    value: ({ session }) => session.downSeconds.atLeast,
    cell: ({ session }) => formatOutageSeconds(session.downSeconds),
  },
  shareColumn(
    'forwarding',
    'Forwarding',
    { bounds: 'Forwarding', observed: 'Forwarding observed (s)' },
    ({ forwarding }) => forwarding,
  ),
]

const prefixColumns: DataTableColumn<PrefixRow>[] = [
  { id: 'of', header: 'Name', value: ({ of }) => of, className: 'font-medium whitespace-nowrap' },
  { id: 'prefix', header: 'Prefix', value: ({ prefix }) => prefix },
  { id: 'gateway', header: 'Gateway', value: ({ gatewayName }) => gatewayName },
  ...lengthColumns<PrefixRow>(),
]

/** Formats the minimum lost time by its likely owner, in the row's worst layer: `Provider ≥ 11 s`. */
function formatOwners(row: AvailabilityReportRow): string {
  const layer = findWorstAvailability(groupRowByLayer(row))?.layer ?? 'session'
  const byOwner = groupRowByLayer(row)[layer]?.byOwner ?? {}
  return Object.entries(byOwner)
    .map(([owner, s]) => `${formatCauseOwnerLabel(owner as keyof typeof byOwner)} ≥ ${formatDuration(s * 1_000)}`)
    .join(', ')
}

const columns: DataTableColumn<AvailabilityReportRow>[] = [
  { id: 'name', header: 'Name', value: ({ name }) => name, className: 'font-medium whitespace-nowrap', phone: 'name' },
  ...layerColumns<AvailabilityReportRow>(),
  {
    id: 'owners',
    header: 'Lost, by likely owner',
    value: formatOwners,
    cell: (row) => avoidLineBreaks(formatOwners(row)),
    className: 'text-ink-2 text-xs sm:min-w-28',
  },
  outagesColumn(),
  { id: 'repeats', header: 'Repeats', align: 'right', priority: 4, value: ({ repeats }) => repeats || null },
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
        {formatServiceCredit(creditDue)}
      </span>
    ),
  },
]

const providerColumns: DataTableColumn<AvailabilityReport['providers'][number]>[] = [
  { id: 'provider', header: 'Provider', value: ({ provider }) => provider, className: 'font-medium', phone: 'name' },
  ...layerColumns<AvailabilityReport['providers'][number]>(),
  secondsColumn('own', 'Its own fault', ({ providersOwnSeconds }) => providersOwnSeconds),
  { id: 'circuits', header: 'Circuits', align: 'right', value: ({ circuits }) => circuits },
  outagesColumn(),
  repairColumn(),
]
