import { expect, it } from 'vitest'
import { withRange } from './with-range.ts'

it.each([
  ['/routes', 'range=7d', '/routes?range=7d'],
  ['/routes?view=history', 'range=7d', '/routes?view=history&range=7d'],
  ['/incidents/i1#e2', 'from=2026-11-19&to=2026-11-20', '/incidents/i1?from=2026-11-19&to=2026-11-20#e2'],
  ['/routes', '', '/routes'],
  ['/events?range=30d', 'range=7d', '/events?range=30d'],
  ['/routes?at=2026-11-20T03:12:00Z', 'range=7d', '/routes?at=2026-11-20T03:12:00Z'],
  ['/events?range=30d', 'range=7d&customer=Contoso', '/events?range=30d&customer=Contoso'],
  ['/events?customer=Fabrikam', 'customer=Contoso', '/events?customer=Fabrikam'],
])('%s with %s is %s', (href, chosen, expected) => {
  expect(withRange(href, chosen)).toBe(expected)
})
