import { expect, it } from 'vitest'
import type { TimestampBounds, LagLinkState } from '#lib/contract/index.ts'
import type { LagNode } from '../../model/topology.ts'
import { createEvaluationStageTestInput } from '../../testing/scene.ts'
import { buildSimulatedArmId } from '../../testing/world.ts'
import { detectLagLinkChanges } from './lags.ts'

const between: TimestampBounds = { earliest: Date.UTC(2030, 2, 4, 10), latest: Date.UTC(2030, 2, 4, 10, 10) }

interface Step {
  state: LagLinkState
  of?: string
  op?: 'changed' | 'removed'
}

/** Evaluates one inventory after the other; `of` is the resource whose configuration changed. */
const folded = (...steps: Step[]) => foldedOn({}, ...steps)

function foldedOn(more: Pick<LagNode, 'isUnused'>, ...steps: Step[]): string[] {
  const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'subscription' })
  for (const { state, of = 'lag', op = 'changed' } of steps) {
    const lags = [{ ...more, scope: 'lag', links: [{ name: 'link1', state, active: state === 'full' ? 4 : 1 }] }]
    context.topology = { ...context.topology, lags: op === 'removed' ? [] : lags }
    const change = {
      type: 'config',
      op,
      resourceType: 'microsoft.network/expressroutelags',
      between,
    } as const
    const changes =
      of === '' ? [] : [{ ...change, fields: [], resourceId: buildSimulatedArmId('expressRouteLags', of) }]
    detectLagLinkChanges(context, [{ type: 'config', changes }], (id) => id.split('/').at(-1) ?? '')
  }
  return Object.values(context.scopes['lag']?.live ?? {}).map(
    ({ event: { subject, severity, ended, evidence } }) =>
      `${subject} ${severity} ${ended ? 'over' : 'open'} ${evidence.map(({ before, after }) => `${before} to ${after}`).join()}`,
  )
}
const first: Step = { state: 'full', of: '' }

it.each<[string, Step[], string[]]>([
  ['ports are disabled, but enough are active', [{ state: 'reduced' }], ['link1 info open 4 to 1']],
  ['too few ports are active', [{ state: 'belowMinimum' }], ['link1 major open 4 to 1']],
  ['the link is disabled', [{ state: 'disabled' }], ['link1 major open 4 to 1']],
  ['it gets worse', [{ state: 'reduced' }, { state: 'belowMinimum' }], ['link1 major open 4 to 1']],
  ['it is enabled again', [{ state: 'disabled' }, { state: 'full' }], ['link1 major over 4 to 1']],
  ['its state is not reported', [{ state: 'unknown' }], []],
  ['its state is not reported any more', [{ state: 'disabled' }, { state: 'unknown' }], ['link1 major open 4 to 1']],
  ['another resource changed', [{ state: 'disabled', of: 'other' }], []],
  ['the LAG is removed', [{ state: 'disabled' }, { state: 'full', op: 'removed' }], ['link1 major over 4 to 1']],
])('a link of a LAG has an event by its change: %s', (_, steps, expected) => {
  expect(folded(first, ...steps)).toEqual(expected)
})

it('the state at the first reading raises no event, but its change for the worse does', () => {
  expect(folded({ state: 'reduced', of: '' }, { state: 'reduced' })).toEqual([])
  expect(folded({ state: 'reduced', of: '' }, { state: 'disabled' })).toEqual(['link1 major open 1 to 1'])
  expect(folded({ state: 'disabled', of: '' }, { state: 'full' })).toEqual([])
})

it('a link of a LAG without circuits has an event without a loss', () => {
  expect(foldedOn({ isUnused: true }, first, { state: 'disabled' })).toEqual(['link1 info open 4 to 1'])
})
