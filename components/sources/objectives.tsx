import type { SloStatus } from '#lib/reports/api/index.ts'
import { clsx } from 'clsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { stacked } from '../ui/table/stacked.ts'
import { Moment } from '../ui/times/time.tsx'
import { budgetWords, burnWords, shareWords, objectiveState } from './objective-words.ts'

const COLUMNS = ['Objective', 'State', 'Achieved', 'Error budget left', 'Burn rate 1 h, 6 h', 'Since', 'What counts']

/** Peerwatch's own objectives: what was promised, what was kept, and how fast the error budget burns. */
export function Objectives({ slos }: { slos: readonly SloStatus[] }) {
  const onPhone = stacked(COLUMNS)
  return (
    <div className="overflow-x-auto">
      <table className={clsx('w-full text-left text-xs', onPhone.className)} style={onPhone.style}>
        <caption className="sr-only">Service level objectives of Peerwatch itself over 28 days</caption>
        <thead>
          <tr className="border-b text-xs text-ink-3">
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className="px-3.5 py-1.5 font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {slos.map((slo) => (
            <Row key={slo.key} slo={slo} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ slo }: { slo: SloStatus }) {
  const state: StatusWords = objectiveState(slo)
  return (
    <tr className="border-b align-top last:border-b-0">
      <th scope="row" className="px-3.5 py-2 font-medium whitespace-nowrap">
        {slo.name}
      </th>
      <td className="px-3.5 py-2 whitespace-nowrap">
        <Status {...state} />
      </td>
      <td className="px-3.5 py-2 whitespace-nowrap tabular-nums">
        {shareWords(slo.achieved)} <span className="text-xs text-ink-3">of {shareWords(slo.objective)}</span>
      </td>
      <td
        className={clsx(
          'px-3.5 py-2 whitespace-nowrap tabular-nums',
          slo.budgetLeft !== null && slo.budgetLeft < 0 && 'font-semibold text-degraded',
        )}
      >
        {budgetWords(slo.budgetLeft)}
      </td>
      <td className="px-3.5 py-2 whitespace-nowrap tabular-nums">{burnWords(slo)}</td>
      <td className="px-3.5 py-2 text-xs text-ink-2">
        {slo.since === null ? 'never' : <Moment at={slo.since} />}
        {slo.measured !== null && slo.measured < 0.995 && (
          <span className="block text-ink-3">not sampled for {shareWords(1 - slo.measured)} of the time</span>
        )}
      </td>
      <td className="min-w-56 px-3.5 py-2 text-xs text-ink-2">
        <details>
          <summary>Good: {slo.good}</summary>
          <span className="text-ink-3">Counted {slo.source}.</span>
        </details>
      </td>
    </tr>
  )
}
