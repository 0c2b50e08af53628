'use client'

import type { Source } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Glyph } from '../ui/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { Age } from '../ui/time.tsx'
import { kindWords, outcomeWords } from '../ui/words.ts'

interface Fault {
  key: string
  sources: Source[]
  error: NonNullable<Source['error']>
  outcome: Source['lastOutcome']
}

/** The same error on many polls is one fault with one remedy. */
function faultsOf(sources: Source[]): Fault[] {
  const faults = new Map<string, Fault>()
  for (const source of sources) {
    if (!source.error) continue
    const { code, missingAction, remedy } = source.error
    const key = [source.lastOutcome, code, missingAction, remedy].join('/')
    const fault = faults.get(key)
    if (fault) fault.sources.push(source)
    else faults.set(key, { key, sources: [source], error: source.error, outcome: source.lastOutcome })
  }
  return [...faults.values()].sort((a, b) => b.sources.length - a.sources.length)
}

/** What goes wrong with polling, in words, and what to do about it. */
export function Faults({ sources }: { sources: Source[] }) {
  const faults = faultsOf(sources)
  if (faults.length === 0) return null
  return (
    <Panel title="What goes wrong" flush>
      <ul>
        {faults.map(({ key, sources: hit, error, outcome }) => (
          <li key={key} className="flex gap-3 border-b px-3.5 py-3 last:border-b-0">
            <Glyph tone="degraded" className="mt-1 size-3" />
            <div className="min-w-0 flex-1">
              <p>
                <span className="font-semibold">{outcomeWords(outcome)}</span>{' '}
                <span className="text-ink-3">{plural(hit.length, 'poll')}: </span>
                <span className="text-ink-2">{placesOf(hit)}</span>
              </p>
              <p className="break-words text-ink-2">{error.detail}</p>
              {error.missingAction && (
                <p className="text-ink-2">
                  Missing action: <code className="font-mono text-xs break-all text-ink">{error.missingAction}</code>
                </p>
              )}
              {error.remedy && (
                <div className="mt-1.5 flex items-start gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
                  <code className="min-w-0 flex-1 py-1 font-mono text-xs break-words whitespace-pre-wrap">
                    {error.remedy}
                  </code>
                  <CopyButton text={error.remedy} label="Copy what to do" />
                </div>
              )}
              <p className="mt-1 text-xs text-ink-3">
                {error.code} · last answer that could be read:{' '}
                {hit[0]?.lastOkAt ? <Age at={hit[0].lastOkAt} /> : 'never'}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** Names up to three of the things concerned. */
function placesOf(sources: Source[]): string {
  const names = [...new Set(sources.map(({ scopeName, kind }) => `${kindWords(kind)} of ${scopeName}`))]
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
