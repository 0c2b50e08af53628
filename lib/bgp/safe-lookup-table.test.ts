import { expect, it } from 'vitest'
import { createSafeLookupTable } from './safe-lookup-table.ts'

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])('%s finds nothing', (word) => {
  const table = createSafeLookupTable({ own: 1 })
  expect([table[word], word in table, table['own']]).toEqual([undefined, false, 1])
})
