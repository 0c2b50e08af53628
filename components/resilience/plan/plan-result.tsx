import type { PlanBody } from '#lib/plan/api/plan.ts'
import type { PlanFinding } from '#lib/plan/api/plan-findings.ts'
import {
  formatMarkdownReport,
  formatPlanColumn,
  formatPlanHeadline,
  listPlanSections,
  type PlanReport,
} from '#lib/plan/api/plan-report.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { saveText } from '../../ui/save-file.ts'
import { StateSymbol, type StateTone } from '../../ui/drawing/glyph.tsx'
import { CollapsiblePanel } from '../../ui/fold-panel.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel, type StatusText } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { OutcomePanels } from '../what-if/outcome-panels.tsx'
import { StorePlanAsTestForm } from './store-plan-as-test-form.tsx'

const stateTones: Record<PlanReport['state'], StateTone> = {
  ok: 'up',
  warning: 'degraded',
  critical: 'down',
  unknown: 'unknown',
}

const levelStatuses: Record<PlanFinding['level'], StatusText> = {
  fail: { tone: 'down', word: 'FAIL' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
  warn: { tone: 'degraded', word: 'WARNING' },
}

/**
 * IDs of report sections that are not shown as tables, because they have a separate place on the page or the panels of
 * the simulation show them in more detail.
 */
const SHOWN_OTHERWISE = new Set(['findings', 'changes', 'prefixes', 'hub_tables', 'limits'])

/**
 * Predicted effects of a plan: the same verdict as in the command line program, its reasons, the data that was sent,
 * and the panels of the simulation.
 * @param request body that was sent; null = nothing was sent, because the plan contains no change that Peerwatch can
 *   simulate
 * @param hasLink whether the address of the page contains the plan
 */
export function PlanCheckResult({
  report,
  request,
  hasLink,
  onChoose,
  onClose,
}: {
  report: PlanReport
  request: PlanBody | null
  hasLink: boolean
  onChoose: () => void
  onClose: () => void
}) {
  const { answer, asOf, freshness, file, read } = report
  const sections = listPlanSections(report)
  const findings = sections.find(({ id }) => id === 'findings')
  const changes = sections.find(({ id }) => id === 'changes')
  const others = sections.filter(({ id }) => !SHOWN_OTHERWISE.has(id))
  const base = file.replace(/\.json$/i, '')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div role="status" className="flex items-baseline gap-2.5">
        <StateSymbol tone={stateTones[report.state]} className="size-4" />
        <p className="min-w-0 text-xl font-semibold tracking-tight wrap-anywhere sm:text-2xl">
          {formatPlanHeadline(report)}
        </p>
      </div>
      <div className="flex flex-wrap gap-2 print:hidden">
        {hasLink && (
          <CopyButton label="Copy link" text={() => location.href}>
            Copy link
          </CopyButton>
        )}
        <CopyButton label="Copy as Markdown" text={() => formatMarkdownReport(report)}>
          Copy as Markdown
        </CopyButton>
        <Button onClick={() => saveText(`${base}.report.md`, 'text/markdown', formatMarkdownReport(report))}>
          Save as Markdown
        </Button>
        <Button onClick={() => saveText(`${base}.report.json`, 'application/json', JSON.stringify(report, null, 2))}>
          Save as JSON
        </Button>
        <Button onClick={onChoose}>Choose another file</Button>
        <Button onClick={onClose}>Close the plan</Button>
      </div>
      <Sent read={read} request={request} />
      {findings && (
        <SectionPanel
          section={findings}
          note={
            read.unknown.length > 0
              ? 'an unknown part never passes; if it cannot affect routes, list it under “ignore” in a threshold file of the command line'
              : undefined
          }
        />
      )}
      {changes && (
        <SectionPanel
          section={changes}
          answer={asOf !== null && freshness !== null ? { asOf, freshness } : undefined}
        />
      )}
      {answer && (
        <>
          <StorePlanAsTestForm report={report} />
          {others.map((section) => (
            <SectionPanel key={section.id} section={section} />
          ))}
          <OutcomePanels data={{ ...answer, at: asOf ?? '', cost: null }} covered />
        </>
      )}
    </div>
  )
}

/** Shows the part of the plan that was sent to the server, and the parts that stayed in the browser. */
function Sent({ read, request }: Pick<PlanReport, 'read'> & { request: PlanBody | null }) {
  const kept = [
    ...(read.without > 0 ? [`${formatCountWithPlural(read.without, 'change')} without effect on routes`] : []),
    ...(read.unknown.length > 0 ? [formatCountWithPlural(read.unknown.length, 'unknown part')] : []),
    'all other content of the file',
  ].join(', ')
  if (request === null)
    return (
      <p className="text-sm text-ink-2">
        Nothing was sent, because the plan has no change of a circuit, connection, gateway or address space that the
        model knows. In this browser only: {kept}.
      </p>
    )
  return (
    <CollapsiblePanel
      id="plan-sent"
      title={`Sent: ${formatCountWithPlural(request.terms.length, 'change')}, no other values`}
      note={`in this browser only: ${kept}`}
      className="print:hidden"
    >
      <pre
        aria-label="Request to Peerwatch"
        className="max-h-80 overflow-auto font-mono text-xs whitespace-pre-wrap wrap-anywhere"
      >
        {JSON.stringify(request, null, 2)}
      </pre>
    </CollapsiblePanel>
  )
}

type Section = ReturnType<typeof listPlanSections>[number]

function SectionPanel({
  section: { id, title, header, rows },
  note,
  answer,
}: {
  section: Section
  note?: string | undefined
  answer?: Parameters<typeof Panel>[0]['answer']
}) {
  return (
    <Panel title={title} note={note} answer={answer} flush>
      <DataTable
        name={`plan-${id}`}
        caption={title}
        columns={columnsOf(id, header)}
        rows={rows}
        rowKey={(row) => row.join(' ')}
        bare
        empty={null}
      />
    </Panel>
  )
}

/** Returns the columns of a section. On phones, the first column is the name of a row and the others are below it. */
const columnsOf = (id: Section['id'], header: readonly string[]): DataTableColumn<string[]>[] =>
  header.map((name, n) => ({
    id: name,
    header: formatPlanColumn(name),
    phone: n === 0 ? 'name' : 'below',
    value: (row) => row[n] ?? null,
    sortable: false,
    labelled: name === 'BEFORE' || name === 'AFTER' || name === 'SESSIONS DOWN',
    className: name === 'WHERE' || name === 'WHY' ? 'wrap-anywhere sm:min-w-48' : 'wrap-break-word',
    ...(id === 'findings' &&
      n === 0 && {
        className: 'whitespace-nowrap',
        cell: ([level = '']) => {
          const status = levelStatuses[level as PlanFinding['level']]
          return status ? <StateLabel {...status} /> : level
        },
      }),
  }))
