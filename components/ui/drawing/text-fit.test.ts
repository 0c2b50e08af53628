import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fitText, estimateTextWidth, wrapText } from './text-fit.ts'

it.each([
  ['what fits stays whole', 'erc-london', 200, 'erc-london'],
  ['what does not is cut and says so', 'a-very-long-name-of-a-circuit', 80, 'a-very-long…'],
  ['no space stands before the ellipsis', 'On premises', 32, 'On…'],
  ['nothing fits into nothing', 'abc', 2, ''],
])('%s', (_, text, width, shown) => {
  expect(fitText(text, width, 12)).toBe(shown)
  expect(estimateTextWidth(shown, 12)).toBeLessThanOrEqual(width)
})

it.each([
  ['what fits stays on one line', 'On-premises', 200, ['On-premises']],
  [
    'a long name is broken between its words',
    'learned: Washington DC / AT&T Netbond',
    165,
    ['learned: Washington DC /', 'AT&T Netbond'],
  ],
  ['a word wider than a line is broken, too', 'a-site-without-spaces', 80, ['a-site-witho', 'ut-spaces']],
  ['what three lines do not hold is cut', 'one two three four five six', 40, ['one', 'two', 'thre…']],
  ['nothing is no line', '', 80, []],
])('%s', (_, text, width, lines) => {
  expect(wrapText(text, width, 12, 3)).toEqual(lines)
})

it('lines fit, and hold every letter where they are not cut', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, width) => {
      const lines = wrapText(text, width, 12, 99)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      for (const line of lines) expect(estimateTextWidth(line, 12)).toBeLessThanOrEqual(width)
    }),
  )
})
