import { expect, it } from 'vitest'
import {
  type DetectionReadResults,
  formatReadKey,
  MAX_READ_PLAN_ROUNDS,
  type DetectionReadPlan,
} from '#lib/detection/index.ts'
import type { DetectionRead } from '#lib/detection/reads/read.ts'
import { executeReadPlan, type DetectionReadFunctions } from './execute-reads.ts'

const address = (n: number): DetectionRead => ({ kind: 'carriersOf', address: `10.0.0.${n}` })

/** Returns readers that record their queries. */
function recording(asked: string[]): DetectionReadFunctions {
  return {
    carriersOf: async (read: { address: string }) => {
      asked.push(read.address)
      return [{ gateway: read.address, peer: '' }]
    },
  } as Partial<DetectionReadFunctions> as DetectionReadFunctions
}

it('does each read of each round once, and gives the plan its answers', async () => {
  const asked: string[] = []
  const plan = (answers: DetectionReadResults): DetectionReadPlan<unknown> => {
    const [one, two] = [answers[formatReadKey(address(1))], answers[formatReadKey(address(2))]]
    if (!one) return { isDone: false, reads: [address(1), address(3)] }
    return two ? { isDone: true, result: [one, two] } : { isDone: false, reads: [address(2)] }
  }
  expect(await executeReadPlan(recording(asked), plan)).toEqual([
    [{ gateway: '10.0.0.1', peer: '' }],
    [{ gateway: '10.0.0.2', peer: '' }],
  ])
  expect(asked).toEqual(['10.0.0.1', '10.0.0.3', '10.0.0.2'])
})

it('gives up a plan that asks on after its rounds', async () => {
  const asked: string[] = []
  const endless = (answers: DetectionReadResults): DetectionReadPlan<never> => ({
    isDone: false,
    reads: [address(Object.keys(answers).length)],
  })
  await expect(executeReadPlan(recording(asked), endless)).rejects.toThrow('detection asks for more reads')
  expect(asked).toHaveLength(MAX_READ_PLAN_ROUNDS)
})
