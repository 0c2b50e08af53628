import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { OneLineForm, FormText } from '../../schema-form/bound-fields.tsx'
import { createLazyResolver } from '../../schema-form/form-validation.ts'
import { Button } from '../../ui/button.tsx'
import { FactList } from '../../ui/facts/fact-list.tsx'
import { DialogFrame } from '../../ui/overlay/lazy-overlays.tsx'
import { useToast } from '../../ui/toast.tsx'
import { listDecisionDetails } from '../review/review-columns.tsx'
import type { CostReviewRow } from '../review/review-rows.ts'
import { useRecordCostDecision } from '../use-cost-commands.ts'
import { formatRecommendationReason, formatRecommendedAction } from './decision-text.ts'

/** Maximum number of characters of a reason. */
const MAX_REASON = 1_000

/**
 * Button with a dialog in which the user records a decision about a circuit's plan. The fields initially contain the
 * recommendation and its reason. The dialog closes when the decision is recorded, so that the review can be printed.
 */
export function DecideButton({ projection }: { projection: CostReviewRow }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <DialogFrame
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button
          variant={projection.recommendation.action === 'switch' ? undefined : 'quiet'}
          aria-label={`Decide, ${projection.name}`}
        >
          Decide
        </Button>
      }
      title={`Decision about ${projection.name}`}
    >
      <DecisionForm projection={projection} onLogged={() => setOpen(false)} />
    </DialogFrame>
  )
}

function DecisionForm({ projection, onLogged }: { projection: CostReviewRow; onLogged: () => void }) {
  const decide = useRecordCostDecision()
  const notify = useToast()
  const { circuitId } = projection
  const form = useForm({
    defaultValues: {
      circuitId,
      decided: formatRecommendedAction(projection),
      why: formatRecommendationReason(projection).slice(0, MAX_REASON),
    },
    resolver: createLazyResolver(() =>
      import('./read-decision.ts').then(({ validateDecisionForm }) => validateDecisionForm),
    ),
  })
  const onSuccess = () => {
    notify({ tone: 'up', title: 'Decision logged', detail: 'It is compared with the bill of the month after.' })
    onLogged()
  }
  return (
    <div className="grid gap-3">
      <FactList facts={listDecisionDetails(projection)} />
      <OneLineForm
        label="New decision"
        form={form}
        saving={decide}
        onSubmit={form.handleSubmit((body) => decide.mutate(body, { onSuccess }))}
        action="Log decision"
      >
        <FormText form={form} name="decided" label="Decision" className="w-full" maxLength={500} />
        <FormText form={form} name="why" label="Reason" className="w-full" maxLength={MAX_REASON} />
      </OneLineForm>
    </div>
  )
}
