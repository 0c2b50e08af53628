import type { ThresholdBackTest, BackTestResult, BackTestEvent } from '#lib/contract/index.ts'
import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { useQuery } from '@tanstack/react-query'
import {
  buildApiUrl,
  createEndpointQuery,
  isComputationInProgress,
  PROGRESS_POLL_MS,
  sendJson,
  useCommand,
} from '../../data/index.ts'
import { formatFractionAsPercent, formatCountWithPlural } from '../../format/quantity.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { MomentText } from '../../ui/times/time.tsx'

const SHOWN_EVENTS = 12

/**
 * Panel with the newest back-test, which applies changed thresholds to past polls. It shows the progress and then the
 * events that the changed values would have added or removed.
 */
export function BackTestPanel() {
  const tests = useQuery({
    ...createEndpointQuery('back-tests'),
    refetchInterval: ({ state }) => (state.data?.data.some(isComputationInProgress) ? PROGRESS_POLL_MS : false),
  })
  const [newest] = tests.data?.data ?? []
  if (!newest) return null
  return (
    <Panel
      title="Back-test"
      note={
        <>
          <MomentText at={newest.from} /> to <MomentText at={newest.to} />
        </>
      }
      aside={isComputationInProgress(newest) && <Cancel test={newest} />}
    >
      {isComputationInProgress(newest) ? <Progress test={newest} /> : <Outcome test={newest} />}
    </Panel>
  )
}

function Cancel({ test }: { test: ThresholdBackTest }) {
  const cancel = useCommand(
    () => sendJson('POST', buildApiUrl(`back-tests/${test.id}/cancel`), {}),
    [['settings', null, 'back-tests']],
    'onSettled',
  )
  return (
    <Button onClick={() => cancel.mutate()} disabled={cancel.isPending}>
      Cancel
    </Button>
  )
}

function Progress({ test }: { test: ThresholdBackTest }) {
  const words =
    test.state === 'queued'
      ? 'waiting for a worker'
      : `${formatFractionAsPercent(test.progress)} of the polls processed`
  return (
    <div>
      <p className="mb-1.5 text-sm">History is folded again in the background: {words}.</p>
      <progress className="h-2 w-full" max={1} value={test.progress} aria-label="Back-test" />
    </div>
  )
}

function Outcome({ test: { state, error, result, changed } }: { test: ThresholdBackTest }) {
  const values = Object.keys(changed).join(', ') || 'the default values'
  if (state === 'cancelled') return <p className="text-sm text-ink-2">Cancelled.</p>
  if (state === 'failed' || !result) return <p className="text-sm">Failed: {error ?? 'no result'}</p>
  const differing = result.kinds.filter(({ before, after }) => before !== after)
  return (
    <div className="grid gap-3 text-sm">
      <p>
        With {values}:{' '}
        {result.appearedCount + result.vanishedCount === 0
          ? 'the same events would have been raised.'
          : `${formatCountWithPlural(result.appearedCount, 'additional event')}, ${formatCountWithPlural(result.vanishedCount, 'event')} fewer.`}
      </p>
      {differing.length > 0 && <ChangedKinds kinds={differing} />}
      <Difference title="Additional events" events={result.appeared} count={result.appearedCount} />
      <Difference title="Events no longer raised" events={result.vanished} count={result.vanishedCount} />
      {result.notReproducible.length > 0 && (
        <p className="text-xs text-ink-3">Cannot be back-tested: {result.notReproducible.join('; ')}.</p>
      )}
    </div>
  )
}

function ChangedKinds({ kinds }: { kinds: BackTestResult['kinds'] }) {
  return (
    <table className="w-full max-w-md text-left text-xs">
      <thead className="text-xs text-ink-3">
        <tr>
          <th className="font-medium">Kind</th>
          <th className="text-right font-medium">in force</th>
          <th className="text-right font-medium">changed</th>
        </tr>
      </thead>
      <tbody>
        {kinds.map(({ kind, before, after }) => (
          <tr key={kind} className="border-t">
            <td>{eventKindRecords[kind].name}</td>
            <td className="text-right font-mono">{before}</td>
            <td className="text-right font-mono">{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Difference({ title, events, count }: { title: string; events: BackTestEvent[]; count: number }) {
  if (count === 0) return null
  const more = count - Math.min(events.length, SHOWN_EVENTS)
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium text-ink-2">{title}</h3>
      <ul className="grid gap-0.5">
        {events.slice(0, SHOWN_EVENTS).map(({ kind, scope, subject, startedBetween: [from] }) => (
          <li key={`${kind} ${scope} ${subject} ${from}`} className="flex flex-wrap gap-x-3">
            <MomentText at={from} />
            <span>{eventKindRecords[kind].name}</span>
            <span className="font-mono text-xs break-all">{subject}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="text-xs text-ink-3">and {formatCountWithPlural(more, 'more', 'more')}</p>}
    </section>
  )
}
