import { expect, it } from 'vitest'
import { findCircuitOfSession } from './circuit-of-session.ts'
import { testSession } from './testing.ts'

const mapping = { circuitId: 'ckt-lon', circuitName: 'erc-london', path: 'primary', confidence: 'inferred' } as const

it.each([
  ['of a circuit is of its scope', { scope: 'ckt-ams', path: 'primary', mapping: null }, 'ckt-ams'],
  ['of a gateway is of what its neighbor is mapped to', { scope: 'ergw-hub', path: null, mapping }, 'ckt-lon'],
  ['of a gateway may be of none that is known', { scope: 'ergw-hub', path: null, mapping: null }, null],
] as const)('a session %s', (_, session, circuit) => {
  expect(findCircuitOfSession(testSession(session))).toBe(circuit)
})
