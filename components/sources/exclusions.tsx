'use client'

import type { ExcludedSource } from '#lib/setup/api/index.ts'
import { Needs } from '../access/needs.tsx'
import { useEndpoint } from '../data/index.ts'
import { exclusionForm } from '../declarations/forms/exclusion.ts'
import { ListPanel } from '../declarations/list-panel.tsx'
import { plural } from '../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'

/** What is left out of polling, with the resources that each declaration excludes, and the form to exclude more. */
export function Exclusions({ excluded }: { excluded: ExcludedSource[] }) {
  const declarations = useEndpoint('declarations')
  return (
    <AnswerView query={declarations} skeleton={<SkeletonRows rows={2} />}>
      {({ data }) => (
        <Needs right="declare">
          <ListPanel
            form={exclusionForm}
            items={data.exclusions}
            extra={({ match }) => <Excluded resources={excluded.filter((resource) => resource.match === match)} />}
          />
        </Needs>
      )}
    </AnswerView>
  )
}

const NAMES_SHOWN = 5

function Excluded({ resources }: { resources: ExcludedSource[] }) {
  const names = resources.slice(0, NAMES_SHOWN).map(({ scopeName }) => scopeName)
  const more = resources.length > NAMES_SHOWN ? ', …' : ''
  return (
    <span className="text-xs text-ink-3">
      excluded: {plural(resources.length, 'resource')}
      {names.length > 0 && ` (${names.join(', ')}${more})`}
    </span>
  )
}
