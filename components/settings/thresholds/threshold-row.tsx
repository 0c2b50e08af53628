import { clsx } from 'clsx'
import type { ThresholdView } from '#lib/contract/index.ts'
import { DraftField } from '../../ui/draft-field.tsx'
import { howToWrite, readThreshold, thresholdText } from './threshold-text.ts'

const sourceWords: Record<ThresholdView['source'], { word: string; title: string }> = {
  documentation: { word: 'documented', title: 'from Microsoft documentation or an RFC' },
  design: { word: 'design', title: 'from the design of Peerwatch' },
  assumption: { word: 'assumption', title: 'assumption: change it if your estate differs' },
}

/** One threshold: purpose, source and value. `draft` = edited and not saved. */
export function ThresholdRow({
  threshold,
  draft,
  onChange,
}: {
  threshold: ThresholdView
  draft: number | undefined
  onChange: (value: number | null) => void
}) {
  const { name, meaning, unit, value, shipped, source } = threshold
  const shown = draft ?? value
  const { word, title } = sourceWords[source]
  return (
    <li
      className={clsx(
        'grid grid-cols-[minmax(0,1fr)_8rem] items-center gap-x-4 gap-y-1 px-3.5 py-2 sm:grid-cols-[minmax(0,1fr)_6.5rem_9rem_8rem]',
        draft !== undefined && draft !== value && 'bg-degraded-soft',
      )}
    >
      <div className="min-w-0 max-sm:col-span-2">
        <p className="text-sm">{meaning}</p>
        <p className="font-mono text-2xs break-all text-ink-3">{name}</p>
      </div>
      <p className="text-xs text-ink-2 max-sm:order-last" title={title}>
        {word}
      </p>
      <p className="text-xs text-ink-3 max-sm:order-last">
        {shown === shipped ? 'default' : `default: ${thresholdText(shipped, unit)}`}
      </p>
      <DraftField
        label={`Value of ${name}`}
        hideLabel
        className="w-full"
        value={thresholdText(shown, unit)}
        placeholder={thresholdText(shipped, unit)}
        complaint={howToWrite[unit]}
        read={(text) => {
          const read = readThreshold(text, unit)
          return read === null ? null : thresholdText(read, unit)
        }}
        onChange={(text) => onChange(text === null ? null : readThreshold(text, unit))}
      />
    </li>
  )
}
