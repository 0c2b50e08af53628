import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { isJsonObject, type ExactJson } from '#lib/azure/decode/json.ts'
import { createAzureClient } from '#lib/azure/index.ts'
import { armTypes, type PollKind } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { setLogLineCopyReceiver } from '#lib/platform/log.ts'
import { readRecording, createExchangeRecorder } from '#lib/recording/index.ts'
import { AzureResponseWatch, fetchSetupFindings } from '#lib/setup/index.ts'
import {
  createBuiltInEstate,
  parseSimulatorScenario,
  startSimulator,
  createSimulatedCredential,
} from '#lab/simulator/index.ts'
import { runFirstContact } from './contact.ts'
import { shortTestPollIntervals, simulatedAzure } from './testing/contact-settings.ts'
import { startPlantedAzure } from './testing/planted-azure.ts'

/** Poll kinds for which this estate has resources. */
const KINDS: PollKind[] = [
  'inventory',
  'peers',
  'learned',
  'advertised',
  'summary',
  'arp',
  'stats',
  'connection',
  'metrics',
  'activity',
]

/** Resource types of the estate that Azure lists with tags. */
const TYPES = [
  armTypes.circuit,
  armTypes.port,
  armTypes.virtualNetworkGateway,
  armTypes.connection,
  armTypes.virtualNetwork,
]

it('a first contact with an Azure that is full of private words keeps none of them', { timeout: 240_000 }, async () => {
  const out = mkdtempSync(path.join(tmpdir(), 'peerwatch-planted-'))
  const simulator = await startSimulator({ scenario: parseSimulatorScenario(createBuiltInEstate([])) })
  const azure = await startPlantedAzure(simulator.url)
  const said: string[] = []
  const polled = new Set<string>()
  setLogLineCopyReceiver((line) => said.push(line))
  const settings = simulatedAzure(azure.url)
  try {
    const { checks } = await runFirstContact({
      azure: settings,
      intervals: shortTestPollIntervals,
      out,
      forMs: 3 * MS_PER_SECOND,
      signal: new AbortController().signal,
      version: '0.0.0',
      pricesUrl: null,
      setup: async (onExchange) => {
        const client = createAzureClient({ ...settings, onExchange })
        const asked = await fetchSetupFindings(
          { azure: client, watch: new AzureResponseWatch(), intervals: shortTestPollIntervals, now: Date.now },
          () => {},
        )
        for (const { kind, outcome } of asked.findings.polls) if (outcome === 'ok') polled.add(kind)
        client.close()
        return []
      },
      progress: (line) => said.push(line),
    })
    const recording = readRecording(path.join(out, 'recording.ndjson.gz'))
    const left = {
      recording: JSON.stringify(recording),
      report: ['report.md', 'report.json'].map((name) => readFileSync(path.join(out, name), 'utf8')).join('\n'),
      log: said.join('\n'),
      checks: JSON.stringify(checks),
    }
    expect([...polled]).toEqual(expect.arrayContaining(KINDS))
    expect(azure.words.size).toBeGreaterThanOrEqual(275)
    for (const type of TYPES) expect(azure.places).toContain(`tag of ${type}`)
    expect([...azure.places]).toEqual(expect.arrayContaining(['page of a proxy', 'refusal']))
    for (const [place, text] of Object.entries(left)) {
      const candidates = text.toLowerCase().match(/qx[bcdfghjkmp]{6}|7391\d{7}/g) ?? []
      expect([place, candidates.filter((candidate) => azure.words.has(candidate))]).toEqual([place, []])
    }
    // the recording is still useful: Azure's terms, numbers and formats are unchanged
    expect(left.recording).toMatch(/Connected/)
    expect(left.recording).toMatch(/\(\d+ characters that are not JSON\)/)
  } finally {
    setLogLineCopyReceiver(null)
    await azure.close()
    await simulator.close()
    rmSync(out, { recursive: true })
  }
})

/** Returns the paths of an answer's members, with one- or two-digit numbers as `path = number`. */
function membersOf(value: ExactJson, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => membersOf(item, at))
  if (!isJsonObject(value)) return typeof value === 'string' && /^-?\d{1,2}$/.test(value) ? [`${at} = ${value}`] : []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'tags' ? [] : [name.startsWith('/') ? at : `${at}.${name}`, ...membersOf(inner, `${at}.${name}`)],
  )
}

it('a recording keeps every member and small figure of answers in which nobody planted a word', {
  timeout: 240_000,
}, async () => {
  const out = mkdtempSync(path.join(tmpdir(), 'peerwatch-members-'))
  const simulator = await startSimulator({ scenario: parseSimulatorScenario(createBuiltInEstate([])) })
  const file = path.join(out, 'recording.ndjson.gz')
  const recorder = createExchangeRecorder(file, { kept: [], startedAt: Date.now(), onFault: () => {} })
  const answers: string[] = []
  const azure = createAzureClient({
    resourceManagerUrl: simulator.url,
    subscriptionIds: '*',
    createCredential: createSimulatedCredential,
    onExchange: (exchange) => {
      recorder.note(exchange)
      answers.push(exchange.answer?.body ?? '')
    },
  })
  try {
    await fetchSetupFindings(
      { azure, watch: new AzureResponseWatch(), intervals: shortTestPollIntervals, now: Date.now },
      () => {},
    )
    recorder.close()
    const kept = readRecording(file).exchanges.map(({ body }) => body)
    const membersIn = (bodies: string[]) => [
      ...new Set(bodies.flatMap((body) => (body === '' ? [] : membersOf(JSON.parse(body))))),
    ]
    const remaining = new Set(membersIn(kept))
    expect(membersIn(answers).length).toBeGreaterThan(300)
    expect(membersIn(answers).filter((member) => !remaining.has(member))).toEqual([])
  } finally {
    azure.close()
    await simulator.close()
    rmSync(out, { recursive: true })
  }
})
