import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '#lib/client/index.ts'
import type { ChangeStreamItem } from '#lib/client/changes.ts'
import { streamTopics } from '#lib/contract/index.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { findFormerVersion, unpackVersion } from '#lib/platform/testing/former-version.ts'
import { shouldSkipTestsWithReason } from '#lib/platform/testing/skipped.ts'
import { waitUntilTrue, startAzure, startWorkerProcess, type WorkerProcess } from '#lib/poller/testing/lab.ts'
import { isFullyObserved, type PastKind, pastKinds, toComparableRows } from '#lab/kept-answers/kinds.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { fuzzApi } from '../app/api/testing/fuzz.ts'
import { fetchList } from '#lab/product/list.ts'
import { SeverableProxy } from '../e2e/severable-proxy.ts'
import { API_PROCESS, startWeb, type WebProcess } from '../app/api/testing/web-process.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const EVERY = { POLL_SESSIONS_EVERY: '1s', POLL_CIRCUITS_EVERY: '1s', POLL_ROUTES_EVERY: '2s' }
/** About four requests for each operation of the API. */
const MANY_REQUESTS = { requests: 600, seed: 1 }
const WITHIN_MS = 600_000

const former = findFormerVersion()
const db = withTestDatabase({ empty: true })

describe.skipIf(shouldSkipTestsWithReason('tests of webs in a rolling upgrade', former.missing))(
  `webs in a rolling upgrade from ${former.version}`,
  () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-test-webs-'))
    const webs: WebProcess[] = []
    const workers: WorkerProcess[] = []
    let unpacked: Awaited<ReturnType<typeof unpackVersion>>
    let simulator: RunningSimulator

    const start = (root: string, args = [API_PROCESS, root]) => {
      const web = startWeb(args, root, { DATABASE_URL: db.url, DATA_DIR: dataDir })
      webs.push(web)
      return web
    }
    const loseSession = () =>
      simulator.control.happen({ op: 'session-loss', circuit: 'erc-pair', path: 'primary', seconds: 20 })
    const startWorker = (root: string) => void workers.push(startWorkerProcess(simulator, db.url, EVERY, root))

    beforeAll(async () => {
      unpacked = await unpackVersion(former.version)
      simulator = await startAzure(oneCircuitScenario)
    }, WITHIN_MS)

    afterAll(async () => {
      for (const { child } of [...webs, ...workers]) child.kill('SIGKILL')
      await Promise.all([...webs, ...workers].map(({ exited }) => exited))
      await simulator?.close()
      unpacked?.remove()
      rmSync(dataDir, { recursive: true })
    })

    it('whoever asks is answered all the time, and streams go on at the new one', async () => {
      await applyMigrations(db.url, { folder: path.join(unpacked.root, 'prisma/migrations') })
      startWorker(unpacked.root)
      const old = start(unpacked.root)
      const oldUrl = await old.url()
      await waitUntilTrue('the network is polled', () => lists(oldUrl, ['circuits', 'gateways', 'sessions']), WITHIN_MS)
      loseSession()
      await waitUntilTrue('a loss is seen', () => lists(oldUrl, ['events']), WITHIN_MS)
      const kinds = kindsSince(unpacked.root)
      const kept = new Map<Asked, string[]>()
      // on a slow machine, polls have gaps; the query is then repeated for a later time
      const isKept = async () => {
        for (const [asked, said] of await saidTo(oldUrl, await pastQuestions(oldUrl, kinds, Date.now() - 3_000)))
          if (said !== null) kept.set(asked, said)
        return kinds.every((wanted) => [...kept.keys()].some(({ kind }) => kind === wanted))
      }
      await waitUntilTrue('answers about the past are settled', isKept, WITHIN_MS)
      const balancer = new SeverableProxy(portOf(oldUrl))
      await balancer.open()
      const leaving = new AbortController()
      try {
        const url = `http://127.0.0.1:${balancer.port}`
        const stream = follow(url, leaving.signal)
        const asking = pollUntilAborted(url, leaving.signal)

        const { applied } = await applyMigrations(db.url, { folder: path.join(ROOT, 'prisma/migrations') })
        expect((await fuzzApi(oldUrl, MANY_REQUESTS)).faults).toEqual([])
        startWorker(ROOT)
        const presentUrl = await start(ROOT).url()

        const seen = stream.length
        balancer.target = portOf(presentUrl)
        old.child.kill('SIGKILL')
        const isResumed = () => stream.slice(seen).some(namesEverything)
        await waitUntilTrue('the new web has everything fetched again', isResumed, WITHIN_MS)
        const resumed = stream.length
        loseSession()
        await waitUntilTrue('further changes come', () => stream.slice(resumed).some(isChange), WITHIN_MS)
        expect((await fuzzApi(presentUrl, MANY_REQUESTS)).faults).toEqual([])
        expect(await saidTo(presentUrl, [...kept.keys()])).toEqual([...kept])
        leaving.abort()
        const { asked, faults } = await asking
        expect(faults).toEqual([])
        expect(webs.flatMap(({ lines }) => lines.filter((line) => /"level":(50|60)/.test(line)))).toEqual([])

        if (applied.length > 0) {
          const again = start(unpacked.root, ['bin/web.ts'])
          expect(await again.exited).toBe(1)
          expect(again.lines).toEqual([expect.stringContaining('newer than this version')])
        }
        process.stdout.write(
          `${applied.length} migrations beside a former web; ${asked} questions answered meanwhile; ${kept.size} about the past the same after it\n`,
        )
      } finally {
        leaving.abort()
        await balancer.cut()
      }
    })
  },
)

