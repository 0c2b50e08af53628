import path from 'node:path'
import { DAY } from '#lib/contract/time/time.ts'
import { listPageUses, listStalePages } from './docs/fact-pages.ts'

/**
 * `npm run facts`: lists the Microsoft pages that were not compared with the product for 90 days, with everything that
 * cites them.
 */
const LIMIT_MS = 90 * DAY

const cited = listPageUses(path.resolve(import.meta.dirname, '..'))
const stale = listStalePages(Date.now() - LIMIT_MS)
for (const { page, checked } of stale) {
  process.stdout.write(`${page}\n  ${checked === null ? 'no day noted' : `read on ${checked}`}\n`)
  for (const use of cited.get(page) ?? []) process.stdout.write(`  - ${use}\n`)
}
process.stdout.write(
  `${stale.length} pages to read. Correct what differs (one line of the changelog each), then set the day in lib/contract/facts/pages.ts.\n`,
)
