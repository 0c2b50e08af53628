import { clsx } from 'clsx'
import { pollKindsByArea } from '#lib/contract/vocabulary.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import {
  formatConfiguredInterval,
  isPollNotOfferedByAzure,
  isPollOfStoppedVm,
  formatPollKind,
  formatPollOutcome,
} from '#lib/contract/words/index.ts'
import { StateSymbol, type StateTone } from '../ui/drawing/glyph.tsx'
import { AgeText } from '../ui/times/time.tsx'
import { getFreshnessStatus, getOutcomeTone } from '../ui/status-text.ts'
import { formatPollBurst, formatBurstProgress } from './burst-text.ts'
import type { ResourcePollsOfKind, PollGroup } from './poll-rows.ts'

/** Returns the tone (class of state) of a poll, from its last error or its freshness. */
function pollTone(source: ApiPolledSource): StateTone {
  const { state, lastOutcome } = source
  if (isPollNotOfferedByAzure(source)) return 'off'
  if (state === 'stale' || state === 'never' || lastOutcome === 'not_given') return 'unknown'
  return lastOutcome === 'ok'
    ? getFreshnessStatus(state).tone
    : getOutcomeTone(lastOutcome) === 'up'
      ? 'up'
      : 'degraded'
}

interface Choosing {
  chosen: { scope: string | null; kind: string | null }
  onChoose: (choice: { scope: string; kind: string }) => void
}

/**
 * Tables of polls by resource type, with a row for each resource and a column for each kind of poll. A cell opens the
 * details of its polls. On a phone each resource lists its polls under the name of their kind.
 */
export function PollGrid({ groups, ...choosing }: { groups: PollGroup[] } & Choosing) {
  return (
    // a scrolling region must be reachable by keyboard
    <section tabIndex={0} aria-label="Polls" className="overflow-x-auto -outline-offset-2">
      {groups.map((group) => (
        <GroupTable key={group.name} group={group} {...choosing} />
      ))}
    </section>
  )
}

