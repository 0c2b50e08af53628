'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm, type UseFormReturn, useWatch } from 'react-hook-form'
import type { z } from 'zod'
import type { BackTest, ThresholdsAnswer, ThresholdsBody, thresholdsBody } from '#lib/contract/index.ts'
import { type Answer, apiUrl, sendJson, endpointQuery, useEndpoint } from '../../data/index.ts'
import { plural } from '../../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { resolverOf } from '../../ui/form/read.ts'
import { BackTestPanel } from './back-test-panel.tsx'
import { changedIn, draftOf, readThresholds, type ThresholdsDraft } from './threshold-draft.ts'
import { groupOf, groupWords } from './threshold-text.ts'
import { ThresholdRow } from './threshold-row.tsx'
import { Versions } from './versions.tsx'

/** All detection thresholds with value and back-test. */
export function ThresholdsTab() {
  const thresholds = useEndpoint('settings/thresholds')
  return (
    <AnswerView query={thresholds} skeleton={<SkeletonRows rows={14} height="3rem" />}>
      {({ data }) => <Rules answer={data} />}
    </AnswerView>
  )
}

function Rules({ answer }: { answer: ThresholdsAnswer }) {
  const form = useForm({
    // another version replaces what is not being edited
    values: draftOf(answer),
    resetOptions: { keepDirtyValues: true },
    resolver: resolverOf((draft: ThresholdsDraft) => readThresholds(answer, draft)),
    mode: 'onChange',
  })
  const groups = Map.groupBy(answer.thresholds, ({ name }) => groupWords[groupOf(name)] ?? groupOf(name))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Changes answer={answer} form={form} />
      <BackTestPanel />
      {[...groups].map(([title, rules]) => (
        <Panel key={title} title={title} flush>
          <ul className="divide-y">
            {rules.map((rule) => (
              <ThresholdRow key={rule.name} threshold={rule} control={form.control} />
            ))}
          </ul>
        </Panel>
      ))}
      <Versions versions={answer.versions} />
    </div>
  )
}

/** Unsaved values: back-test, save or discard. */
function Changes({
  answer,
  form,
}: {
  answer: ThresholdsAnswer
  form: UseFormReturn<ThresholdsDraft, unknown, z.output<typeof thresholdsBody>>
}) {
  const client = useQueryClient()
  const count = changedIn(answer, useWatch({ control: form.control, name: 'values' })).length
  const save = useMutation({
    mutationFn: (body: ThresholdsBody) =>
      sendJson<Answer<ThresholdsAnswer>>('PUT', apiUrl('settings/thresholds'), body),
    onSuccess: (saved) => {
      form.reset(draftOf(saved.data))
      client.setQueryData(endpointQuery('settings/thresholds').queryKey, saved)
    },
  })
  const test = useMutation({
    mutationFn: ({ values }: ThresholdsBody) => sendJson<{ data: BackTest }>('POST', apiUrl('back-tests'), { values }),
    onSettled: () => client.invalidateQueries({ queryKey: ['settings', null, 'back-tests'] }),
  })
  const failure = save.error ?? test.error
  return (
    <form
      noValidate
      aria-label="Changes"
      onSubmit={form.handleSubmit((body) => save.mutate(body))}
      className="sticky top-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-surface px-3.5 py-2 text-sm shadow-sm"
    >
      <p className="min-w-0 flex-1 basis-60" role="status">
        {count === 0
          ? `${answer.version === 0 ? 'Defaults active (version 0)' : `Version ${answer.version} active`}. Change a value to back-test it before saving.`
          : `${plural(count, 'value')} changed, not saved.`}
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
          onClick={() => void form.handleSubmit((body) => test.mutate(body))()}
        >
          Back-test on the last 7 days
        </Button>
        <Button type="submit" variant="strong" disabled={count === 0 || save.isPending}>
          Save as version {answer.version + 1}
        </Button>
        <Button variant="quiet" disabled={count === 0} onClick={() => form.reset(draftOf(answer))}>
          Discard
        </Button>
      </span>
    </form>
  )
}
