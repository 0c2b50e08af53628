import { type FormEvent, useState } from 'react'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { useEndpointQuery } from '../../data/index.ts'
import { useResourceNameLookup } from '../../time/data-gaps.tsx'
import { MomentField } from '../../time/moment-field.tsx'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { listLossOptions } from '../what-if/loss-options.ts'
import { ExpectedDrillEffects } from './drill-effect-tables.tsx'
import { suggestTestPeriod, usePlanDrill } from './plan-drill.ts'

/**
 * Form that plans a failover test (a drill). Before the user submits it, the form shows the predicted effect of the
 * chosen failure.
 */
export function AnnounceDrillForm({
  lose,
  onLose,
  onDone,
}: {
  lose: string
  onLose: (lose: string) => void
  onDone: (id: string | null) => void
}) {
  const [draft, setDraft] = useState(() => ({
    title: '',
    ...suggestTestPeriod(),
    withinSeconds: '180',
    note: '',
  }))
  const planning = usePlanDrill(onDone)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    planning.mutate({ ...draft, lose, withinSeconds: Number(draft.withinSeconds) })
  }
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft((old) => ({ ...old, [name]: event.target.value })),
  })
  const moment = (name: 'from' | 'to') => ({
    value: draft[name] || null,
    onChange: (at: string | null) => setDraft((old) => ({ ...old, [name]: at ?? '' })),
  })
  return (
    <Panel title="Plan a failover test" aside={<Button onClick={() => onDone(null)}>Close</Button>}>
      <DisableControlsWithoutRight right="declare">
        <form onSubmit={submit} noValidate aria-label="Failover test" className="grid gap-3">
          <div className="flex flex-wrap items-end gap-2">
            <TextField label="Title" className="w-72 max-w-full" maxLength={200} {...field('title')} />
            <WhatIsLost lose={lose} onLose={onLose} />
            <MomentField label="From" className="w-44" {...moment('from')} />
            <MomentField label="To" className="w-44" {...moment('to')} />
            <TextField label="Moves within (s)" type="number" min={1} className="w-32" {...field('withinSeconds')} />
            <TextField label="Note" className="w-72 max-w-full" maxLength={500} {...field('note')} />
            <Button
              type="submit"
              variant="strong"
              disabled={planning.isPending || [lose, draft.title, draft.from, draft.to].includes('')}
            >
              Plan the test
            </Button>
          </div>
          {planning.error && (
            <p role="alert" className="text-sm text-down">
              Not planned: {planning.error.message}
            </p>
          )}
          <p className="text-sm text-ink-2">
            The test is declared as maintenance: its events are recorded and page nobody, except the outage of a whole
            circuit. Peerwatch does not disconnect anything.
          </p>
        </form>
      </DisableControlsWithoutRight>
      {lose !== '' && <Prediction lose={lose} />}
    </Panel>
  )
}

function WhatIsLost({ lose, onLose }: { lose: string; onLose: (lose: string) => void }) {
  const circuits = useEndpointQuery('circuits').data?.data ?? []
  const gateways = useEndpointQuery('gateways').data?.data ?? []
  const sites = useEndpointQuery('declarations').data?.data.sites ?? []
  const options = listLossOptions(circuits, gateways, sites).flatMap((group) => group.options)
  const isListed = lose === '' || options.some(({ value }) => value === lose)
  return (
    <SelectField
      label="What fails"
      value={lose}
      onChange={(event) => onLose(event.target.value)}
      options={[{ value: '', label: 'choose' }, ...(isListed ? [] : [{ value: lose, label: lose }]), ...options]}
      className="w-64 max-w-full"
    />
  )
}

function Prediction({ lose }: { lose: string }) {
  const query = useEndpointQuery('resilience/drills/expected', { lose, change: '' })
  const nameOf = useResourceNameLookup()
  return (
    <section aria-label="What is expected" className="mt-3 grid gap-2 border-t pt-3">
      <h3 className="text-sm font-medium">What it is expected to show</h3>
      <QueryStateView query={query} skeleton={<SkeletonRows rows={4} />}>
        {({ data }) => <ExpectedDrillEffects marks={data.marks} nameOf={nameOf} />}
      </QueryStateView>
    </section>
  )
}
