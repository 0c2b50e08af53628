import { expect, it } from 'vitest'
import { planTestJobs } from './jobs.ts'
import { parseStageNames } from './stages.ts'

it.each([
  { words: [], of: 'e2e', follow: ['build', 'routers', 'types'] },
  { words: ['e2e'], of: 'e2e', follow: [] },
  { words: [], of: 'unit + db', follow: ['build'] },
  { words: [], of: 'routers', follow: ['build'] },
  { words: [], of: 'types', follow: ['build'] },
  { words: ['check'], of: 'types', follow: [] },
])('of npm test $words, $of follows $follow', ({ words, of, follow }) => {
  const context = { root: '/', env: process.env, scratch: '/', routersMissing: null }
  const jobs = planTestJobs(parseStageNames(words), context)
  const follows = jobs.find(({ name }) => name === of)?.follows ?? []
  // a job may only follow jobs that are listed before it
  for (const [n, job] of jobs.entries())
    expect(jobs.slice(0, n)).toEqual(expect.arrayContaining([...(job.follows ?? [])]))
  expect(
    follows
      .map(({ name }) => name)
      .filter((name) => ['build', 'routers', 'types'].includes(name))
      .toSorted(),
  ).toEqual(follow)
})
