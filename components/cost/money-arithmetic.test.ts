import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * The two files that may convert an amount to a number: to format it, and to sort it or place it in a chart. Sums,
 * orders and thresholds of money are computed in lib/cost.
 */
const CONVERTING = ['components/cost/money-columns.ts', 'components/cost/money-text.ts']

const CONVERSION = /\b(?:Number|BigInt|parseFloat|Decimal)\(\s*[^()\n]*\bamount\b/
const OPERATOR = String.raw`(?:[-+*/%]|[<>]=?)`
const AMOUNT = String.raw`(?:\.amount\b|toSortableAmount\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\))(?: \?\? 0)?\)?`
const ARITHMETIC = [
  new RegExp(`${AMOUNT} ${OPERATOR} `),
  new RegExp(String.raw` [-+*/<>]=? [\w.?]*${AMOUNT}`),
  new RegExp(String.raw`Math\.\w+\([^\n]*${AMOUNT}`),
  new RegExp(String.raw`(?:sort|toSorted|reduce)\([^\n]*${AMOUNT}`),
]

const isArithmetic = (line: string) => ARITHMETIC.some((form) => form.test(line))

it('finds the forms of arithmetic on amounts', () => {
  const planted = [
    'a.p50.amount - b.p50.amount',
    'saving.amount > 0',
    'toSortableAmount(a.cost) + toSortableAmount(b.cost)',
    'sum += toSortableAmount(row.cost) ?? 0',
    '(toSortableAmount(saving.p50) ?? 0) > 0',
    'rows.toSorted((a, b) => compare(a.cost.amount, b.cost.amount))',
    'Math.max(0, toSortableAmount(one.cost) ?? 0)',
  ]
  expect(planted.filter((line) => !isArithmetic(line))).toEqual([])
  expect(CONVERSION.test('Number(option.p50.amount)')).toBe(true)
  expect(['cost.amount === other.amount', 'value: (row) => toSortableAmount(row.cost),'].filter(isArithmetic)).toEqual(
    [],
  )
})

it('is not in components and pages', () => {
  const files = globSync('{components,app}/**/*.{ts,tsx}').filter((file) => !file.includes('.test.'))
  const found = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    const isOfMoney = file.startsWith('components/cost/') || /\bCostMoney\b|#lib\/cost\//.test(text)
    return text
      .split('\n')
      .filter(
        (line) =>
          isArithmetic(line) ||
          (isOfMoney && !CONVERTING.includes(file) && CONVERSION.test(line)) ||
          /from 'decimal\.js'/.test(line),
      )
      .map((line) => `${file}: ${line.trim()}`)
  })
  expect(files.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})
