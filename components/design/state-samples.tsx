import { freshnessStates, gatewayStates, pathStates, redundancies, sessionVerdicts } from '#lib/contract/index.ts'
import { CountTile } from '../ui/counts.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { freshnessStatus, gatewayStatus, pathStatus, redundancyStatus, verdictStatus } from '../ui/words.ts'
import { Sample } from './sample.tsx'

const kinds: [name: string, words: StatusWords[]][] = [
  ['circuit', redundancies.map(redundancyStatus)],
  ['path', pathStates.map(pathStatus)],
  ['gateway', gatewayStates.map(gatewayStatus)],
  ['session', sessionVerdicts.map(verdictStatus)],
  ['freshness', freshnessStates.map(freshnessStatus)],
  [
    'with a reason',
    [
      { tone: 'down', word: 'DOWN', detail: 'BGP Active' },
      { tone: 'unknown', word: 'UNKNOWN', detail: 'Azure refused (403)' },
    ],
  ],
]

export function StateSamples() {
  return (
    <Panel title="States: glyph, word, colour">
      {kinds.map(([name, words]) => (
        <Sample key={name} name={name}>
          {words.map((status) => (
            <Status key={status.word} {...status} />
          ))}
        </Sample>
      ))}
      <div className="mt-3 grid grid-cols-2 gap-3">
        <CountTile
          name="circuits"
          href="/circuits"
          counts={redundancies.map((redundancy, index) => ({ ...redundancyStatus(redundancy), count: index + 1 }))}
        />
        <CountTile name="sessions" href="/sessions" counts={[]} note="none is watched yet" />
      </div>
    </Panel>
  )
}
