import type { ThresholdsAnswer } from '#lib/contract/index.ts'
import { formatCount } from '../../format/quantity.ts'
import { Panel } from '../../ui/panel.tsx'
import { Moment } from '../../ui/time.tsx'

/** Saved versions with author and time; an event names the version that raised it. */
export function Versions({ versions }: { versions: ThresholdsAnswer['versions'] }) {
  return (
    <Panel title="Versions" flush note="each event refers to the version that raised it">
      <ol className="divide-y" reversed>
        {versions.map(({ version, savedAt, savedBy, note, changed }) => (
          <li
            key={version}
            id={`version-${version}`}
            className="flex scroll-mt-24 flex-wrap gap-x-4 gap-y-1 px-3.5 py-2 text-sm target:bg-hover"
          >
            <span className="w-20 font-medium">Version {version}</span>
            <span className="text-ink-2">{savedAt ? <Moment at={savedAt} /> : 'defaults'}</span>
            {savedBy && <span className="text-ink-2">by {savedBy}</span>}
            {note && savedBy && <span>“{note}”</span>}
            {savedAt && <ChangedValues changed={changed} />}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function ChangedValues({ changed }: Pick<ThresholdsAnswer['versions'][number], 'changed'>) {
  const values = Object.entries(changed).map(([name, value]) => `${name} = ${formatCount(value)}`)
  if (values.length === 0) return <span className="basis-full text-xs text-ink-3">all values are defaults</span>
  return <span className="basis-full font-mono text-xs break-all text-ink-3">{values.join(', ')}</span>
}
