import { useForm } from 'react-hook-form'
import type { CostProjection, CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { Panel } from '../../ui/panel.tsx'
import { FormText, OneLineForm } from '../../schema-form/bound-fields.tsx'
import { createLazyResolver } from '../../schema-form/form-validation.ts'
import { MomentText } from '../../ui/times/time.tsx'
import { formatFollowUp } from './decision-text.ts'
import { formatCostPercentiles, formatPlan } from '../money-text.ts'
import { useRecordCostOutcome } from '../use-cost-commands.ts'

type Decision = CostReviewWithSummary['decisions'][number]
const A_WEEK_MS = 7 * 86_400_000

/**
 * Lists the decisions of the review's week and the week before, with reason and outcome; older decisions are collapsed.
 */
export function DecisionsPanel({ review }: { review: CostReviewWithSummary }) {
  const { decisions, projections, closedAt, from } = review
  const { circuits } = projections
  if (decisions.length === 0) return null
  const since = Date.parse(from) - A_WEEK_MS
  const recent = decisions.filter(({ at }) => Date.parse(at) >= since)
  const older = decisions.filter(({ at }) => Date.parse(at) < since)
  const list = (some: Decision[]) =>
    some.map((decision) => (
      <Entry
        key={decision.id}
        decision={decision}
        circuit={circuits.find(({ circuitId }) => circuitId === decision.circuitId)}
        isOpen={closedAt === null}
      />
    ))
  return (
    <Panel
      id="decisions"
      title="Decisions"
      note="with what came of them"
      className={recent.length === 0 ? 'in-data-sheet:hidden' : undefined}
    >
      {recent.length > 0 && <ul className="mb-3 space-y-2">{list(recent)}</ul>}
      {older.length > 0 && (
        <details className="mb-3 print:hidden">
          <summary className="cursor-pointer text-xs font-medium text-ink-2">
            {formatCountWithPlural(older.length, 'older decision')}
          </summary>
          <ul className="mt-2 space-y-2">{list(older)}</ul>
        </details>
      )}
    </Panel>
  )
}

function Entry({
  decision,
  circuit,
  isOpen,
}: {
  decision: Decision
  circuit: CostProjection | undefined
  isOpen: boolean
}) {
  const { id, circuitId, at, by, decided, why, outcome, followUp } = decision
  return (
    <li className="break-words">
      <span className="font-medium">{circuit?.name ?? circuitId}</span>: {decided}
      <span className="block text-xs text-ink-2">
        <MomentText at={at} />, {by}: {why}
      </span>
      {followUp && <span className="block text-xs text-ink-2">{formatFollowUp(followUp)}</span>}
      {circuit && !followUp && (
        <span className="block text-xs text-ink-2">As of this review: {formatDecisionAge(circuit)}.</span>
      )}
      {outcome === null ? (
        isOpen && (
          <DisableControlsWithoutRight right="decide_cost" isSmall>
            <OutcomeForm id={id} />
          </DisableControlsWithoutRight>
        )
      ) : (
        <span className="block text-xs text-ink-2">Outcome: {outcome}</span>
      )}
    </li>
  )
}

/**
 * Formats the circuit's present plan and the forecast of its cost this month. Next to an earlier decision, they show
 * the user whether the decision still fits.
 */
function formatDecisionAge(circuit: CostProjection): string {
  const current = circuit.options.find((option) => option.current)
  return [formatPlan(circuit), current && `${formatCostPercentiles(current)} this month`].filter(Boolean).join(', ')
}

function OutcomeForm({ id }: { id: string }) {
  const note = useRecordCostOutcome()
  const form = useForm({
    defaultValues: { outcome: '' },
    resolver: createLazyResolver(() =>
      import('./read-decision.ts').then(({ validateOutcomeForm }) => validateOutcomeForm),
    ),
  })
  const submit = form.handleSubmit(({ outcome }) => note.mutate({ id, outcome }))
  return (
    <OneLineForm
      label="Outcome"
      form={form}
      saving={note}
      onSubmit={submit}
      action="Save outcome"
      className="mt-1 print:hidden"
    >
      <FormText form={form} name="outcome" label="Outcome" className="w-72" maxLength={1_000} />
    </OneLineForm>
  )
}
