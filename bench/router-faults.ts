/**
 * Random faults on a real FRR in network namespaces, whose BMP a station of its own records: `npm run bench router-faults [--faults=24] [--seed=1]`.
 * Needs root, FRR and BIRD. What is recorded is held against FRR's own log, to the microsecond; it exits with 1 where they differ.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { reportedSessions, routerRoutes, routerSessionHistory } from '#lib/history/index.ts'
import { print } from './history/figures.ts'
import { withServer } from './history/server.ts'
import { compare, type Done } from './router-faults/compare.ts'
import { chooserOf, faults } from './router-faults/faults.ts'
import { LiveRouter, MSEE } from './router-faults/live-router.ts'

const { values } = parseArgs({
  options: { faults: { type: 'string', default: '24' }, seed: { type: 'string', default: '1' } },
})
const EVER = { from: Date.UTC(2020, 0), to: Date.UTC(2100, 0) }

await withServer(async (open) => {
  const db = await open()
  const sessionId = async () => (await reportedSessions(db.pool)).find(({ neighbor }) => neighbor === MSEE)?.id ?? 0
  const recorded = async () => routerSessionHistory(db.pool, await sessionId(), EVER)
  const isUp = async () => (await recorded()).at(-1)?.state === 'up'
  const routes = async () => {
    const all = await routerRoutes(db.pool, await sessionId(), { ...EVER, limit: 10_000, views: ['adjInPost'] })
    return all.flatMap(({ prefix, attributes, to }) =>
      to === null ? [`${prefix} ${attributes.asPath?.join(' ')}`] : [],
    )
  }
  const router = await LiveRouter.start(db.url, routes)
  try {
    await router.until(isUp, 'the session is up')
    const choose = chooserOf(Number(values.seed))
    const done: Done[] = []
    for (let count = 0; count < Number(values.faults); count++) {
      const name = choose()
      const from = Date.now()
      await faults[name].make(router).catch((error: Error) => {
        throw new Error(`${name}, after ${done.map((one) => one.name).join(', ')}: ${error.message}`)
      })
      await router.until(async () => router.isUp() && (await isUp()), `the session is up again after ${name}`)
      done.push({ name, from, to: Date.now(), endsBy: faults[name].endsBy })
    }
    const result = compare(router.log(), await recorded(), router.unwatched, done)
    print(`router-faults, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`)
    print(
      `faults: ${[...Map.groupBy(done, ({ name }) => name)].map(([name, all]) => `${all.length} ${name}`).join(', ')}`,
    )
    for (const line of result.figures) print(line)
    for (const line of result.wrong) print(`WRONG: ${line}`)
    if (result.wrong.length > 0) process.exitCode = 1
  } finally {
    await router.stop()
  }
})
