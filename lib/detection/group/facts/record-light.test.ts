import { expect, it } from 'vitest'
import { ensureResourceState } from '../../model/context.ts'
import type { LightLevel } from '../../model/scope-state.ts'
import { contextWithPolls } from '../correlate/roots/testing.ts'
import { recordLightLevels } from './record-light.ts'

const rx = (dbm: number, at: number, link = 'link1'): LightLevel => ({ link, direction: 'Rx', dbm, at })

it('keeps the last light, takes no notice of tenths of a decibel, and forgets nothing when nothing is reported', () => {
  const context = contextWithPolls({})
  const lightAfter = (levels: LightLevel[]) => {
    recordLightLevels(context, { 'ckt-lon': levels })
    return ensureResourceState(context, 'ckt-lon').light
  }
  expect(lightAfter([])).toBeUndefined()
  expect(lightAfter([rx(-4, 1)])).toEqual([rx(-4, 1)])
  expect(lightAfter([rx(-4.4, 2)])).toEqual([rx(-4, 1)])
  expect(lightAfter([rx(-12, 3), rx(-5, 3, 'link2')])).toEqual([rx(-12, 3), rx(-5, 3, 'link2')])
  expect(lightAfter([])).toEqual([rx(-12, 3), rx(-5, 3, 'link2')])
})
