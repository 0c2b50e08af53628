import { expect, it } from 'vitest'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { formatBackupPath } from './backup-path.ts'
import { testCircuit, testPath } from '#lib/circuits/api/testing.ts'

const paths = (primary: 'up' | 'down' | 'unknown', secondary: 'up' | 'down' | 'unknown') => ({
  paths: [testPath({ state: primary }), testPath({ path: 'secondary', state: secondary })],
})
const other = (fields: Partial<Circuit> = {}) => testCircuit({ id: 'c2', name: 'erc-amsterdam', ...fields })

it.each([
  ['both paths', testCircuit(), [], 'Both paths up.'],
  [
    'the path that is left, with what it carries',
    testCircuit(paths('down', 'up')),
    [other()],
    'Secondary path up (2.00 Mb/s in, 5.00 Mb/s out).',
  ],
  [
    'other circuits of its gateways',
    testCircuit(paths('down', 'down')),
    [other()],
    'No path of this circuit is up; its gateways are also connected to erc-amsterdam (BOTH PATHS UP).',
  ],
  [
    'another circuit in an unknown state',
    testCircuit(paths('unknown', 'down')),
    [other({ redundancy: 'unknown', atLeastPaths: 0 })],
    'No path of this circuit is confirmed up; its gateways are also connected to erc-amsterdam (UNKNOWN), with no path confirmed up.',
  ],
  [
    'no circuit of other gateways',
    testCircuit(paths('down', 'down')),
    [other({ connections: [] })],
    'No path of this circuit is up, and its gateways have no other circuit.',
  ],
  [
    'no circuit of other gateways, while polls are late',
    testCircuit({ ...paths('down', 'down'), unconfirmedSince: '2026-11-20T01:00:00.000Z' }),
    [],
    'No path of this circuit was up when it was last polled, and its gateways have no other circuit.',
  ],
])('the backup of a failing circuit: %s', (_, circuit, circuits, words) => {
  expect(formatBackupPath(circuit, [circuit, ...circuits])).toBe(words)
})