const portOf = (url: string) => Number(new URL(url).port)

/** Reports whether the web returns rows for each of these lists. */
async function lists(url: string, names: readonly string[]): Promise<boolean> {
  const rows = await Promise.all(names.map((name) => fetchList(url, name)))
  return rows.every(({ length }) => length > 0)
}

/**
 * Returns the kinds of answers about the past that are unchanged since the former version. An intended change increases
 * the version of a kind.
 */
function kindsSince(root: string): PastKind[] {
  const file = path.join(root, 'lab/kept-answers/kinds.ts')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const versions = new Map(
    [...text.matchAll(/^ {2}(\w+): \{\n {4}version: (\d+),/gm)].map(([, kind, is]) => [kind, Number(is)]),
  )
  return (['sessions', 'history', 'downtime', 'lookup'] as const).filter(
    (kind) => pastKinds[kind].version === versions.get(kind),
  )
}

interface Asked {
  kind: PastKind
  question: string
  from: number
  to: number
}

/** Returns queries for the last ten seconds of each gateway and circuit, and of an address. */
async function pastQuestions(url: string, kinds: readonly PastKind[], to: number): Promise<Asked[]> {
  const [circuits, gateways] = await Promise.all(
    ['circuits', 'gateways'].map((name) => fetchList<{ id: string }>(url, name)),
  )
  const from = to - 10_000
  return kinds.flatMap((kind) => {
    const { of, path: pathOf } = pastKinds[kind]
    const scopes = [...(of === 'routed' ? [] : (circuits ?? [])), ...(gateways ?? [])]
    return scopes.map(({ id: scope }) => {
      const question = pathOf({ scope, ip: '10.10.1.1' }, new Date(from).toISOString(), new Date(to).toISOString())
      return { kind, question, from, to }
    })
  })
}

/** Returns the answers of a web to each query; null if the answer is not final yet. */
const saidTo = (url: string, questions: readonly Asked[]): Promise<[Asked, string[] | null][]> =>
  Promise.all(
    questions.map(async (asked) => {
      const answer = await (await fetch(`${url}/api/v1${asked.question}`)).json()
      return [asked, isFullyObserved(answer) ? toComparableRows(answer, asked) : null]
    }),
  )

/** Returns an array that receives every item of a stream as it arrives. */
function follow(url: string, signal: AbortSignal): ChangeStreamItem[] {
  const items: ChangeStreamItem[] = []
  void (async () => {
    for await (const item of createClient({ url }).changes({ signal })) items.push(item)
  })()
  return items
}

const isChange = (item: ChangeStreamItem) => item.type === 'change'

/**
 * Reports whether a change covers everything. A web that does not know the changes sent by the former web sends such a
 * change, so that clients fetch everything again.
 */
const namesEverything = (item: ChangeStreamItem) =>
  item.type === 'change' && item.change.scope === null && item.change.topics.length === streamTopics.length

/** Makes the requests of screens until the signal is aborted. A failed request is repeated once, as in browsers. */
async function pollUntilAborted(url: string, signal: AbortSignal): Promise<{ asked: number; faults: string[] }> {
  const faults: string[] = []
  const ask = async (target: string) => {
    const response = await fetch(`${url}${target}`)
    await response.text()
    if (response.status !== 200) faults.push(`${target}: ${response.status}`)
  }
  let asked = 0
  for (; !signal.aborted; asked++) {
    const target = ['/api/v1/overview', '/api/v1/circuits', '/api/v1/wall', '/api/health'][asked % 4] ?? ''
    await ask(target)
      .catch(() => ask(target))
      .catch((error) => faults.push(`${target}: ${error}`))
    await delay(100)
  }
  return { asked, faults }
}
