import { clsx } from 'clsx'
import { type Control, useController } from 'react-hook-form'
import type { ThresholdView } from '#lib/contract/index.ts'
import { TextField } from '../../ui/field.tsx'
import { keyOf, type ThresholdsDraft, valueOf } from './threshold-draft.ts'
import { thresholdText } from './threshold-text.ts'

const sourceWords: Record<ThresholdView['source'], { word: string; title: string }> = {
  documentation: { word: 'documented', title: 'from Microsoft documentation or an RFC' },
  design: { word: 'design', title: 'from the design of Peerwatch' },
  assumption: { word: 'assumption', title: 'assumption: change it if your estate differs' },
}

/** One threshold: purpose, source and the field of its value. */
export function ThresholdRow<Body>({
  threshold,
  control,
}: {
  threshold: ThresholdView
  control: Control<ThresholdsDraft, unknown, Body>
}) {
  const { name, meaning, unit, value, shipped, source } = threshold
  const { field, fieldState } = useController({ control, name: `values.${keyOf(name)}` })
  const entered = valueOf(threshold, field.value)
  const { word, title } = sourceWords[source]
  return (
    <li
      className={clsx(
        'grid grid-cols-[minmax(0,1fr)_8rem] items-center gap-x-4 gap-y-1 px-3.5 py-2 sm:grid-cols-[minmax(0,1fr)_6.5rem_9rem_8rem]',
        entered !== value && 'bg-degraded-soft',
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
        {entered === shipped ? 'default' : `default: ${thresholdText(shipped, unit)}`}
      </p>
      <TextField
        {...field}
        label={`Value of ${name}`}
        hideLabel
        className="w-full"
        placeholder={thresholdText(shipped, unit)}
        error={fieldState.error?.message}
      />
    </li>
  )
}
