import { expect, it } from 'vitest'
import { isShareable, withoutNames } from './freeze.ts'

it.each([
  ['/api/v1/circuits/c1/usage?step=5m', true],
  ['/api/v1/sessions?scope=c1', true],
  ['/api/v1/routes/changes?within=10.0.0.0%2F8', true],
  ['/api/v1/sessions', false],
  ['/api/v1/declarations', false],
  ['/api/v1/circuits', false],
  ['/api/v1/incidents/assignees', false],
  ['/api/v1/handover/../users', false],
  ['/api/v1/users', false],
])('%s may be part of a snapshot: %s', (question, expected) => {
  expect(isShareable(question)).toBe(expected)
})

it.each([
  [['Contoso', 'Contoso Retail'], 'erc-contoso of Contoso Retail', 'erc-customer-1 of customer-2'],
  [['EA (x)'], 'EA (x)', 'customer-1'],
  [['EA'], 'EA, team, ea-1', 'customer-1, team, customer-1-1'],
  [[], 'Contoso', 'Contoso'],
])('of %j is hidden in %s: %s', (names, text, hidden) => {
  const page = {
    page: '/circuits/c1',
    search: `customer=${encodeURIComponent(text)}`,
    answers: { [`/x?a=${text}`]: [text, 1, null] },
  }
  const without = withoutNames(page, names)
  expect(without.answers).toEqual({ [`/x?a=${hidden}`]: [hidden, 1, null] })
  for (const name of names.filter((one) => one.length > 2))
    expect(JSON.stringify(without)).not.toContain(encodeURIComponent(name))
})
