import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { Panel } from './panel.tsx'

const textAt = (asOf: string | null, isOfNow: boolean) =>
  renderToStaticMarkup(
    <PageSelectionProvider search="" customer={null} asOf={asOf}>
      <Panel title="Both ends" isOfNow={isOfNow}>
        UP for 4 min
      </Panel>
    </PageSelectionProvider>,
  ).replaceAll(/<[^>]*>/g, ' ')

const THEN = '2026-11-21T09:06:10Z'

it.each([
  ['a page of now', null, true, ['UP for 4 min']],
  ['a page of the past', THEN, true, ['not kept as history']],
  ['a page of the past, if it has a history', THEN, false, ['UP for 4 min']],
] as const)('a panel on %s', (_, asOf, isOfNow, shown) => {
  const text = textAt(asOf, isOfNow)
  expect(['UP for 4 min', 'not kept as history'].filter((part) => text.includes(part))).toEqual(shown)
})
