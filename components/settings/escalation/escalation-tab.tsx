'use client'

import { useEndpoint } from '../../data/index.ts'
import { AnswerView, SkeletonRows } from '../../ui/answer-view.tsx'
import { PoliciesPanel } from './policies-panel.tsx'
import { RotationsPanel } from './rotations-panel.tsx'

/** Who is on call, and who is notified of what nobody acknowledges. */
export function EscalationTab() {
  const escalation = useEndpoint('escalation')
  return (
    <AnswerView query={escalation} skeleton={<SkeletonRows rows={4} height="4rem" />}>
      {({ data }) => (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 3xl:grid-cols-2">
          <RotationsPanel answer={data} />
          <PoliciesPanel answer={data} />
        </div>
      )}
    </AnswerView>
  )
}
