import { expect, it } from 'vitest'
import { testCircuit } from '#lib/circuits/api/testing.ts'
import { testEvent } from '../incidents/testing.ts'
import { testSession } from '../sessions/testing.ts'
import { findAffectedCircuit } from './affected-circuit.ts'

const london = testCircuit()
const amsterdam = testCircuit({ id: 'c2', name: 'erc-amsterdam' })
const lost = testEvent({ id: 's', kind: 'session_down', scope: 'g1', subject: '10.0.4.12~10.0.4.4' })
const mapped = testSession({ mapping: { circuitId: 'c2', circuitName: 'c2', path: 'primary', confidence: 'inferred' } })

it.each([
  ['its own', { scope: 'c1', root: null }, [london, amsterdam], [], 'erc-london'],
  ['that of its session', { scope: 'g1', root: lost }, [london, amsterdam], [mapped], 'erc-amsterdam'],
  ['the only one of its gateway', { scope: 'g1', root: null }, [london], [], 'erc-london'],
  ['none where there are several', { scope: 'g1', root: null }, [london, amsterdam], [], undefined],
  ['none where there is none', { scope: 'g9', root: null }, [london], [], undefined],
])('an incident problems %s', (_, incident, circuits, sessions, name) => {
  expect(findAffectedCircuit(incident, circuits, sessions)?.name).toBe(name)
})
