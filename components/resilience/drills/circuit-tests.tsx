import { MAX_DAYS_SINCE_DRILL } from '#lib/contract/checks/operation.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { ShowIfPermitted } from '../../access/caller.tsx'
import { useEndpointQuery } from '../../data/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { PercentBar } from '../../ui/facts/share-bar.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel, formatStatusText } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { createDurationColumns } from '../../ui/table/exported-rows.ts'
import { type DataTableColumn, VALUELESS_COLUMN } from '../../ui/table/table-columns.ts'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { MomentText } from '../../ui/times/time.tsx'
import {
  type CircuitFailoverTest,
  listTestsByCircuit,
  getDrillStatus,
  formatTestedShare,
  formatDrillCounts,
  formatSecondsBounds,
} from './drill-text.ts'

/**
 * Share of {@link MAX_DAYS_SINCE_DRILL} (the maximum age of a test), from 0 to 1, after which the next test is marked as due
 * soon.
 */
const DUE_SOON = 0.9

const NEVER = { tone: 'degraded', word: 'NEVER TESTED' } as const

/**
 * Table of the circuits with the date and result of their last failover test, and the last measured failover time.
 * Circuits that were never tested come first.
 */
export function CircuitFailoverTests({
  onPlan,
  onOpen,
}: {
  onPlan: (circuit: string) => void
  onOpen: (id: string) => void
}) {
  const circuits = useEndpointQuery('circuits')
  const drills = useEndpointQuery('resilience/drills').data?.data
  const failovers = useEndpointQuery('events', { kind: 'failover', partOf: 'none', limit: 100 }).data?.data
  const now = useRealNow(60_000)
  return (
    <QueryStateView query={circuits} skeleton={<SkeletonRows rows={6} />}>
      {({ data }) => {
        const tests = drills && listTestsByCircuit(data, drills, failovers ?? [], now)
        if (!tests) return <SkeletonRows rows={6} />
        return (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <p className="text-xl font-semibold tracking-tight wrap-anywhere sm:text-2xl">
              {`${formatTestedShare(tests, now)} ${tests.length === 1 ? 'circuit' : 'circuits'} tested in the last ${MAX_DAYS_SINCE_DRILL} days`}
            </p>
            <Panel title="By circuit" isOfNow flush>
              <DataTable
                name="circuit-tests"
                caption="Failover tests by circuit"
                columns={columnsWith(now, onPlan, onOpen)}
                rows={tests}
                rowKey={({ id }) => id}
                filterable={false}
                toolsInHead
                empty={null}
              />
            </Panel>
          </div>
        )
      }}
    </QueryStateView>
  )
}

const daysSince = (at: string, now: number) => Math.floor((now - Date.parse(at)) / MS_PER_DAY)

const columnsWith = (
  now: number,
  onPlan: (circuit: string) => void,
  onOpen: (id: string) => void,
): DataTableColumn<CircuitFailoverTest>[] => [
  {
    id: 'circuit',
    header: 'Circuit',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <PageLink href={`/circuits/${id}`} className="link font-medium whitespace-nowrap">
        {name}
      </PageLink>
    ),
  },
  {
    id: 'result',
    header: 'Last test',
    value: ({ last }) => formatStatusText(last ? getDrillStatus(last) : NEVER),
    cell: ({ last }) =>
      last ? (
        <span className="flex flex-wrap items-center gap-x-2">
          <StateLabel {...getDrillStatus(last)} className="whitespace-nowrap" />
          <button type="button" onClick={() => onOpen(last.id)} className="link min-h-6 text-left text-ink-2">
            {formatDrillCounts(last)}
          </button>
        </span>
      ) : (
        <StateLabel {...NEVER} className="whitespace-nowrap" />
      ),
  },
  {
    id: 'age',
    header: `Age, of ${MAX_DAYS_SINCE_DRILL} days`,
    value: ({ last }) => last && daysSince(last.to, now),
    cell: ({ last }) => (
      <span className="flex items-center gap-2 whitespace-nowrap" suppressHydrationWarning>
        <PercentBar
          share={last ? daysSince(last.to, now) / MAX_DAYS_SINCE_DRILL : 1}
          isWarning={!last || daysSince(last.to, now) >= DUE_SOON * MAX_DAYS_SINCE_DRILL}
          className="w-24"
        />
        {last ? formatCountWithPlural(daysSince(last.to, now), 'day') : 'never'}
      </span>
    ),
  },
  {
    id: 'time',
    header: 'Failover time',
    value: ({ took }) => took && took.duration.atMostSeconds,
    exported: createDurationColumns<CircuitFailoverTest>('Failover time', ({ took }) => took?.duration ?? null),
    cell: ({ took }) =>
      took ? (
        <span className="whitespace-nowrap">
          {formatSecondsBounds(took.duration)}
          <span className="text-ink-3">
            {took.incidentId === null ? (
              ', in the test'
            ) : (
              <>
                , outage of{' '}
                <PageLink href={`/incidents/${took.incidentId}`} className="link">
                  <MomentText at={took.at} zoned={false} />
                </PageLink>
              </>
            )}
          </span>
        </span>
      ) : (
        <span className="text-ink-3">not measured</span>
      ),
  },
  { id: 'next', header: 'Next test', value: ({ next }) => next?.from ?? null, zoned: true, keep: true },
  {
    id: 'plan',
    header: 'Plan',
    ...VALUELESS_COLUMN,
    keep: true,
    cell: ({ id, name }) => (
      <ShowIfPermitted right="declare">
        <Button aria-label={`Plan a failover test of ${name}`} onClick={() => onPlan(id)}>
          Plan a test
        </Button>
      </ShowIfPermitted>
    ),
  },
]
