import path from 'node:path'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { listPageUses, listStalePages } from './docs/fact-pages.ts'

/**
 * `npm run facts`: lists the pages of Microsoft's documentation that nobody has compared with Peerwatch for 90 days.
 * Each is followed by the facts and files that cite it.
 */
const LIMIT_MS = 90 * MS_PER_DAY

const cited = listPageUses(path.resolve(import.meta.dirname, '..'))
const stale = listStalePages(Date.now() - LIMIT_MS)
for (const { page, checked } of stale) {
  process.stdout.write(`${page}\n  ${checked === null ? 'no day noted' : `read on ${checked}`}\n`)
  for (const use of cited.get(page) ?? []) process.stdout.write(`  - ${use}\n`)
}
process.stdout.write(
  `${stale.length} pages to read. Correct what differs (one line of the changelog each), then set the day in lib/contract/facts/azure-doc-pages.ts.\n`,
)
