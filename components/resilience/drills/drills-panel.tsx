import { parseAsString, useQueryStates } from 'nuqs'
import type { AzureFailoverTest, FailoverDrill } from '#lib/resilience/api/index.ts'
import { ShowIfPermitted } from '../../access/caller.tsx'
import { useEndpointQuery, buildApiUrl, sendJson, useCommand } from '../../data/index.ts'
import { useResourceNameLookup } from '../../time/data-gaps.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel, formatStatusText } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { AnnounceDrillForm } from './announce-form.tsx'
import { FailoverTestConnectionStates, formatTestVerdict, FailoverTestDetails } from '../../events/azure-test-text.tsx'
import { CircuitFailoverTests } from './circuit-tests.tsx'
import { getDrillStatus, formatDrillCounts } from './drill-text.ts'
import { useEffect, useRef } from 'react'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { MeasuredDrillEffects } from './drill-effect-tables.tsx'

const address = { drill: parseAsString, lose: parseAsString }
const newestFirst = { id: 'from', desc: true }

/**
 * Tab about drills (failover tests): the last test of each circuit, a list of all drills with predicted and measured
 * results, and the tests that Azure ran.
 */
export function DrillsPanel() {
  const [{ drill: chosen, lose }, setAddress] = useQueryStates(address, { history: 'replace' })
  const query = useEndpointQuery('resilience/drills')
  const nameOf = useResourceNameLookup()
  const choose = (id: string | null) => void setAddress({ drill: id, lose: null })
  const plan = (losing: string) => void setAddress({ drill: null, lose: losing })
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {lose !== null && (
        <AnnounceDrillForm lose={lose} onLose={(next) => void setAddress({ lose: next })} onDone={choose} />
      )}
      <CircuitFailoverTests onPlan={plan} onOpen={choose} />
      <QueryStateView query={query} skeleton={<SkeletonRows rows={4} height="3.25rem" />}>
        {({ data, asOf, freshness }) => (
          <Panel
            title="All tests"
            isOfNow
            answer={{ asOf, freshness }}
            aside={
              <ShowIfPermitted right="declare">
                <Button onClick={() => plan('')}>Plan a test</Button>
              </ShowIfPermitted>
            }
            flush
          >
            <DataTable
              name="drills"
              caption="Failover tests"
              columns={columnsWith(nameOf, choose)}
              rows={data}
              rowKey={({ id }) => id}
              rowTone={(drill) => getDrillStatus(drill).tone}
              defaultSort={newestFirst}
              filterable={data.length > 1}
              rowDetail={({ id }) => id === chosen && <DrillRecord id={id} onClose={() => choose(null)} />}
              empty={<EmptyNote title="No failover test yet" />}
            />
          </Panel>
        )}
      </QueryStateView>
      <AzureTestsPanel />
    </div>
  )
}

