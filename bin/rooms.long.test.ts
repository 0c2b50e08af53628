import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { waitUntilTrue, startAzure, startWorkerProcess } from '#lib/poller/testing/lab.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { fetchList } from '#lab/product/list.ts'
import { API_PROCESS, startWeb } from '../app/api/testing/web-process.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const WITHIN_MS = 1_800_000
const EVERY = { POLL_SESSIONS_EVERY: '1s', POLL_CIRCUITS_EVERY: '1s', POLL_ROUTES_EVERY: '2s' }
const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' })
const run = (cwd: string, ...args: string[]) =>
  execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 28 })
const TSC = 'node_modules/typescript/bin/tsc'
const VITEST = 'node_modules/vitest/vitest.mjs'

const db = withTestDatabase({ empty: true })
/** Folder with a copy of the tracked files, and the packages next to them. */
let tree = ''
let simulator: RunningSimulator

beforeAll(async () => {
  tree = mkdtempSync(path.join(tmpdir(), 'peerwatch-rooms-'))
  for (const file of git(ROOT, 'ls-files', '-z').split('\0').filter(Boolean)) {
    cpSync(path.join(ROOT, file), path.join(tree, file))
  }
  execFileSync('cp', ['-al', path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules')])
  git(tree, 'init', '-q')
  git(tree, 'add', '-A')
  git(tree, '-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '-qm', 'as it is')
  await applyMigrations(db.url, { folder: path.join(ROOT, 'prisma/migrations') })
  simulator = await startAzure(oneCircuitScenario)
}, WITHIN_MS)

afterAll(async () => {
  await simulator?.close()
  rmSync(tree, { recursive: true, force: true })
})

const edit = (file: string, change: (text: string) => string) => {
  const at = path.join(tree, file)
  const text = readFileSync(at, 'utf8')
  const changed = change(text)
  expect(changed, file).not.toBe(text)
  writeFileSync(at, changed)
}
const restore = () => {
  git(tree, 'checkout', '-q', '.')
  git(tree, 'clean', '-qfd', 'lib', 'app', 'components')
}

/** Returns the files that a change touches, without files of earlier changes. */
const filesTouchedBy = (change: () => void) => {
  change()
  const files = git(tree, 'ls-files', '-mo', '--exclude-standard').trim().split('\n')
  git(tree, 'add', '-A')
  return [...new Set(files)].toSorted()
}
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true })
  writeFileSync(path.join(tree, file), text)
}

describe('an endpoint with a number on a page', () => {
  it('touches five files, and is answered, documented and drawn', { timeout: WITHIN_MS }, () => {
    edit('lib/sessions/api/endpoints.ts', (text) =>
      text.replace(
        'export const endpoints = {',
        `export const endpoints = {
  sessionCount: defineEndpoint('/sessions/count', 'read', {
    summary: 'How many sessions there are',
    parameters: sessionUptimeParameters.pick({ customer: true }),
    response: createResponseSchema(z.object({ sessions: z.number().int() })),
  }),`,
      ),
    )
    writeFileSync(
      path.join(tree, 'lib/sessions/answers/session-count.ts'),
      `import type { ReadableDatabase } from '#lib/questions/index.ts'
import type { SessionsEndpointResponse } from '../api/index.ts'
import { listSessions } from './sessions.ts'

/** How many sessions there are. */
export async function getSessionCount(db: ReadableDatabase): Promise<SessionsEndpointResponse<'sessionCount'>> {
  const { data, asOf, freshness } = await listSessions(db, { limit: 1_000 })
  return { data: { sessions: data.length }, asOf, freshness }
}
`,
    )
    edit('lib/sessions/capability.ts', (text) =>
      text
        .replace(
          "from './api/index.ts'\n",
          "from './api/index.ts'\nimport { getSessionCount } from './answers/session-count.ts'\n",
        )
        .replace('  answers: {', '  answers: {\n    sessionCount: ({ db }) => getSessionCount(db),'),
    )
    edit('components/data/endpoint.ts', (text) =>
      text.replace('const policies = {', "const policies = {\n  'sessions/count': { topic: 'circuits' },"),
    )
    edit('components/sessions/sessions-page.tsx', (text) =>
      `${text}
export function SessionCount() {
  return <output>{useEndpointQuery('sessions/count').data?.data.sessions}</output>
}
`.replace(/^(import [\s\S]*?\n)(?!import)/, (head) =>
        head.includes('useEndpointQuery')
          ? head
          : `import { useEndpointQuery } from '#components/data/endpoint.ts'\n${head}`,
      ),
    )
    const touched = git(tree, 'status', '--porcelain', '-uall').trim().split('\n')
    expect(touched.length, touched.join('\n')).toBeLessThanOrEqual(5)
    run(tree, TSC, '--noEmit', '-p', '.')
    // each path has an answer and a right, and OpenAPI describes it
    run(tree, VITEST, 'run', '--project', 'unit*', 'app/api/route-files.test.ts', 'lib/api')
    restore()
  })
})

