'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { useForm, type UseFormReturn, useWatch, type Control, useController } from 'react-hook-form'
import type { z } from 'zod'
import type {
  ThresholdBackTest,
  ThresholdsResponse,
  thresholdsBodySchema,
  ThresholdsBody,
  ApiThreshold,
} from '#lib/contract/index.ts'
import {
  type ApiResponse,
  buildApiUrl,
  createEndpointQuery,
  sendJson,
  useEndpointQuery,
  useCommand,
} from '../../data/index.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../../format/quantity.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { createFormResolver } from '../../schema-form/form-validation.ts'
import { BackTestPanel } from './back-test-panel.tsx'
import {
  findChangedThresholds,
  buildThresholdDraft,
  validateThresholdsForm,
  type ThresholdsDraft,
  buildThresholdKey,
  readThresholdValue,
} from './threshold-draft.ts'
import { findThresholdArea, listThresholdAreas, sortByThresholdArea } from './threshold-areas.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { clsx } from 'clsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { formatThreshold } from './threshold-text.ts'

const address = { area: parseAsString, changed: parseAsBoolean.withDefault(false), 'thresholds.q': parseAsString }

/**
 * Settings tab with all detection thresholds. The user can change values, test the changes with past polls (back-test),
 * and save them as a new version.
 */
export function ThresholdsTab() {
  const thresholds = useEndpointQuery('settings/thresholds')
  return (
    <QueryStateView query={thresholds} skeleton={<SkeletonRows rows={14} height="3rem" />}>
      {({ data }) => <Rules answer={data} />}
    </QueryStateView>
  )
}

function Rules({ answer }: { answer: ThresholdsResponse }) {
  const form = useForm({
    // If another user saves a newer version while this form is open, the new values replace the fields that this user
    // has not edited.
    values: buildThresholdDraft(answer),
    resetOptions: { keepDirtyValues: true },
    resolver: createFormResolver((draft: ThresholdsDraft) => validateThresholdsForm(answer, draft)),
    mode: 'onChange',
  })
  const [{ area, changed }, setAddress] = useQueryStates(address, { history: 'replace' })
  const columns = useMemo(() => thresholdColumns(form.control), [form.control])
  const all = useMemo(() => sortByThresholdArea(answer.thresholds), [answer])
  // Changes of the form values are observed only while the list is limited to changed thresholds. Otherwise each key
  // press would render every row again.
  const values = useWatch({ control: form.control, name: 'values', disabled: !changed })
  const edited = changed ? findChangedThresholds(answer, values) : []
  const rows = all.filter(
    (one) =>
      (area === null || findThresholdArea(one.name) === area) &&
      (!changed || one.value !== one.shipped || edited.includes(one)),
  )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Changes
        answer={answer}
        form={form}
        onFault={() => void setAddress({ area: null, changed: true, 'thresholds.q': null })}
      />
      <BackTestPanel />
      <Panel title="Thresholds" note="an empty value is the default" flush>
        <DataTable
          name="thresholds"
          caption="Thresholds of detection"
          columns={columns}
          rows={rows}
          rowKey={({ name }) => name}
          toolbar={
            <>
              <SelectField
                label="Area"
                hideLabel
                className="w-36"
                options={[
                  { value: '', label: 'all areas' },
                  ...listThresholdAreas(all).map((value) => ({ value, label: value })),
                ]}
                value={area ?? ''}
                onChange={({ target }) => void setAddress({ area: target.value || null })}
              />
              <label className="flex min-h-7 items-center gap-1.5 self-end text-xs">
                <input
                  type="checkbox"
                  checked={changed}
                  onChange={({ target }) => void setAddress({ changed: target.checked || null })}
                />
                changed only
              </label>
            </>
          }
          empty={
            <EmptyNote title="Nothing is changed">
              {area === null ? 'Every threshold has its default.' : `Every threshold of ${area} has its default.`}
            </EmptyNote>
          }
        />
      </Panel>
      <Versions versions={answer.versions} />
    </div>
  )
}

