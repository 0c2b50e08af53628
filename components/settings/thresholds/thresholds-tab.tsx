'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { BackTest, ThresholdsAnswer, ThresholdsBody, ThresholdView } from '#lib/contract/index.ts'
import { type Answer, apiUrl, sendJson, endpointQuery, useEndpoint } from '../../data/index.ts'
import { plural } from '../../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { BackTestPanel } from './back-test-panel.tsx'
import { groupOf, groupWords } from './threshold-text.ts'
import { ThresholdRow } from './threshold-row.tsx'
import { Versions } from './versions.tsx'

/** Edited values by name; null = reset to the default. */
type Drafts = Readonly<Record<string, number | null>>

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
  const [drafts, setDrafts] = useState<Drafts>({})
  const changed = Object.fromEntries(
    answer.thresholds.flatMap(({ name, value, shipped }) => {
      const draft = drafts[name]
      return draft === undefined || (draft ?? shipped) === value ? [] : [[name, draft] as const]
    }),
  )
  const groups = Map.groupBy(answer.thresholds, ({ name }) => groupWords[groupOf(name)] ?? groupOf(name))
  const set = ({ name }: ThresholdView, value: number | null) => setDrafts((before) => ({ ...before, [name]: value }))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Changes answer={answer} values={changed} onDone={() => setDrafts({})} />
      <BackTestPanel />
      {[...groups].map(([title, rules]) => (
        <Panel key={title} title={title} flush>
          <ul className="divide-y">
            {rules.map((rule) => (
              <ThresholdRow
                key={rule.name}
                threshold={rule}
                draft={drafts[rule.name] === null ? rule.shipped : (drafts[rule.name] ?? undefined)}
                onChange={(value) => set(rule, value)}
              />
            ))}
          </ul>
        </Panel>
      ))}
      <Versions versions={answer.versions} />
    </div>
  )
}

/** Unsaved values: back-test, save or discard. */
function Changes({ answer, values, onDone }: { answer: ThresholdsAnswer; values: Drafts; onDone: () => void }) {
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const count = Object.keys(values).length
  const save = useMutation({
    mutationFn: () => {
      const body: ThresholdsBody = { version: answer.version, values, note }
      return sendJson<Answer<ThresholdsAnswer>>('PUT', apiUrl('settings/thresholds'), body)
    },
    onSuccess: (saved) => {
      client.setQueryData(endpointQuery('settings/thresholds').queryKey, saved)
      setNote('')
      onDone()
    },
  })
  const test = useMutation({
    mutationFn: () => sendJson<{ data: BackTest }>('POST', apiUrl('back-tests'), { values }),
    onSettled: () => client.invalidateQueries({ queryKey: ['settings', null, 'back-tests'] }),
  })
  const failure = save.error ?? test.error
  return (
    <section
      aria-label="Changes"
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
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
      )}
      <span className="flex flex-wrap gap-2">
        <Button disabled={count === 0 || test.isPending} onClick={() => test.mutate()}>
          Back-test on the last 7 days
        </Button>
        <Button variant="strong" disabled={count === 0 || save.isPending} onClick={() => save.mutate()}>
          Save as version {answer.version + 1}
        </Button>
        <Button variant="quiet" disabled={count === 0} onClick={onDone}>
          Discard
        </Button>
      </span>
    </section>
  )
}
