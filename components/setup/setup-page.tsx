'use client'

import ChevronIcon from 'lucide-react/icons/chevron-down'
import type { SetupResponse, SetupCheck } from '#lib/setup/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { AgeText } from '../ui/times/time.tsx'
import { formatConfiguredInterval, formatPollKind } from '#lib/contract/words/index.ts'
import type { ApiPollKindInterval } from '#lib/contract/words/setup-checks.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { ProposalsPanel } from './proposals-panel.tsx'

const DOCTOR = 'npm run doctor'

type State = SetupCheck['state']

const words: Record<State, StatusText> = {
  fail: { tone: 'down', word: 'FAILED' },
  warn: { tone: 'degraded', word: 'WARNING' },
  skip: { tone: 'off', word: 'NOT CHECKED' },
  pass: { tone: 'up', word: 'OK' },
}

/** Groups of checks, the worst first. Passed checks are in a collapsed list. */
const groups: { state: State; title: string }[] = [
  { state: 'fail', title: 'Failed' },
  { state: 'warn', title: 'Limited' },
  { state: 'skip', title: 'Not checked yet' },
]

/**
 * Page with the checks that the worker process runs on its environment, the database and Azure. Problems come first,
 * with the commands that fix them.
 */
export function SetupPage() {
  const setup = useEndpointQuery('setup')
  return (
    <>
      <PageHeader
        title="Setup"
        since={
          setup.data ? (
            <Headline {...setup.data.data} />
          ) : (
            <span className="skeleton inline-block h-4 w-64 align-middle" />
          )
        }
      />
      <div className="grid gap-4">
        <QueryStateView query={setup} skeleton={<SkeletonRows rows={8} height="2.5rem" />}>
          {({ data }) => (data.checks.length === 0 ? <NotChecked /> : <Checks checks={data.checks} />)}
        </QueryStateView>
        <ProposalsPanel />
        {setup.data && <Role role={setup.data.data.role} />}
      </div>
    </>
  )
}

function Headline({ checks, checkedAt }: SetupResponse) {
  if (checkedAt === null) return <>No worker has made the checks yet.</>
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {(Object.keys(words) as State[]).map((state) => {
        const count = checks.filter((check) => check.state === state).length
        if (count === 0) return null
        return (
          <span key={state} className="inline-flex items-center gap-1.5">
            <StateLabel {...words[state]} /> {count}
          </span>
        )
      })}
      <span className="text-ink-3">
        checked <AgeText at={checkedAt} />, every 5 min
      </span>
    </span>
  )
}

function NotChecked() {
  return (
    <Panel title="Checks">
      <EmptyNote title="No worker has made the checks yet">
        A worker makes them when it starts. Without one, run them yourself:
        <Command command={DOCTOR} />
      </EmptyNote>
    </Panel>
  )
}

function Checks({ checks }: { checks: SetupCheck[] }) {
  const passed = checks.filter(({ state }) => state === 'pass')
  return (
    <div className="grid gap-4">
      {groups.map(({ state, title }) => {
        const found = checks.filter((check) => check.state === state)
        if (found.length === 0) return null
        return (
          <Panel key={state} title={title} note={formatCountWithPlural(found.length, 'check')} flush>
            <CheckList checks={found} />
          </Panel>
        )
      })}
      {passed.length > 0 && (
        // If all checks passed, the list of passed checks is open at first, because the page shows nothing else.
        <details open={passed.length === checks.length} className="group min-w-0 rounded-lg border bg-surface">
          <summary className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2 group-open:border-b">
            <h2 className="text-sm font-semibold">OK</h2>
            <span className="text-xs text-ink-3">{formatCountWithPlural(passed.length, 'check')}</span>
            <span className="min-w-0 text-xs text-ink-3 group-open:hidden">
              {passed.map(({ title }) => title).join(' · ')}
            </span>
            <ChevronIcon aria-hidden className="ml-auto size-4 text-ink-3 group-open:rotate-180" />
          </summary>
          <CheckList checks={passed} />
        </details>
      )}
    </div>
  )
}