/** Bar with the number of unsaved values, and buttons to back-test, save or discard them. */
function Changes({
  answer,
  form,
  onFault,
}: {
  answer: ThresholdsResponse
  form: UseFormReturn<ThresholdsDraft, unknown, z.output<typeof thresholdsBodySchema>>
  /** called if a value is invalid; it resets the filters, so that the row with the error is visible */
  onFault: () => void
}) {
  const client = useQueryClient()
  const count = findChangedThresholds(answer, useWatch({ control: form.control, name: 'values' })).length
  const save = useMutation({
    mutationFn: (body: ThresholdsBody) =>
      sendJson<ApiResponse<ThresholdsResponse>>('PUT', buildApiUrl('settings/thresholds'), body),
    onSuccess: (saved) => {
      form.reset(buildThresholdDraft(saved.data))
      client.setQueryData(createEndpointQuery('settings/thresholds').queryKey, saved)
    },
  })
  const test = useCommand(
    ({ values }: ThresholdsBody) =>
      sendJson<{ data: ThresholdBackTest }>('POST', buildApiUrl('back-tests'), { values }),
    [['settings', null, 'back-tests']],
    'onSettled',
  )
  const failure = save.error ?? test.error
  return (
    <form
      noValidate
      aria-label="Changes"
      onSubmit={form.handleSubmit((body) => save.mutate(body), onFault)}
      className="sticky top-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-surface px-3.5 py-2 text-sm shadow-sm"
    >
      <p className="min-w-0 flex-1 basis-60" role="status">
        {count === 0
          ? `${answer.version === 0 ? 'Defaults active (version 0)' : `Version ${answer.version} active`}. Change a value to back-test it before saving.`
          : `${formatCountWithPlural(count, 'value')} changed, not saved.`}
        {failure && <span className="block text-down">{failure.message}</span>}
      </p>
      {count > 0 && (
        <label className="flex items-center gap-2 text-xs">
          <span className="text-ink-3">Reason</span>
          <input
            className="h-7 w-44 rounded-md border border-line-strong bg-surface px-2"
            maxLength={500}
            {...form.register('note')}
          />
        </label>
      )}
      <span className="flex flex-wrap gap-2">
        <Button
          disabled={count === 0 || test.isPending}
          onClick={() => void form.handleSubmit((body) => test.mutate(body), onFault)()}
        >
          Back-test on the last 7 days
        </Button>
        <Button type="submit" variant="strong" disabled={count === 0 || save.isPending}>
          Save as version {answer.version + 1}
        </Button>
        <Button variant="quiet" disabled={count === 0} onClick={() => form.reset(buildThresholdDraft(answer))}>
          Discard
        </Button>
      </span>
    </form>
  )
}

/**
 * List of saved versions of the thresholds with author and time. Each event refers to the version that was in use when
 * the event was detected.
 */
function Versions({ versions }: { versions: ThresholdsResponse['versions'] }) {
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
            <span className="text-ink-2">{savedAt ? <MomentText at={savedAt} /> : 'defaults'}</span>
            {savedBy && <span className="text-ink-2">by {savedBy}</span>}
            {note && savedBy && <span>“{note}”</span>}
            {savedAt && <ChangedValues changed={changed} />}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function ChangedValues({ changed }: Pick<ThresholdsResponse['versions'][number], 'changed'>) {
  const values = Object.entries(changed).map(([name, value]) => `${name} = ${formatCountWithSeparators(value)}`)
  if (values.length === 0) return <span className="basis-full text-xs text-ink-3">all values are defaults</span>
  return <span className="basis-full font-mono text-xs break-all text-ink-3">{values.join(', ')}</span>
}

const sourceLabels: Record<ApiThreshold['source'], { word: string; title: string }> = {
  documentation: { word: 'documented', title: 'from Microsoft documentation or an RFC' },
  design: { word: 'design', title: 'from the design of Peerwatch' },
  assumption: { word: 'assumption', title: 'assumption: change it if your estate differs' },
}

/** Columns of a threshold: its meaning, name, area, source, default, and the field for its value. */
const thresholdColumns = <Body,>(control: Control<ThresholdsDraft, unknown, Body>): DataTableColumn<ApiThreshold>[] => [
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
  { id: 'area', header: 'Area', value: ({ name }) => findThresholdArea(name), className: 'text-xs text-ink-2' },
  {
    id: 'source',
    header: 'Source',
    value: ({ source }) => sourceLabels[source].word,
    cell: ({ source }) => <span title={sourceLabels[source].title}>{sourceLabels[source].word}</span>,
    className: 'text-xs text-ink-2',
  },
  {
    id: 'default',
    header: 'Default',
    value: ({ shipped, unit }) => formatThreshold(shipped, unit),
    className: 'text-xs whitespace-nowrap text-ink-3',
  },
  {
    id: 'value',
    header: 'Value',
    value: ({ value, unit }) => formatThreshold(value, unit),
    phone: 'state',
    cell: (threshold) => <ValueField threshold={threshold} control={control} />,
    // On a wide screen, this column takes the remaining width, so that the column with the value is next to the other
    // columns.
    className: 'w-32 3xl:w-full',
  },
]

function ValueField<Body>({
  threshold,
  control,
}: {
  threshold: ApiThreshold
  control: Control<ThresholdsDraft, unknown, Body>
}) {
  const { name, unit, value, shipped } = threshold
  const { field, fieldState } = useController({ control, name: `values.${buildThresholdKey(name)}` })
  const entered = readThresholdValue(threshold, field.value)
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
      placeholder={formatThreshold(shipped, unit)}
      error={fieldState.error?.message}
    />
  )
}
