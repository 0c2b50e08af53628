import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toggleSeries } from './series-choice.ts'

const names = ['in', 'out', 'usual']
const shownAfter = (hidden: string[], pressed: string, isAdding = false) => {
  const next = toggleSeries(new Set(hidden), names, pressed, isAdding)
  return names.filter((name) => !next.has(name))
}

it.each([
  ['a press isolates a series', [], 'in', false, ['in']],
  ['a press isolates a hidden series', ['in'], 'in', false, ['in']],
  ['a second press shows all series', ['out', 'usual'], 'in', false, names],
  ['a press with Ctrl hides a series', [], 'out', true, ['in', 'usual']],
  ['a press with Ctrl shows a hidden series', ['out', 'usual'], 'out', true, ['in', 'out']],
  ['the last series cannot be hidden', ['out', 'usual'], 'in', true, names],
])('%s', (_, hidden, pressed, isAdding, shown) => expect(shownAfter(hidden, pressed, isAdding)).toEqual(shown))

it('at least one series is visible after any presses', () => {
  const press = fc.tuple(fc.constantFrom(...names), fc.boolean())
  fc.assert(
    fc.property(fc.array(press), (presses) => {
      let hidden: ReadonlySet<string> = new Set()
      for (const [name, isAdding] of presses) hidden = toggleSeries(hidden, names, name, isAdding)
      expect(names.some((name) => !hidden.has(name))).toBe(true)
    }),
  )
})
