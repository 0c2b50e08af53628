import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import { AzureResponseWatch, fetchSetupFindings, runAzureSetupChecks } from '#lib/setup/index.ts'
import { createSetupResult } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import {
  oneCircuitScenario,
  parseSimulatorScenario,
  readMeasuredOperationTimes,
  startSimulator,
} from '#lab/simulator/index.ts'
import { listFirstContactChecks } from '#lib/setup/contact-checks.ts'
import { runFirstContact } from './contact.ts'
import { shortTestPollIntervals, simulatedAzure } from './testing/contact-settings.ts'
import { FirstContactTally } from './tally.ts'

it('asks an Azure everything, and leaves a report that names nothing of it and a recording that replays', async () => {
  const out = mkdtempSync(path.join(tmpdir(), 'peerwatch-contact-'))
  const simulator = await startSimulator({ scenario: parseSimulatorScenario(oneCircuitScenario) })
  const settings = simulatedAzure(simulator.url)
  try {
    const { checks } = await runFirstContact({
      azure: settings,
      intervals: shortTestPollIntervals,
      out,
      forMs: 4 * MS_PER_SECOND,
      signal: new AbortController().signal,
      version: '0.0.0',
      pricesUrl: null,
      // makes every request once, like the doctor, because a slow machine polls little in the time that follows
      setup: async (onExchange) => {
        const azure = createAzureClient({ ...settings, onExchange })
        await fetchSetupFindings(
          { azure, watch: new AzureResponseWatch(), intervals: shortTestPollIntervals, now: Date.now },
          () => {},
        )
        azure.close()
        return [createSetupResult('login', 'pass', `who sees ${oneCircuitScenario.subscriptions[0]?.id}`)]
      },
      progress: () => {},
    })
    const of = (id: string) => checks.find((check) => check.id === id)
    expect(of('read_peers')).toMatchObject({ state: 'pass', detail: expect.stringMatching(/^\d+ polls: \d+ ok; /) })
    for (const id of ['undecoded', 'replayUndecoded', 'replayUnknown', 'recording', 'refused'])
      expect(of(id)).toMatchObject({ state: 'pass' })
    const report = readFileSync(path.join(out, 'report.json'), 'utf8')
    const text = report + readFileSync(path.join(out, 'report.md'), 'utf8')
    // every text of the estate that is not an Azure term
    const named =
      JSON.stringify(oneCircuitScenario).match(/"[^"]*(?:\d+\.\d+\.\d+\.\d+|gw-|erc-|rg-|[0-9a-f]{8}-)[^"]*"/g) ?? []
    expect(named.length).toBeGreaterThan(5)
    for (const word of named) expect(text).not.toContain(word.slice(1, -1))
    expect(text).not.toContain(simulator.url)
    expect(readMeasuredOperationTimes(report)?.gateway?.most).toBeGreaterThanOrEqual(0)
  } finally {
    await simulator.close()
    rmSync(out, { recursive: true })
  }
})

it('a contact of which nothing came says so', () => {
  const none = new FirstContactTally().figures()
  const setup = runAzureSetupChecks(
    {
      listing: { outcome: 'unavailable', error: null, subscriptions: [] },
      clock: null,
      apiVersion: null,
      principalIds: new Map(),
      found: null,
      polls: [],
      at: 0,
    },
    [],
  )
  const checks = listFirstContactChecks({
    setup,
    figures: none,
    replay: 'nothing was recorded',
    prices: 'not asked for',
  })
  expect(checks.length).toBeGreaterThanOrEqual(40)
  expect(checks.filter(({ state }) => state === 'pass').map(({ id }) => id)).not.toContain('read_peers')
  expect(checks.filter(({ state }) => state === 'fail').map(({ id }) => id)).toEqual(
    expect.arrayContaining(['arm', 'requests', 'recording']),
  )
})

it('an answer that the product can not read fails, here and in the replay, and so does a poll that ends otherwise there', () => {
  const tallied = (outcome: 'ok' | 'malformed' | 'not_found' | null) => {
    const tally = new FirstContactTally()
    if (outcome)
      tally.notePoll({ kind: 'peers', outcome, error: { code: 'a name of theirs' }, startedAt: 0, finishedAt: 1 })
    return tally.figures()
  }
  const states = (azure: 'ok' | 'malformed' | null, replay: 'ok' | 'malformed' | 'not_found') => {
    const { kinds } = tallied(replay)
    const checks = listFirstContactChecks({
      setup: [],
      figures: tallied(azure),
      replay: { exchanges: 1, notRecorded: 0, kinds },
      prices: 1,
    })
    expect(JSON.stringify(checks)).not.toContain('a name of theirs')
    return ['read_peers', 'undecoded', 'replayUndecoded', 'replayUnknown'].map(
      (id) => checks.find((check) => check.id === id)?.state,
    )
  }
  expect(states('ok', 'ok')).toEqual(['pass', 'pass', 'pass', 'pass'])
  expect(states('malformed', 'malformed')).toEqual(['fail', 'fail', 'fail', 'pass'])
  expect(states('ok', 'not_found')).toEqual(['pass', 'pass', 'pass', 'fail'])
  // a contact that was too short for this poll has nothing to compare
  expect(states(null, 'not_found')).toEqual(['skip', 'pass', 'pass', 'pass'])
})

it.each([
  ['not JSON', 'x'],
  ['another file', '{"checks": []}'],
])('%s is no report', (_, text) => expect(() => readMeasuredOperationTimes(text)).toThrow())

it('times of a report lie as they were measured', () => {
  const seconds = { least: 4, median: 8, most: 68 }
  expect(readMeasuredOperationTimes(JSON.stringify({ figures: { kinds: { peers: { seconds } } } }))).toEqual({
    gateway: { least: 4_000, most: 68_000, tail: 4 },
    circuit: undefined,
  })
})
