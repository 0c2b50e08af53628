'use client'

import { Needs } from '../access/needs.tsx'
import { useEndpoint } from '../data/index.ts'
import { pauseForm } from '../declarations/forms/pause.ts'
import { ListPanel } from '../declarations/list-panel.tsx'
import { WindowTime } from '../declarations/window-time.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'

/** Paused polls, and the form to add a pause. */
export function Pauses() {
  const declarations = useEndpoint('declarations')
  return (
    <AnswerView query={declarations} skeleton={<SkeletonRows rows={2} />}>
      {({ data }) => (
        <Needs right="declare">
          <ListPanel
            form={pauseForm}
            items={data.pauses.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))}
            extra={(pause) => <WindowTime window={pause} />}
          />
        </Needs>
      )}
    </AnswerView>
  )
}
