import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Folders whose statements write or delete metric samples, or compare samples with each other. */
const OF_ALL_POINTS =
  /^lib\/history\/(?:record|retention|scoped|past)\/|^lib\/history\/read\/traffic\/metric-series\.ts$|\/testing\//

const READS_POINTS = /(?:FROM|JOIN) (?:public\.)?metric_sample (\w+)\b/g

/** Azure may still revise a sample that is younger than the delay observed for its metric (ADR 0316). */
it('every query of points reads them up to the newest that is evaluated', () => {
  const files = readdirSync('lib', { recursive: true, encoding: 'utf8' })
    .map((file) => `lib/${file}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !OF_ALL_POINTS.test(file))
  const found = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return [...text.matchAll(READS_POINTS)].map(([, alias]) => ({ file, is: text.includes(`${alias}.at <= m.at`) }))
  })
  expect(found.length).toBeGreaterThanOrEqual(5)
  expect(found.filter(({ is }) => !is)).toEqual([])
})
