import { describe, expect, it } from 'vitest'
import { type MovePrediction, simulateTrafficMove, predictMove } from './prediction.ts'
import { generateMoveTopology, failoverHindranceKindNames } from './topology.ts'

const COUNT = 200
const planted = Array.from({ length: COUNT }, (_, n) => {
  const topology = generateMoveTopology(
    1_000 + n,
    failoverHindranceKindNames[n % failoverHindranceKindNames.length] ?? null,
  )
  return { topology, prediction: predictMove(topology) }
})
const clean = Array.from({ length: COUNT }, (_, n) => {
  const topology = generateMoveTopology(5_000 + n, null)
  return { topology, prediction: predictMove(topology) }
})
const kindsOf = ({ move }: MovePrediction) => move.hindrances.map(({ kind }) => kind)

describe('400 generated topologies', () => {
  it.each(failoverHindranceKindNames)('%s is named before the loss', (kind) => {
    const own = planted.filter(({ topology }) => topology.kind === kind)
    expect(own.length).toBeGreaterThan(17)
    const missed = own.filter(({ prediction }) => !kindsOf(prediction).includes(kind))
    expect(missed.map(({ topology }) => topology.seed)).toEqual([])
  })

  it('name no hindrance if none is planted', () => {
    const named = clean.flatMap(({ topology, prediction }) =>
      prediction.move.hindrances.map(({ text }) => `${topology.seed}: ${text}`),
    )
    expect(named).toEqual([])
  })

  it('move as predicted if the loss is played', () => {
    const played = [...planted, ...clean].flatMap(({ topology, prediction }) =>
      simulateTrafficMove(topology, prediction).map(
        (text) => `${topology.kind} ${topology.seed} ${prediction.move.verdict}: ${text}`,
      ),
    )
    expect(played).toEqual([])
    const moving = [...planted, ...clean].filter(({ prediction }) => prediction.move.verdict === 'moves')
    expect(moving.length).toBeGreaterThan(150)
  })
})
