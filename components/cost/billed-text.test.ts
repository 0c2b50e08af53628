import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * Files that may call an amount billed, because they show amounts of Azure's bill or state that Azure bills a resource.
 */
const OF_THE_BILL = [
  'components/cost/discount-offer.tsx',
  'components/cost/reconcile-panel.tsx',
  'components/resilience/what-if/outcome-panels.tsx',
]

it('only amounts that Azure billed are called billed, on screens, in mail, files and the command line', () => {
  const files = globSync([
    'components/**/*.{ts,tsx}',
    'lib/notify/**/*.ts',
    'lib/reports/mail/**/*.ts',
    'bin/peerwatch/**/*.ts',
  ])
  const found = files
    .filter((file) => !file.includes('.test.'))
    .filter((file) => {
      const text = readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '')
      return text.split('\n').some((line) => /\bbilled\b/i.test(line.replace(/\/\/.*/, '')))
    })
  expect(found.toSorted()).toEqual(OF_THE_BILL)
  expect(files.length).toBeGreaterThan(100)
})
