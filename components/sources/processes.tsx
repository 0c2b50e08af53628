import type { ProcessStatusView } from '#lib/setup/api/index.ts'
import { plural } from '../format/quantity.ts'
import { Empty } from '../ui/answer-view.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { Age, Moment } from '../ui/times/time.tsx'

const words: Record<ProcessStatusView['state'], StatusWords> = {
  running: { tone: 'up', word: 'RUNNING' },
  starting: { tone: 'notice', word: 'STARTING' },
  backing_off: { tone: 'degraded', word: 'RESTARTING' },
  stopped: { tone: 'down', word: 'STOPPED' },
}

/** Peerwatch's own processes with uptime and restarts. */
export function Processes({ processes }: { processes: ProcessStatusView[] }) {
  if (processes.length === 0) {
    return <Empty title="No processes">Processes that were started separately are not listed.</Empty>
  }
  return (
    <ul>
      {processes.map((process) => (
        <li
          key={process.name}
          className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b px-3.5 py-2 last:border-b-0"
        >
          <span className="w-24 font-medium">{process.name}</span>
          <Status {...words[process.state]} className="w-32" />
          <span className="w-40 text-ink-2">
            {process.startedAt && process.state === 'running' ? (
              <Age at={process.startedAt} suffix=" up" />
            ) : process.nextStartAt ? (
              <>
                again at <Moment at={process.nextStartAt} />
              </>
            ) : (
              'not running'
            )}
          </span>
          <span className={process.restarts > 0 ? 'font-semibold text-degraded' : 'text-ink-3'}>
            {plural(process.restarts, 'restart')}
          </span>
          {process.lastExit && (
            <span className="text-xs text-ink-2">
              last ended <Age at={process.lastExit.at} /> {exitWords(process.lastExit)}
            </span>
          )}
          {process.version && <Version version={process.version} />}
        </li>
      ))}
    </ul>
  )
}

/** The embedded server comes from a package: nobody else reports that it is behind. */
function Version({ version }: { version: NonNullable<ProcessStatusView['version']> }) {
  const { running, newest, asOf, minorsBehind } = version
  if (minorsBehind === 0) return <span className="text-xs text-ink-2">PostgreSQL {running}</span>
  return (
    <span className="text-xs text-ink-2">
      <strong className="text-degraded">
        PostgreSQL {running}, {plural(minorsBehind, 'minor release')} behind
      </strong>{' '}
      {newest} of {asOf}. For its security fixes use a PostgreSQL of your own (docs/operations.md).
    </span>
  )
}

const exitWords = ({ code, signal }: NonNullable<ProcessStatusView['lastExit']>) =>
  signal ? `by ${signal}` : code === null ? '' : `with code ${code}`
