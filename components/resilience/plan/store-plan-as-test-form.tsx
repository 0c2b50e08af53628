import { useState } from 'react'
import { createPlanDrill, type PlanReport } from '#lib/plan/api/plan-report.ts'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { PageLink } from '../../links/page-link.tsx'
import { MomentField } from '../../time/moment-field.tsx'
import { Button } from '../../ui/button.tsx'
import { CollapsiblePanel } from '../../ui/fold-panel.tsx'
import { suggestTestPeriod, usePlanDrill } from '../drills/plan-drill.ts'

/** Form that stores the predicted effects of a plan as a test, whose result Peerwatch measures in the chosen period. */
export function StorePlanAsTestForm({ report }: { report: PlanReport }) {
  const [period, setPeriod] = useState(suggestTestPeriod)
  const drill = createPlanDrill(report, period)
  const keep = usePlanDrill()
  const field = (name: 'from' | 'to') => ({
    value: period[name] || null,
    onChange: (at: string | null) => setPeriod((old) => ({ ...old, [name]: at ?? '' })),
  })
  const kept = keep.data?.data
  return (
    <CollapsiblePanel
      id="plan-test"
      title="Keep as a test"
      note="Peerwatch then compares this prediction with the measured effects of the change"
      className="print:hidden"
    >
      {kept ? (
        <p role="status">
          Kept as{' '}
          <PageLink href={`/resilience?tab=drills&drill=${encodeURIComponent(kept.id)}`} className="link">
            {kept.title}
          </PageLink>
          . Its result is there after the change.
        </p>
      ) : drill === null ? (
        <p>None of the effects of this plan can be measured afterwards, so it cannot be kept as a test.</p>
      ) : (
        <DisableControlsWithoutRight right="declare">
          <form
            aria-label="Keep as a test"
            noValidate
            className="flex flex-wrap items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              keep.mutate(drill)
            }}
          >
            <MomentField label="The change is made from" className="w-52" {...field('from')} />
            <MomentField label="To" className="w-44" {...field('to')} />
            <Button type="submit" variant="strong" disabled={keep.isPending || period.from === '' || period.to === ''}>
              Keep the prediction
            </Button>
          </form>
          {keep.error && (
            <p role="alert" className="mt-2 text-sm text-down">
              Not kept: {keep.error.message}
            </p>
          )}
        </DisableControlsWithoutRight>
      )}
    </CollapsiblePanel>
  )
}
