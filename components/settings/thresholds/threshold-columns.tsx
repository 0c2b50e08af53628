import { clsx } from 'clsx'
import { type Control, useController } from 'react-hook-form'
import type { ThresholdView } from '#lib/contract/index.ts'
import { TextField } from '../../ui/field.tsx'
import type { Column } from '../../ui/table/features.ts'
import { areaOf } from './threshold-areas.ts'
import { thresholdKey, type ThresholdsDraft, valueOf } from './threshold-draft.ts'
import { thresholdText } from './threshold-text.ts'

const sourceWords: Record<ThresholdView['source'], { word: string; title: string }> = {
  documentation: { word: 'documented', title: 'from Microsoft documentation or an RFC' },
  design: { word: 'design', title: 'from the design of Peerwatch' },
  assumption: { word: 'assumption', title: 'assumption: change it if your estate differs' },
}

/** One line a threshold: what it is for, its name, area and source, what it is shipped as, and the field of its value. */
export const thresholdColumns = <Body,>(control: Control<ThresholdsDraft, unknown, Body>): Column<ThresholdView>[] => [
  {
    id: 'meaning',
    header: 'Threshold',
    value: ({ meaning }) => meaning,
    phone: 'both',
    className: 'min-w-72 3xl:whitespace-nowrap',
  },
  {
    id: 'name',
    header: 'Name',
    value: ({ name }) => name,
    className: 'font-mono text-xs whitespace-nowrap text-ink-3',
  },
  { id: 'area', header: 'Area', value: ({ name }) => areaOf(name), className: 'text-xs text-ink-2' },
  {
    id: 'source',
    header: 'Source',
    value: ({ source }) => sourceWords[source].word,
    cell: ({ source }) => <span title={sourceWords[source].title}>{sourceWords[source].word}</span>,
    className: 'text-xs text-ink-2',
  },
  {
    id: 'default',
    header: 'Default',
    value: ({ shipped, unit }) => thresholdText(shipped, unit),
    className: 'text-xs whitespace-nowrap text-ink-3',
  },
  {
    id: 'value',
    header: 'Value',
    value: ({ value, unit }) => thresholdText(value, unit),
    phone: 'state',
    cell: (threshold) => <ValueField threshold={threshold} control={control} />,
    // on a large screen what is left over lies behind it: the value stays beside what it is for
    className: 'w-32 3xl:w-full',
  },
]

function ValueField<Body>({
  threshold,
  control,
}: {
  threshold: ThresholdView
  control: Control<ThresholdsDraft, unknown, Body>
}) {
  const { name, unit, value, shipped } = threshold
  const { field, fieldState } = useController({ control, name: `values.${thresholdKey(name)}` })
  const entered = valueOf(threshold, field.value)
  return (
    <TextField
      {...field}
      label={`Value of ${name}`}
      hideLabel
      className={clsx(
        'w-full 3xl:max-w-32',
        entered !== value && '[&_input]:bg-degraded-soft',
        value !== shipped && 'font-semibold',
      )}
      placeholder={thresholdText(shipped, unit)}
      error={fieldState.error?.message}
    />
  )
}
