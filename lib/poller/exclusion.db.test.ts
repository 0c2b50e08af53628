import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { listSources, readCurrentDeclarations } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import {
  createAzureClientForSimulator,
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startDeclaredWorker,
} from './testing/lab.ts'
import type { PollWorker } from './worker.ts'

const db = withTestDatabase()
let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker | undefined

beforeAll(async () => {
  simulator = await startAzure(oneCircuitScenario)
  azure = createAzureClientForSimulator(simulator)
})

afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await simulator?.close()
})

it('what is excluded leaves the timetable as soon as it is declared, and comes back', async () => {
  const started = startDeclaredWorker(db, azure)
  worker = started.worker
  await waitUntilTrue('polls of circuits', () => areExpectedPollsRecorded(db, 'stats'))
  const scheduled = async () => (await listSources(db.pool)).filter((source) => source.scheduled)
  const circuit = (await scheduled()).find(({ poll }) => poll.kind === 'stats')
  if (!circuit) throw new Error('there is no circuit')
  const declare = async (match: string[]) => {
    const { version } = await readCurrentDeclarations(db.pool)
    const exclusions = match.map((one) => ({ match: one, why: 'a lab' }))
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(client, { exclusions }, { by: 'alice', expected: version }),
    )
    started.declared()
  }
  const isPolled = async () => (await scheduled()).some(({ scope }) => scope === circuit.scope)
  await declare([circuit.resourceId.toUpperCase()])
  await waitUntilTrue('it is not polled', async () => !(await isPolled()))
  expect((await scheduled()).length).toBeGreaterThan(0)
  await declare([])
  await waitUntilTrue('it is polled again', isPolled)
})
