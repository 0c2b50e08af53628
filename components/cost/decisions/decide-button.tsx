import { useForm } from 'react-hook-form'
import { OneLineForm, FormText } from '../../schema-form/bound-fields.tsx'
import { createLazyResolver } from '../../schema-form/read.ts'
import { Button } from '../../ui/button.tsx'
import { FactList } from '../../ui/facts/fact-list.tsx'
import { DialogFrame } from '../../ui/overlay/opened.tsx'
import { listDecisionFacts } from '../review/review-columns.tsx'
import type { ReviewRow } from '../review/review-rows.ts'
import { useDecide } from '../use-cost-commands.ts'
import { formatRecommendedAction } from './decision-text.ts'

/**
 * Button with a dialog in which the user records a decision about a circuit's plan. The text field initially contains
 * the recommendation.
 */
export function DecideButton({ projection }: { projection: ReviewRow }) {
  return (
    <DialogFrame
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
      <DecisionForm projection={projection} />
    </DialogFrame>
  )
}

function DecisionForm({ projection }: { projection: ReviewRow }) {
  const decide = useDecide()
  const { circuitId } = projection
  const form = useForm({
    defaultValues: { circuitId, decided: formatRecommendedAction(projection), why: '' },
    resolver: createLazyResolver(() => import('./read-decision.ts').then(({ readDecision }) => readDecision)),
  })
  if (decide.isSuccess) return <p role="status">Logged. It is held against the bill of the month after.</p>
  return (
    <div className="grid gap-3">
      <FactList facts={listDecisionFacts(projection)} />
      <OneLineForm
        label="New decision"
        form={form}
        saving={decide}
        onSubmit={form.handleSubmit((body) => decide.mutate(body))}
        action="Log decision"
      >
        <FormText form={form} name="decided" label="Decision" className="w-full" maxLength={500} />
        <FormText form={form} name="why" label="Reason" className="w-full" maxLength={1_000} />
      </OneLineForm>
    </div>
  )
}