const columnsWith = (
  nameOf: (id: string) => string,
  choose: (id: string) => void,
): DataTableColumn<FailoverDrill>[] => [
  {
    id: 'title',
    header: 'Test',
    value: ({ title }) => title,
    cell: ({ id, title }) => (
      <button type="button" onClick={() => choose(id)} className="link text-left font-medium">
        {title}
      </button>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (drill) => formatStatusText(getDrillStatus(drill)),
    cell: (drill) => <StateLabel {...getDrillStatus(drill)} className="whitespace-nowrap" />,
  },
  { id: 'record', header: 'Record', value: formatDrillCounts, className: 'whitespace-nowrap' },
  {
    id: 'what',
    header: 'What fails',
    value: ({ scopes }) => scopes.map(nameOf).join(', '),
    // The table caches the value of a cell, but names of circuits may be loaded later. The cell therefore computes its
    // text again in each rendering.
    cell: ({ scopes }) => scopes.map(nameOf).join(', '),
    className: 'whitespace-nowrap',
  },
  { id: 'from', header: 'From', value: ({ from }) => from, zoned: true },
  { id: 'to', header: 'To', value: ({ to }) => to, zoned: true },
  { id: 'by', header: 'Planned by', value: ({ announcedBy }) => announcedBy, className: 'text-ink-2' },
]

const startedLast = { id: 'at', desc: true }

/** Lists the failover tests that Azure itself carried out; renders nothing if there are none. */
function AzureTestsPanel() {
  const answer = useEndpointQuery('resilience/azure-failover-tests').data
  if (!answer || answer.data.length === 0) return null
  return (
    <Panel
      title="Azure's own failover tests"
      note="from the Activity Log and Azure’s reports; running tests are read again each minute"
      answer={answer}
      flush
    >
      <DataTable
        name="azure-tests"
        caption="Azure's own failover tests"
        columns={azureColumns}
        rows={answer.data}
        rowKey={({ scope, at }) => `${scope} ${at}`}
        defaultSort={startedLast}
        empty={null}
      />
    </Panel>
  )
}

const azureColumns: DataTableColumn<AzureFailoverTest>[] = [
  { id: 'what', header: 'Of', value: ({ scopeName }) => scopeName, className: 'font-medium' },
  {
    id: 'kind',
    header: 'Test',
    value: ({ kind, location }) =>
      kind === 'site' ? `site failover${location ? `, ${location}` : ''}` : 'link failover',
  },
  {
    id: 'state',
    header: 'State',
    value: ({ status, verdict }) => (status === null ? null : `${status}${formatTestVerdict(verdict)}`),
    cell: ({ status, verdict, connections, ...test }) => (
      <>
        {status === null ? 'not read' : `${status}${formatTestVerdict(verdict)}`}
        <FailoverTestConnectionStates connections={connections} />
        <FailoverTestDetails {...test} />
      </>
    ),
  },
  { id: 'at', header: 'Started', value: ({ at }) => at, zoned: true },
  {
    id: 'stopped',
    header: 'Stopped',
    value: ({ stoppedAt }) => stoppedAt,
    cell: ({ stoppedAt, verdict }) =>
      stoppedAt ? <MomentText at={stoppedAt} zoned={false} /> : verdict === 'running' ? 'running' : 'not in the log',
    zoned: true,
  },
  { id: 'by', header: 'By', value: ({ startedBy }) => startedBy },
]

/**
 * Details of one drill: the predicted results, and the results observed so far. They are updated while the drill is
 * running.
 */
function DrillRecord({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useEndpointQuery('resilience/drills/{id}', { id })
  const nameOf = useResourceNameLookup()
  const cancel = useCommand(
    () => sendJson('DELETE', buildApiUrl(`resilience/drills/${encodeURIComponent(id)}`), {}),
    [['events']],
  )
  const here = useRef<HTMLDivElement>(null)
  useEffect(() => {
    here.current?.focus()
    here.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={here} tabIndex={-1} className="scroll-mt-24 whitespace-normal outline-none">
      <QueryStateView query={query} skeleton={<SkeletonRows rows={6} height="3.25rem" />}>
        {({ data, asOf, freshness }) => (
          <Panel
            title={data.title}
            note={formatDrillCounts(data)}
            answer={{ asOf, freshness }}
            aside={
              <Button className="print:hidden" onClick={onClose}>
                Close
              </Button>
            }
            flush
          >
            <div className="grid gap-2 p-3.5 text-sm">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <StateLabel {...getDrillStatus(data)} />
                <span className="text-ink-2">
                  <MomentText at={data.from} zoned={false} /> – <MomentText at={data.to} />, planned by{' '}
                  {data.announcedBy}, <MomentText at={data.announcedAt} />
                </span>
              </p>
              {data.note && <p className="max-w-[80ch]">{data.note}</p>}
              <p className="max-w-[80ch] text-ink-2">
                Predicted from the tables at the time at which it was planned. Its events are recorded as maintenance;
                the outage of a whole circuit and a site without any path notify all the same.
              </p>
              {(data.state === 'announced' || data.state === 'running') && (
                <DisableControlsWithoutRight right="declare">
                  <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
                    Call off
                  </Button>
                </DisableControlsWithoutRight>
              )}
              {cancel.error && (
                <p role="alert" className="text-down">
                  Not called off: {cancel.error.message}
                </p>
              )}
            </div>
            {data.azureTests.length > 0 && (
              <ul className="list-disc px-3.5 pb-3.5 pl-8 text-sm">
                {data.azureTests.map((test) => (
                  <li key={`${test.scope} ${test.at}`}>
                    Azure’s test of {test.scopeName}
                    {test.location && `, ${test.location}`} from <MomentText at={test.at} zoned={false} />:{' '}
                    {test.status ?? 'result not read'}
                    {formatTestVerdict(test.verdict)}
                    <FailoverTestConnectionStates connections={test.connections} />
                    <FailoverTestDetails {...test} />
                  </li>
                ))}
              </ul>
            )}
            <MeasuredDrillEffects marks={data.marks} nameOf={nameOf} />
          </Panel>
        )}
      </QueryStateView>
    </div>
  )
}