describe('a table, a job, a setting and a page', () => {
  const addToRoom = (imported: string, property: string) =>
    edit('lib/sessions/capability.ts', (text) =>
      text
        .replace("from './api/index.ts'\n", `from './api/index.ts'\n${imported}`)
        .replace('  endpoints,\n', `  endpoints,\n  ${property},\n`),
    )
  it('touch their room and the files that the walks name', { timeout: WITHIN_MS }, () => {
    const migration = 'prisma/migrations/29990101000000_session_mark/migration.sql'
    const table = filesTouchedBy(() => {
      write(
        migration,
        'CREATE TABLE session_mark (session_id integer PRIMARY KEY, source_id integer NOT NULL, by text NOT NULL, at timestamptz(3) NOT NULL);\n',
      )
      write(
        'lib/sessions/store/tables.ts',
        `import { selectRowsSince, type DatabaseTableRegistrations } from '#lib/history/statements.ts'

export const sessionsTables = {
  session_mark: {
    past: selectRowsSince('session_mark', 'at'),
    scope: 'SELECT * FROM public.session_mark WHERE source_id = ANY (:sources)',
    retention: { ofSource: 't.at < $2' },
    erasure: { signatures: ['by'] },
  },
} satisfies DatabaseTableRegistrations
`,
      )
      addToRoom("import { sessionsTables } from './store/tables.ts'\n", 'tables: sessionsTables')
    })
    expect(table).toEqual(['lib/sessions/capability.ts', 'lib/sessions/store/tables.ts', migration])
    const job = filesTouchedBy(() => {
      write(
        'lib/sessions/jobs.ts',
        `import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import type { JobContext } from '#lib/questions/index.ts'

export const jobs = ({ settings }: JobContext): ScheduledJob[] => [
  { name: 'marks', everyMs: settings.alerting.heartbeatEveryMs, expireInSeconds: MS_PER_MINUTE / 1_000, run: async () => ({}) },
]
`,
      )
      addToRoom('', "jobs: async () => (await import('./jobs.ts')).jobs")
    })
    expect(job).toEqual(['lib/sessions/capability.ts', 'lib/sessions/jobs.ts'])
    const setting = filesTouchedBy(() => {
      edit('lib/platform/environment.ts', (text) =>
        text
          .replace('  publicUrl: string | null\n', '  publicUrl: string | null\n  marksEveryMs: number\n')
          .replace(
            /^( *)(alerting: \{\n[\s\S]{0,400}?read\()/m,
            "$1marksEveryMs: read('MARKS_EVERY', MS_PER_MINUTE, (text) => readDuration(text, WATCH)),\n$1$2",
          ),
      )
      edit('lib/sessions/jobs.ts', (text) => text.replace('alerting.heartbeatEveryMs', 'marksEveryMs'))
      edit('docs/operations.md', (text) =>
        text.replace(
          '| `HEARTBEAT_URL`',
          '| `MARKS_EVERY` | how often sessions are marked | `1m` |\n| `HEARTBEAT_URL`',
        ),
      )
    })
    expect(setting).toEqual(['docs/operations.md', 'lib/platform/environment.ts', 'lib/sessions/jobs.ts'])
    const page = filesTouchedBy(() => {
      write(
        'components/sessions/marks-page.tsx',
        `'use client'
import { useEndpointQuery } from '#components/data/endpoint.ts'

export function MarksPage() {
  return <output>{useEndpointQuery('sessions').data?.data.length}</output>
}
`,
      )
      write(
        'app/(screens)/marks/page.tsx',
        `import { MarksPage } from '#components/sessions/marks-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Marks' }

export default createPrefetchedScreen(MarksPage, [createEndpointPrefetchQuery('sessions')], true)
`,
      )
      edit('components/shell/navigation-pages.ts', (text) =>
        text.replace(
          "tab({ href: '/events', ",
          "tab({ href: '/marks', name: 'Marks' }),\n          tab({ href: '/events', ",
        ),
      )
    })
    expect(page).toEqual([
      'app/(screens)/marks/page.tsx',
      'components/sessions/marks-page.tsx',
      'components/shell/navigation-pages.ts',
    ])
    run(tree, TSC, '--noEmit', '-p', '.')
    run(tree, VITEST, 'run', '--project', 'unit*', 'app/api/route-files.test.ts', 'app/api/rooms.test.ts')
    // the database has the table, and both kinds of database readers have its columns
    const catalog = ['lib/history/scoped/scoped-reader.db.test.ts', 'lib/history/as-of.property.db.test.ts']
    run(tree, VITEST, 'run', '--project', 'db', ...catalog, '-t', 'every table and view')
    git(tree, 'reset', '-q', '--hard')
  })
})

describe('a poll kind', () => {
  it('touches its two records and its file, and is planned, asked, read and named', { timeout: WITHIN_MS }, () => {
    const touched = filesTouchedBy(() => {
      edit('lib/contract/poll.ts', (text) =>
        text.replace(
          "  inventory: { rows: 'inventory',",
          "  bytes: { rows: 'counters', label: 'Bytes', area: 'state', shownIn: ['gateways'] },\n  inventory: { rows: 'inventory',",
        ),
      )
      write(
        'lib/azure/kinds/bytes.ts',
        `import { armTypes, type CounterRow } from '#lib/contract/index.ts'
import type { ArmResponse } from '../call/call.ts'
import { sendThroughSdk } from '../call/send-request.ts'
import { decodeArmValue, parseResponseBody, requireBodyObject } from '../decode/decode.ts'
import { armCountOrNullSchema } from '../decode/fields.ts'
import { createArmRowSchema } from '../decode/members.ts'
import { createCommandBuilder, buildArmGet } from './arm-requests.ts'
import { createOkResult, type KindDefinition, getWholeResourcePaths } from './kind.ts'

const body = createArmRowSchema({ properties: createArmRowSchema({ ingressBytesTransferred: armCountOrNullSchema, egressBytesTransferred: armCountOrNullSchema }) })

function countersIn(answer: ArmResponse) {
  const { ingressBytesTransferred, egressBytesTransferred } = decodeArmValue(body, requireBodyObject(parseResponseBody(answer))).properties
  return createOkResult<CounterRow[]>([{ path: null, bytesIn: ingressBytesTransferred, bytesOut: egressBytesTransferred }])
}

/** Bytes of a connection. */
export const bytesPollKind: KindDefinition<'bytes'> = {
  types: [armTypes.connection],
  actions: ['Microsoft.Network/connections/read'],
  command: createCommandBuilder(armTypes.connection, (name) => \`az network vpn-connection show --name \${name}\`),
  putOff: 'later',
  interval: 'circuitsMs',
  subresources: getWholeResourcePaths,
  nothing: () => [],
  read: async ({ arm, call, id }) =>
    countersIn(await sendThroughSdk(call, () => arm.network.virtualNetworkGatewayConnections.get(id.resourceGroup, id.name))),
  plainRequest: ({ resourceId }) => buildArmGet(resourceId),
  decode: countersIn,
}
`,
      )
      write(
        'lib/azure/kinds/bytes.test.ts',
        `import { expect, it } from 'vitest'
import { pollKindsByArea } from '#lib/contract/index.ts'
import { formatPollKind } from '#lib/contract/words/index.ts'
import { planPolls } from '#lib/poller/index.ts'
import { buildAzCommand } from '../az-command.ts'
import { decodePollResponse, buildPlainRequest } from '../index.ts'
import { listBudgetsOfKind } from './index.ts'

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
const resourceId = \`/subscriptions/\${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/connections/cxn\`
const target = { resourceId, subresource: '' }

it('has all that lists of kinds ask', () => {
  expect(pollKindsByArea.map(formatPollKind)).toContain('Bytes')
  expect(listBudgetsOfKind('bytes')).toEqual(['arm.reads', 'network.reads'])
  expect(buildAzCommand({ resourceId, kind: 'bytes' })).toMatch(/^az network vpn-connection show --name cxn /)
  const resource = { resourceId, type: 'microsoft.network/connections', subscriptionId: SUBSCRIPTION, config: {} }
  const every = { sessionsMs: 1_000, circuitsMs: 60_000, routesMs: 1_000, inventoryMs: 1_000, metricsMs: 1_000, activityMs: 1_000 }
  const polls = planPolls({ subscriptionIds: [SUBSCRIPTION], resources: [resource], neighbors: new Map() }, every)
  expect(polls).toContainEqual(expect.objectContaining({ kind: 'bytes', everySeconds: 60 }))
  const { method, target: asked } = buildPlainRequest(target, 'bytes')
  expect([method, asked.startsWith(resourceId)]).toEqual(['GET', true])
  const wire = { status: 200, headers: {}, body: '{"properties":{"ingressBytesTransferred":5,"egressBytesTransferred":6}}' }
  expect(decodePollResponse(target, 'bytes', wire, { startedAt: 1, finishedAt: 2 })).toMatchObject({
    outcome: 'ok',
    rows: [{ path: null, bytesIn: 5n, bytesOut: 6n }],
  })
})
`,
      )
      edit('lib/azure/kinds/index.ts', (text) =>
        text
          .replace(
            'import { connectionPollKind }',
            "import { bytesPollKind } from './bytes.ts'\nimport { connectionPollKind }",
          )
          .replace(
            '  connection: connectionPollKind,\n',
            '  connection: connectionPollKind,\n  bytes: bytesPollKind,\n',
          ),
      )
    })
    expect(touched).toEqual([
      'lib/azure/kinds/bytes.test.ts',
      'lib/azure/kinds/bytes.ts',
      'lib/azure/kinds/index.ts',
      'lib/contract/poll.ts',
    ])
    run(tree, TSC, '--noEmit', '-p', '.')
    // the client polls the new kind, and the role has the required rights
    run(tree, VITEST, 'run', '--project', 'unit', 'lib/azure', 'lib/poller/throttle', 'lib/history/record')
    git(tree, 'reset', '-q', '--hard')
  })
})

describe.each(['routers', 'cost', 'resilience'])('without the line of %s', (room) => {
  it('the product builds, starts, and the others pass', { timeout: WITHIN_MS }, async () => {
    edit('lib/capabilities.ts', (text) => text.replace(new RegExp(`^export .*/${room}/capability.ts'\n`, 'm'), ''))
    run(tree, TSC, '--noEmit', '-p', '.')
    run(tree, 'bin/run.mjs', 'build')
    const others = git(tree, 'ls-files', 'lib/*/capability.ts')
      .split('\n')
      .map((file) => path.dirname(file))
      .filter((folder) => folder !== '.' && folder !== `lib/${room}`)
    run(tree, VITEST, 'run', '--project', 'unit', ...others.map((folder) => `${folder}/`))
    const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-rooms-data-'))
    const worker = startWorkerProcess(simulator, db.url, EVERY, tree)
    const web = startWeb([API_PROCESS, tree], tree, { DATABASE_URL: db.url, DATA_DIR: dataDir })
    try {
      const url = await web.url()
      await waitUntilTrue('circuits are polled', async () => (await fetchList(url, 'circuits')).length > 0, 120_000)
      const statuses = await Promise.all(
        ['overview', { routers: 'routers', cost: 'cost/tco', resilience: 'resilience' }[room]].map(
          async (name) => (await fetch(`${url}/api/v1/${name}`)).status,
        ),
      )
      expect(statuses).toEqual([200, 404])
    } finally {
      for (const { child } of [web, worker]) child.kill('SIGKILL')
      await Promise.all([web.exited, worker.exited])
      rmSync(dataDir, { recursive: true, force: true })
      restore()
    }
  })
})
