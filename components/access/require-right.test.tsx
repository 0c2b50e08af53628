import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Incident } from '#lib/incidents/api/index.ts'
import { type AccessRight, ROLES } from '#lib/contract/index.ts'
import { IncidentAcknowledgement } from '../incidents/acknowledge.tsx'
import { CurrentUserProvider } from './caller.tsx'
import { DisableControlsWithoutRight } from './require-right.tsx'

const drawnFor = (rights: readonly AccessRight[], children: ReactNode) =>
  renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <CurrentUserProvider caller={{ kind: 'person', name: 'Ada', role: 'viewer', rights }}>
        {children}
      </CurrentUserProvider>
    </QueryClientProvider>,
  )
const VIEWER = ROLES.viewer.rights

describe('controls that need a right', () => {
  it('are drawn as they are for whom has it', () => {
    expect(
      drawnFor(
        ['declare'],
        <DisableControlsWithoutRight right="declare">
          {<button type="button">Save</button>}
        </DisableControlsWithoutRight>,
      ),
    ).toBe('<button type="button">Save</button>')
  })

  it.each([false, true])('are disabled for others, who read why (small: %s)', (isSmall) => {
    const drawn = drawnFor(
      VIEWER,
      <DisableControlsWithoutRight right="declare" isSmall={isSmall}>
        <button type="button">Save</button>
      </DisableControlsWithoutRight>,
    )
    expect(drawn).toMatch(/<fieldset disabled="".*<button type="button">Save<\/button><\/fieldset>$/)
    expect(drawn).toContain('that needs the right “declare”')
  })

  it.each([
    [
      'acknowledgement',
      <IncidentAcknowledgement key="a" incident={{ id: 'i1', state: 'open', acknowledged: null } as Incident} />,
    ],
    [
      'acknowledging again',
      <IncidentAcknowledgement
        key="b"
        incident={
          { id: 'i1', state: 'open', acknowledged: { by: 'ada', at: '2026-11-01T00:00:00Z', note: null } } as Incident
        }
      />,
    ],
  ])('%s is such a control', (_, control) => {
    const isDisabled = (drawn: string) => /<fieldset disabled="".*<button/.test(drawn)
    expect(isDisabled(drawnFor(VIEWER, control))).toBe(true)
    expect(isDisabled(drawnFor(ROLES.operator.rights, control))).toBe(false)
    expect(drawnFor(ROLES.operator.rights, control)).toContain('<button')
  })
})

const COMPONENTS = path.resolve(import.meta.dirname, '..')
const sources = new Map(
  globSync('**/*.{ts,tsx}', { cwd: COMPONENTS })
    .filter((file) => !file.includes('.test.'))
    .map((file) => [path.join(COMPONENTS, file), readFileSync(path.join(COMPONENTS, file), 'utf8')]),
)
/** Returns the component files that a file imports, including dynamic imports. */
const importsOf = (file: string) =>
  [...(sources.get(file) ?? '').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target = '']) =>
    path.resolve(path.dirname(file), target),
  )
const importers = (file: string) => [...sources.keys()].filter((one) => importsOf(one).includes(file))

/** Folders whose commands need no right: users change their own account, and the demo has its simulator. */
const FOR_EVERYBODY = ['access', 'data', 'demo']
const sends = [...sources]
  .filter(
    ([file, text]) =>
      /\bsendJson\b/.test(text) && !FOR_EVERYBODY.includes(path.relative(COMPONENTS, file).split('/')[0] ?? ''),
  )
  .map(([file]) => file)

/**
 * Patterns that count as a check of the right. The wall display does not know its caller, so its page tells it whether
 * to show the control. The palette offers an action only with the right.
 */
const GUARD = /<DisableControlsWithoutRight\b|\bmayAcknowledge && |\bif \(!may \|\| isPast\) return null/

/**
 * Reports whether a component, or every screen that imports it directly or indirectly, contains
 * {@link DisableControlsWithoutRight} or receives a flag for the right.
 */
function isGuarded(file: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (GUARD.test(sources.get(file) ?? '')) return true
  const above = importers(file).filter((one) => !seen.has(one))
  return above.length > 0 && above.every((one) => isGuarded(one, new Set([...seen, file])))
}

describe('every component that sends a command stands in such controls', () => {
  it('there are some', () => expect(sends.length).toBeGreaterThan(5))
  it.each(sends.map((file) => path.relative(COMPONENTS, file)))('%s', (file) => {
    expect(isGuarded(path.join(COMPONENTS, file))).toBe(true)
  })
})
