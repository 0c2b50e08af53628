import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type FailureElement,
  failureElementKinds,
  type FailureUnit,
  findSmallestFailedElement,
} from './smallest-root.ts'

const SHARE = 0.9
const set = (...leaves: FailureUnit[]) => new Set(leaves)
const element = (kind: FailureElement['kind'], ...leaves: FailureUnit[]): FailureElement => ({
  kind,
  name: kind,
  leaves: set(...leaves),
})

describe('the root of some symptoms', () => {
  const path = element('path', 'a1')
  const circuit = element('circuit', 'a1', 'a2')
  const location = element('location', 'a1', 'a2', 'b1', 'b2')
  const router = element('router', 'a1', 'b1')
  const all = [location, circuit, router, path]
  it.each<[string, FailureUnit[], FailureUnit[], string | null]>([
    ['one path is no more than that', ['a1'], [], 'path'],
    ['both paths are the circuit', ['a1', 'a2'], ['b1'], 'circuit'],
    ['a path of each of two circuits is the router that they end on', ['a1', 'b1'], ['a2', 'b2'], 'router'],
    ['everything at a place is the place', ['a1', 'a2', 'b1', 'b2'], [], 'location'],
    ['three of four may be the place, while the fourth was not checked', ['a1', 'a2', 'b1'], [], 'location'],
    ['and are several matters once it is seen to be well', ['a1', 'a2', 'b1'], ['b2'], null],
    ['what stands nowhere is explained by nothing', ['c1'], [], null],
    ['nothing has no root', [], [], null],
  ])('%s', (_, symptoms, healthy, kind) => {
    expect(findSmallestFailedElement(all, set(...symptoms), set(...healthy), SHARE)?.kind ?? null).toBe(kind)
  })

  it('may leave one of ten unexplained, and not two', () => {
    const leaves = Array.from({ length: 10 }, (_, n) => `s${n}`)
    const whole = (n: number) =>
      findSmallestFailedElement([element('gateway', ...leaves.slice(0, n))], set(...leaves), set(), SHARE)
    expect(whole(9)?.kind).toBe('gateway')
    expect(whole(8)).toBeNull()
  })

  it('is the more specific of two that are as large', () => {
    const same = ['a1', 'a2']
    const roots = [element('provider', ...same), element('circuit', ...same), element('location', ...same)]
    expect(findSmallestFailedElement(roots, set(...same), set(), SHARE)?.kind).toBe('circuit')
  })
})

const leaf = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const leaves = fc.uniqueArray(leaf, { minLength: 1 })
const elements = fc
  .array(fc.record({ kind: fc.constantFrom(...failureElementKinds), own: leaves }), { maxLength: 12 })
  .map((drawn) => drawn.map(({ kind, own }, n): FailureElement => ({ kind, name: `${n}`, leaves: new Set(own) })))

describe('whatever fails', () => {
  it('a root predicts nothing that is well as failed, and a child seen to be well rules it out', () => {
    fc.assert(
      fc.property(elements, leaves, leaves, leaf, (all, symptoms, well, child) => {
        const healthy = new Set(well.filter((one) => !symptoms.includes(one)))
        const root = findSmallestFailedElement(all, new Set(symptoms), healthy, SHARE)
        if (!root) return
        expect([...healthy].filter((one) => root.leaves.has(one))).toEqual([])
        fc.pre(root.leaves.has(child) && !symptoms.includes(child))
        const other = findSmallestFailedElement(all, new Set(symptoms), new Set([...healthy, child]), SHARE)
        expect(other?.leaves.has(child) ?? false).toBe(false)
      }),
    )
  })

  it('no smaller element that is allowed explains as much', () => {
    fc.assert(
      fc.property(elements, leaves, (all, symptoms) => {
        const root = findSmallestFailedElement(all, new Set(symptoms), new Set(), SHARE)
        const enough = ({ leaves: own }: FailureElement) =>
          symptoms.filter((one) => own.has(one)).length >= SHARE * symptoms.length
        const smallest = Math.min(...all.filter(enough).map(({ leaves: own }) => own.size))
        expect(root?.leaves.size ?? Number.POSITIVE_INFINITY).toBe(smallest)
      }),
    )
  })

  it('the order in which elements are listed changes nothing', () => {
    fc.assert(
      fc.property(elements, leaves, leaves, (all, symptoms, well) => {
        const rootOf = (listed: readonly FailureElement[]) =>
          findSmallestFailedElement(listed, new Set(symptoms), new Set(well), SHARE)
        expect(rootOf(all.toReversed())).toEqual(rootOf(all))
      }),
    )
  })
})