/** List of checks with state, name and result. A problem also has an explanation, a remedy and commands. */
function CheckList({ checks }: { checks: SetupCheck[] }) {
  return (
    <ul>
      {checks.map((check) => (
        <li
          key={check.id}
          className="grid gap-x-4 gap-y-1 border-b px-3.5 py-2 last:border-b-0 sm:grid-cols-[8rem_1fr] lg:grid-cols-[8rem_12rem_1fr]"
        >
          <StateLabel {...words[check.state]} className="items-start [&_svg]:mt-1" />
          <div className="min-w-0 sm:col-start-2">
            <p className="font-semibold">{check.title}</p>
            {check.state !== 'pass' && <p className="text-xs text-ink-3">{check.about}</p>}
          </div>
          <div className="min-w-0 sm:col-start-2 lg:col-start-3">
            <p className="break-words text-ink-2">{check.detail}</p>
            {check.intervals ? (
              <div className="mt-2 rounded-md border">
                <IntervalsTable intervals={check.intervals} />
              </div>
            ) : (
              check.lines.length > 0 && <Lines lines={check.lines} />
            )}
            {check.remedy && <p className="mt-1 break-words">{check.remedy}</p>}
            {check.commands.map((command) => (
              <Command key={command} command={command} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** List of the details of a check. A line that starts with a space belongs to the line above it. */
function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="mt-1 text-xs text-ink-2">
      {lines.map((line) => (
        <li key={line} className={line.startsWith(' ') ? 'pl-4 font-mono break-all' : 'break-words'}>
          {line.trim()}
        </li>
      ))}
    </ul>
  )
}

function Command({ command }: { command: string }) {
  return (
    <div className="mt-1 flex items-start gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2.5 text-left">
      {/* the screen shows only a part of a command for hundreds of subscriptions, but the copy button copies all of it */}
      <code className="line-clamp-6 min-w-0 flex-1 py-1 font-mono text-xs break-words whitespace-pre-wrap text-ink">
        {command}
      </code>
      <CopyButton text={command} label={`Copy the command ${command}`} />
    </div>
  )
}

function Role({ role }: { role: SetupResponse['role'] }) {
  const text = JSON.stringify(role, null, 2)
  return (
    <Panel
      title="Custom role"
      note={`the ${formatCountWithPlural(role.Actions.length, 'action')} that the polls need; all of them read`}
      aside={
        <CopyButton text={text} label="Copy the role">
          Copy the role
        </CopyButton>
      }
    >
      <p className="text-ink-2">
        Save it as <code className="font-mono text-xs">peerwatch-role.json</code>, then create and assign it
        (docs/azure-permissions.md).
      </p>
      <Command command="az role definition create --role-definition peerwatch-role.json" />
      <Command
        command={`az role assignment create --assignee <principal id> --role "${role.Name}" --scope ${role.AssignableScopes[0]}`}
      />
      <details className="mt-3">
        <summary className="min-h-6 cursor-pointer text-ink-2">Show the role</summary>
        {/* a scrolling region must be reachable by keyboard */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
        <pre
          tabIndex={0}
          aria-label="Custom role as JSON"
          className="mt-2 overflow-x-auto rounded-md border bg-sunken p-3 font-mono text-xs"
        >
          {text}
        </pre>
      </details>
    </Panel>
  )
}

/**
 * Table of the intervals of each kind of poll, with its detection floor (the shortest outage that the polls are certain
 * to detect).
 */
function IntervalsTable({ intervals }: { intervals: readonly ApiPollKindInterval[] }) {
  return (
    <DataTable
      name="intervals"
      caption="Intervals of polls"
      columns={intervals.some(({ countedSeconds }) => countedSeconds !== null) ? [...columns, ifCounted] : columns}
      rows={[...intervals]}
      rowKey={({ kind }) => kind}
      rowTone={({ everySeconds, configuredSeconds }) => (everySeconds > configuredSeconds ? 'degraded' : 'off')}
      empty={null}
      bare
    />
  )
}

const secondsColumn = (
  id: string,
  header: string,
  value: (interval: ApiPollKindInterval) => number | null,
): DataTableColumn<ApiPollKindInterval> => ({
  id,
  header,
  align: 'right',
  className: 'whitespace-nowrap tabular-nums',
  value,
  cell: (interval) => {
    const seconds = value(interval)
    return seconds === null ? missingValueDash : formatConfiguredInterval(seconds)
  },
})

const columns: DataTableColumn<ApiPollKindInterval>[] = [
  {
    id: 'kind',
    header: 'Kind of poll',
    value: ({ kind }) => formatPollKind(kind),
    className: 'font-medium whitespace-nowrap',
  },
  secondsColumn('configured', 'Configured', ({ configuredSeconds }) => configuredSeconds),
  {
    ...secondsColumn('every', 'Interval', ({ everySeconds }) => everySeconds),
    cell: ({ everySeconds, configuredSeconds }) => (
      <span className={everySeconds > configuredSeconds ? 'font-medium text-degraded' : undefined}>
        {formatConfiguredInterval(everySeconds)}
      </span>
    ),
  },
  secondsColumn('floor', 'Detection floor', ({ floorSeconds }) => floorSeconds),
  { id: 'polls', header: 'Polls', align: 'right', className: 'tabular-nums', value: ({ polls }) => polls },
]

/**
 * Interval that polls would have if Azure counted POST requests against its request limits (setting ARM_COUNTS_POSTS).
 * Azure's documentation does not state whether it does.
 */
const ifCounted = secondsColumn('counted', 'If POSTs count', ({ countedSeconds }) => countedSeconds)
