import { clsx } from 'clsx'
import { type Control, useController, useWatch } from 'react-hook-form'
import { formatZoneLabel } from '../format/instant.ts'
import { fieldBoxClass, LabelledControl } from '../ui/field.tsx'
import { MomentInput } from '../time/moment-input.tsx'
import { formatClockChangeNote, formatTypedMoment, parseTypedMoment, parseWallClock } from '../time/typed-moment.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { useZone } from '../ui/preferences.tsx'
import type { FormDraft, FormFieldSpec, SelectOption, SingleFormField } from './form-fields.ts'
import { RowsEditor } from './rows-field.tsx'
import type { ResourceNames } from './use-resources.ts'

interface FieldProps<Body> {
  field: FormFieldSpec
  control: Control<FormDraft, unknown, Body>
  resources: ResourceNames
}

/**
 * Field of a React Hook Form with its label, hint and error. It is hidden if the other values of the form make it
 * irrelevant.
 */
export function FormField<Body>(props: FieldProps<Body>) {
  const { isShown } = props.field
  return isShown ? <FieldWhere {...props} isShown={isShown} /> : <AnyField {...props} />
}

function AnyField<Body>({ field, ...props }: FieldProps<Body>) {
  if (field.kind !== 'rows') return <LabelledField {...props} field={field} />
  return (
    <RowsEditor field={field} control={props.control}>
      {(part) => <LabelledField {...props} field={part} />}
    </RowsEditor>
  )
}

function FieldWhere<Body>({
  isShown,
  ...props
}: FieldProps<Body> & { isShown: NonNullable<FormFieldSpec['isShown']> }) {
  const draft = useWatch({ control: props.control }) as FormDraft
  return isShown(draft) && <AnyField {...props} />
}

function LabelledField<Body>({ field, control, resources }: FieldProps<Body> & { field: SingleFormField }) {
  const {
    field: { value, onChange, ref },
    fieldState: { error },
  } = useController({ control, name: field.name })
  const zone = useZone()
  const now = useRealNow()
  const typed = field.kind === 'time' && typeof value === 'string' ? value : null
  const label =
    typed === null ? field.label : `${field.label} (${formatZoneLabel(parseWallClock(typed, zone) ?? now, zone)})`
  return (
    <LabelledControl
      label={label}
      hint={(typed === null ? null : formatClockChangeNote(typed, now, zone)) ?? field.hint}
      error={error?.message}
      isSet={field.kind === 'choices' || field.kind === 'ranked'}
      className={clsx((field.wide || field.kind === 'long') && 'sm:col-span-2')}
    >
      {(described) => <Entry {...{ field, value, onChange, resources, described, now, zone }} focusRef={ref} />}
    </LabelledControl>
  )
}

function Entry({
  field,
  value,
  onChange,
  resources,
  focusRef,
  described,
  now,
  zone,
}: {
  field: SingleFormField
  value: FormDraft[string] | undefined
  onChange: (value: string | string[]) => void
  resources: ResourceNames
  /** receives the element that gets the focus if this field is the first field with an error */
  focusRef: (element: HTMLElement | null) => void
  described: object
  now: number
  zone: string
}) {
  const text = typeof value === 'string' ? value : ''
  const list = Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : []
  const options = field.options?.(resources) ?? []
  const typed = { ref: focusRef, spellCheck: false, value: text, placeholder: field.placeholder, ...described }
  switch (field.kind) {
    case 'long':
      return (
        <textarea
          className={clsx(fieldBoxClass, 'h-auto min-h-20 py-1.5 font-mono')}
          rows={3}
          onChange={(event) => onChange(event.target.value)}
          {...typed}
        />
      )
    case 'choice':
      return <Choice focusRef={focusRef} options={options} value={text} onChange={onChange} {...described} />
    case 'choices':
      return <Choices focusRef={focusRef} options={options} chosen={list} onChange={onChange} />
    case 'ranked':
      return <Ranked focusRef={focusRef} label={field.label} options={options} chosen={list} onChange={onChange} />
    case 'time': {
      // When the field loses the focus, a text such as `2 hours ago` is replaced by the time that it means.
      const commit = () => {
        const at = parseTypedMoment(text, now, zone)
        if (at !== null) onChange(formatTypedMoment(at, zone))
      }
      return (
        <MomentInput
          ref={focusRef}
          className={clsx(fieldBoxClass, 'font-mono tabular-nums')}
          value={text}
          onText={onChange}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
          }}
          {...described}
        />
      )
    }
    default:
      return (
        <input
          className={fieldBoxClass}
          type="text"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
          {...typed}
        />
      )
  }
}

function Choice({
  focusRef,
  options,
  value,
  onChange,
  ...described
}: {
  focusRef: (element: HTMLElement | null) => void
  options: SelectOption[]
  value: string
  onChange: (value: string) => void
}) {
  const isKnown = options.some((option) => option.value === value)
  return (
    <select
      ref={focusRef}
      className={fieldBoxClass}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      {...described}
    >
      {!isKnown && <option value={value}>{value || 'Choose…'}</option>}
      {drawOptions(options)}
    </select>
  )
}

const drawOptions = (options: readonly SelectOption[]) =>
  options.map(({ value, label }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ))

function Choices({
  focusRef,
  options,
  chosen,
  onChange,
}: {
  focusRef: (element: HTMLElement | null) => void
  options: SelectOption[]
  chosen: string[]
  onChange: (value: string[]) => void
}) {
  // A selected resource that does not exist any more stays in the list until the user unchecks it.
  const gone = chosen.filter((value) => !options.some((option) => option.value === value))
  if (options.length + gone.length === 0) return <p className="text-xs text-ink-3">Nothing to choose from yet.</p>
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1.5">
      {[...options, ...gone.map((value) => ({ value, label: `${value} (gone)` }))].map(({ value, label }, index) => (
        <label key={value} className="flex items-center gap-1.5 text-xs">
          <input
            ref={index === 0 ? focusRef : undefined}
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, value] : chosen.filter((other) => other !== value))
            }
          />
          {label}
        </label>
      ))}
    </div>
  )
}

function Ranked({
  focusRef,
  label,
  options,
  chosen,
  onChange,
}: {
  focusRef: (element: HTMLElement | null) => void
  label: string
  options: SelectOption[]
  chosen: string[]
  onChange: (value: string[]) => void
}) {
  return (
    <ol className="flex flex-col gap-1">
      {[...chosen, ''].map((value, rank) => (
        // The index is used as the key, because it is the rank of the option in the chosen order.
        <li key={rank} className="flex items-center gap-2 text-xs">
          <span className="w-4 text-right text-ink-3">{rank + 1}.</span>
          <select
            ref={rank === 0 ? focusRef : undefined}
            className={fieldBoxClass}
            aria-label={`${label} ${rank + 1}`}
            value={value}
            onChange={({ target }) => onChange(chosen.toSpliced(rank, 1, target.value).filter(Boolean))}
          >
            <option value="">None</option>
            {!options.some((option) => option.value === value) && value && (
              <option value={value}>{value} (gone)</option>
            )}
            {drawOptions(options.filter((option) => option.value === value || !chosen.includes(option.value)))}
          </select>
        </li>
      ))}
    </ol>
  )
}