function GroupTable({ group: { name, rows }, chosen, onChoose }: { group: PollGroup } & Choosing) {
  const kinds = pollKindsByArea.filter((kind) => rows.some(({ cells }) => cells.has(kind)))
  return (
    <table className="w-full border-collapse text-left not-first:border-t max-sm:block">
      <caption className="sr-only">Polls of {name}: a row for each resource, a column for each kind of poll</caption>
      <thead className="bg-sunken max-sm:block">
        <tr className="max-sm:block">
          <th scope="col" className="h-8 w-64 px-3.5 text-xs font-medium max-sm:block max-sm:w-auto max-sm:py-1.5">
            {name} <span className="font-normal text-ink-3">{rows.length}</span>
          </th>
          {kinds.map((kind) => (
            <th
              key={kind}
              scope="col"
              className="h-8 w-28 px-1.5 py-1 text-xs font-medium whitespace-nowrap text-ink-3 max-sm:hidden"
            >
              {formatPollKind(kind)}
              <span className="block font-normal">
                {formatEveryInterval(rows.flatMap(({ cells }) => cells.get(kind) ?? []))}
              </span>
            </th>
          ))}
          {/* an empty column that takes the remaining width, so that the other columns have the same width in all tables */}
          <td className="max-sm:hidden" />
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={row.scope}
            className="border-b last:border-b-0 max-sm:grid max-sm:grid-cols-2 max-sm:px-2 max-sm:py-1.5"
          >
            <th scope="row" className="px-3.5 py-1 font-normal max-sm:col-span-2 max-sm:px-2 max-sm:py-0.5">
              <span className="block truncate font-medium sm:max-w-60" title={row.name}>
                {briefName(row.name)}
              </span>
            </th>
            {kinds.map((kind) => {
              const cell = row.cells.get(kind)
              return (
                <td key={kind} className={clsx('px-0.5 py-0.5', !cell && 'max-sm:hidden')}>
                  {cell && (
                    <Cell
                      cell={cell}
                      name={row.name}
                      chosen={chosen.scope === row.scope && chosen.kind === kind}
                      onChoose={() => onChoose({ scope: row.scope, kind })}
                    />
                  )}
                </td>
              )
            })}
            <td className="max-sm:hidden" />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/**
 * Formats the intervals of polls, so that the user can compare them with the ages in the cells: `every 1 min`, `every
 * 15 s to 1 min`.
 */
function formatEveryInterval(cells: readonly ResourcePollsOfKind[]): string {
  const every = cells.flatMap(({ polls }) => polls.map(({ intervalSeconds }) => intervalSeconds))
  if (every.length === 0) return ''
  const [least, most] = [Math.min(...every), Math.max(...every)].map(formatConfiguredInterval)
  return least === most ? `every ${least}` : `every ${least} to ${most}`
}

/** Shortens a subscription ID by removing its middle; both ends are enough to distinguish IDs. */
const briefName = (name: string) => name.replace(/^([0-9a-f]{8})-[0-9a-f-]{18,}([0-9a-f]{8})$/i, '$1…$2')

function Cell({
  cell,
  name,
  chosen,
  onChoose,
}: {
  cell: ResourcePollsOfKind
  name: string
  chosen: boolean
  onChoose: () => void
}) {
  const { worst, polls, kind } = cell
  const tone = pollTone(worst)
  const wrong = worst.lastOutcome !== 'ok'
  const alike = polls.filter(({ state, lastOutcome }) => state === worst.state && lastOutcome === worst.lastOutcome)
  const burst = polls.find((poll) => poll.burst)?.burst
  const progress = polls.find((poll) => poll.progress)?.progress
  return (
    <button
      type="button"
      aria-pressed={chosen}
      title={`${formatPollKind(kind)} of ${name}: ${formatPollOutcome(worst.lastOutcome)}${burst ? `; ${formatPollBurst(burst)}` : ''}`}
      onClick={onChoose}
      className={clsx(
        'flex min-h-7 w-full min-w-18 flex-col justify-center rounded-md border px-1.5 text-left hover:border-line-strong py-0.5 max-sm:py-1',
        chosen ? 'border-ink-3 bg-hover' : 'border-transparent',
        tone === 'unknown' && 'hatch',
        tone === 'degraded' && 'bg-degraded-soft',
      )}
    >
      <span className={clsx('text-xs text-ink-3 sm:hidden', tone === 'unknown' && 'w-fit bg-surface/85 pr-1')}>
        {formatPollKind(kind)} {formatEveryInterval([cell])}
      </span>
      <span
        className={clsx(
          'flex items-center gap-1.5 text-xs whitespace-nowrap',
          tone === 'unknown' && 'w-fit bg-surface/85 pr-1',
        )}
      >
        <StateSymbol tone={tone} className="size-2" />
        {worst.lastOkAt ? <AgeText at={worst.lastOkAt} suffix="" /> : 'never'}
        {polls.length > 1 && <span className="text-ink-3">×{polls.length}</span>}
      </span>
      {progress && <span className="text-xs whitespace-nowrap text-ink-2">{formatBurstProgress(progress)}</span>}
      {burst && !wrong && worst.state === 'fresh' && (
        <span className="text-xs whitespace-nowrap text-ink-2">
          every {formatConfiguredInterval(burst.everySeconds)}
        </span>
      )}
      {(wrong || worst.state !== 'fresh') && (
        <span
          className={clsx('text-xs whitespace-nowrap text-ink-2', tone === 'unknown' && 'w-fit bg-surface/85 pr-1')}
        >
          {alike.length < polls.length && `${alike.length} of ${polls.length} `}
          {wrong ? formatShort(worst) : getFreshnessStatus(worst.state).word}
        </span>
      )}
    </button>
  )
}

const short: Partial<Record<ApiPolledSource['lastOutcome'], string>> = {
  unauthorized: 'refused (401)',
  forbidden: 'refused (403)',
  not_found: 'not found (404)',
  throttled: 'throttled (429)',
  locked: 'locked',
  unavailable: 'unavailable',
  timeout: 'timeout',
  malformed: 'unreadable',
  incomplete: 'incomplete',
  not_polled: 'not polled',
  not_given: 'no routes given',
  paused: 'paused',
}
function formatShort(source: ApiPolledSource): string {
  if (isPollOfStoppedVm(source)) return 'VM is off'
  return isPollNotOfferedByAzure(source) ? 'not offered' : (short[source.lastOutcome] ?? source.lastOutcome)
}
