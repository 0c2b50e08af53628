import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { buildListeningUrl, buildLocalUrl, type EnvironmentSettings } from '../environment.ts'
import { getDatabaseName } from '../environment/database-address.ts'
import {
  buildBaseEnvironment,
  buildChildEnvironments,
  type RouterListeners,
  buildSharedEnvironment,
} from './child-environment.ts'
import { readChildAnnouncements, waitForResponse, createOutputReceiver, spawnNode } from './children.ts'
import { type DatabaseUrls, createEmbeddedDatabase, resolveExternalDatabase, grantTableAccess } from './databases.ts'
import { recordDemoHistory, buildTimelineArguments } from './demo-history.ts'
import { readEmbeddedAccess } from './embedded-access.ts'
import { waitForStart } from './wait-for-start.ts'
import { waitForLastLines } from './last-lines.ts'
import { stopLeftoverChildren, recordPid, getRunFolder, writeAtomically } from './pid-files.ts'
import {
  ensureCluster,
  findFreePort,
  waitForServer,
  readServerVersion,
  spawnServer,
  stopLeftoverServer,
  stopServer,
} from './postgres.ts'
import { choosePostgresFolders } from './postgres-files.ts'
import { formatUpdateAdvice } from './postgres-version.ts'
import { buildWeb, installPackages } from './prepare.ts'
import {
  AlreadyReportedError,
  createStartupStepRunner,
  describeFailure,
  chooseLogFormat,
  StepError,
} from './progress.ts'
import { generateSecret, readOrCreateSecret } from './secrets.ts'
import { findServiceUsers } from './service-users.ts'
import { openStartPage } from './start-page.ts'
import { createSupervisor } from './supervisor.ts'
import { buildWebHeapArguments, limitMallocArenas, buildWorkerHeapArguments } from './process-memory.ts'
import type { SystemUser } from './system-user.ts'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findRunnableFile } from './programs.mjs'

const listensForRouters = ({ routers: { bmp, syslog, bgp } }: EnvironmentSettings) => (bmp ?? syslog ?? bgp) !== null

/**
 * Time in milliseconds after the stop signal by which each process must have ended, by process name. The whole stop
 * takes less than 5 s.
 */
const STOP_WITHIN_MS = { web: 1_500, bmp: 2_000, worker: 3_000, simulator: 3_300, postgres: 4_300 }

/**
 * Starts all processes of Peerwatch and keeps them running until a stop signal arrives.
 * @param root folder of the clone
 * @param signIn signs in to the database; absent = a password or nothing is needed
 * @returns exit code
 */
export async function startAllProcesses(
  root: string,
  { settings, values }: { settings: EnvironmentSettings; values: Record<string, string> },
  signIn?: () => Promise<void>,
): Promise<number> {
  const { dataDir } = settings
  const json = chooseLogFormat(settings.log.format, process.stdout.isTTY) === 'json'
  const stopping = new AbortController()
  const progress = createStartupStepRunner({
    total: (settings.demo ? 8 : 6) + Number(settings.demo || listensForRouters(settings)),
    json,
    signal: stopping.signal,
  })
  mkdirSync(getRunFolder(dataDir), { recursive: true })
  recordPid(dataDir, 'start', process.pid)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  process.stdout.on('error', () => {}) // the output can no longer be written, because its reader has ended; the processes continue
  const supervisor = createSupervisor({
    dataDir,
    say: (text) => progress.say(text, 40),
    startWithinMs: settings.startWithinMs,
  })
  let code = 0
  let startPage: Awaited<ReturnType<typeof openStartPage>> | null = null
  try {
    startPage = await openStartPage(settings, progress.steps)
    progress.say(`${buildListeningUrl(settings)} shows how far it is, and then Peerwatch`)
    await bringUp({ root, settings, values, progress, supervisor, signal: stopping.signal, signIn, startPage })
    await untilAborted(stopping.signal)
    progress.say('Stopping ...')
  } catch (error) {
    if (stopping.signal.aborted) progress.say('Stopping during startup ...')
    else code = 1
    if (!(error instanceof AlreadyReportedError) && !stopping.signal.aborted)
      for (const line of describeFailure(error)) progress.say(line, 50)
  }
  await startPage?.close()
  await supervisor.stop(STOP_WITHIN_MS)
  rmSync(path.join(getRunFolder(dataDir), 'environment.json'), { force: true })
  recordPid(dataDir, 'start', null)
  progress.say('Stopped.')
  return code
}

async function bringUp({
  root,
  settings,
  values,
  progress,
  supervisor,
  signal,
  signIn,
  startPage,
}: {
  root: string
  settings: EnvironmentSettings
  values: Record<string, string>
  progress: ReturnType<typeof createStartupStepRunner>
  supervisor: ReturnType<typeof createSupervisor>
  signal: AbortSignal
  signIn: (() => Promise<void>) | undefined
  startPage: { close: () => Promise<void> }
}) {
  const { dataDir } = settings
  let buildFailure: unknown = null
  const step = async <T>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    if (buildFailure !== null) throw buildFailure
    return progress.step(name, work) as Promise<T>
  }

  await step('Packages', (note) => installPackages(root, { signal, onLine: note }))
  const programs = Promise.withResolvers<void>()
  const bundled = () => programs.resolve()
  const built = step('Web build', (note) => buildWeb(root, { signal, onLine: note, bundled }))
    .catch((error) => {
      buildFailure = error
    })
    .finally(bundled)
  // for the demo, the database is prepared while the build runs, because neither uses two CPU cores fully. Any other
  // database is migrated only after the build has succeeded
  if (!settings.demo) await built

  let urls: DatabaseUrls = { owner: '', product: '', questions: '', listen: null }
  await step('PostgreSQL', async () => {
    const ended = await stopLeftoverChildren(dataDir)
    if (ended.length > 0) progress.say(`  stopped leftover processes of an earlier run: ${ended.join(', ')}`)
    if (settings.databaseUrl !== null) {
      await signIn?.()
      urls = await resolveExternalDatabase({ ...settings, databaseUrl: settings.databaseUrl }, settings.demo)
      return `external, database ${getDatabaseName(urls.product)}`
    }
    const server = await startEmbedded({ root, dataDir, supervisor, say: progress.say })
    urls = await createEmbeddedDatabase(server.url, settings.demo ? 'peerwatch_demo' : 'peerwatch', server.passwords)
    return `embedded ${server.version.running}, port ${server.port}`
  })

  await step('Migrations', () => migrate(root, urls, settings.demo))

  const logFormat = chooseLogFormat(settings.log.format, process.stdout.isTTY)
  const outlet = (name: string, open: boolean) => createOutputReceiver({ name, json: logFormat === 'json', open })
  let simulator: { url: string; identityHeader: string } | null = null
  // the simulated router of the demo sends reports, unless the user configured addresses for real routers
  const routers = settings.demo && !listensForRouters(settings) ? await demoListeners() : null
  if (settings.demo) {
    const env = buildBaseEnvironment({ values, logFormat })
    const { worker: user } = findServiceUsers({ root, settings, values })
    await programs.promise
    await step('Demo history (35 days)', (note) =>
      recordDemoHistory({ root, dataDir, databaseUrl: urls.owner, values: env, user, signal, note, until: built }),
    )
    await built
    await step('Simulator', async () => {
      simulator = await startSimulator({
        root,
        dataDir,
        supervisor,
        databaseUrl: urls.product,
        values: env,
        routers,
        user,
        outlet,
      })
      return `simulated Azure at ${simulator.url}, profile ${settings.simulatorProfile}`
    })
  }

  const { notes, ...users } = findServiceUsers({ root, settings, values })
  for (const text of notes) progress.say(text, 40)
  const secretsKey = settings.secretsKey ?? readOrCreateSecret(dataDir, 'secrets-key')
  const environments = buildChildEnvironments({ values, settings, urls, secretsKey, simulator, routers, logFormat })
  const shared = path.join(getRunFolder(dataDir), 'environment.json')
  writeAtomically(shared, `${JSON.stringify(buildSharedEnvironment(environments.worker, urls), null, 2)}\n`, 0o600)

  await step('Worker', async () => {
    const { write } = outlet('worker', true)
    const env = limitMallocArenas(environments.worker)
    const args = [...buildWorkerHeapArguments(env.NODE_OPTIONS), 'bin/worker.ts']
    await supervisor.start({
      name: 'worker',
      spawn: () => spawnNode({ root, dataDir, args, env, user: users.worker, onLine: write }),
    })
  })

  if (routers || listensForRouters(settings)) {
    await step('Routers', async () => {
      await startBmp({ root, dataDir, supervisor, env: environments.bmp, user: users.worker, outlet })
      if (routers)
        return `the demo’s router reports by BMP to ${routers.BMP_LISTEN}, by syslog to ${routers.SYSLOG_LISTEN}`
      const { bmp, syslog, bgp } = settings.routers
      const protocols = [
        bmp && `BMP at ${bmp.host}, port ${bmp.port}`,
        syslog && `syslog at ${syslog.host}, port ${syslog.port}`,
        bgp && `BGP at ${bgp.host}, port ${bgp.port}`,
      ]
      return `routers report by ${protocols.filter(Boolean).join(', ')}`
    })
  }

  const address = buildListeningUrl(settings)
  await step('Web', () =>
    startWeb({ root, settings, supervisor, env: environments.web, user: users.web, outlet, prepared: startPage.close }),
  )
  progress.say(`Peerwatch is ready: ${address}`)
  const isTerminal = logFormat !== 'json' && process.stdout.isTTY
  for (const line of await formatAccessNotes(root, settings.access, environments.web, isTerminal))
    progress.say(line, 40)
  if (settings.demo)
    progress.say(
      `This is a simulated demo${settings.simulatorProfile === 'quick' ? ', and its Azure answers quicker than the real one' : ''}. Set AZURE_SUBSCRIPTION_IDS to monitor your own subscriptions (docs/operations.md).`,
    )
}

async function startEmbedded({
  root,
  dataDir,
  supervisor,
  say,
}: {
  root: string
  dataDir: string
  supervisor: ReturnType<typeof createSupervisor>
  say: (text: string) => void
}) {
  const files = choosePostgresFolders({ root, dataDir })
  if (files.isOutside) say(`  user ${files.user?.name} cannot access ${dataDir}: the database is in ${files.cluster}`)
  const { superuser, passwords, urlsOn } = readEmbeddedAccess(dataDir)
  ensureCluster(files, superuser)
  const left = await stopLeftoverServer(files)
  if (left !== null) say(`  stopped a leftover PostgreSQL of an earlier run (${left})`)
  const version = readServerVersion(files)
  const advice = formatUpdateAdvice(version)
  if (advice !== null) say(`  ${advice}`)
  const port = await findFreePort()
  const url = urlsOn(port)
  await supervisor.start({
    name: 'postgres',
    version,
    folder: files.cluster,
    spawn: () => spawnServer(files, port),
    ready: (child, withinMs) => waitForServer(child, url('postgres'), withinMs),
    stop: stopServer,
  })
  return { port, url, passwords, version }
}

async function migrate(root: string, urls: DatabaseUrls, demo: boolean) {
  const { applyMigrations, MigrationError } = await import('../migrations/index.ts')
  const { claimDeployment, DeploymentError } = await import('../deployment.ts')
  try {
    const { applied, upToDate } = await applyMigrations(urls.owner, { folder: path.join(root, 'prisma/migrations') })
    await grantTableAccess(urls)
    await claimDeployment(urls.product, demo ? 'simulator' : 'azure')
    return applied.length === 0 ? `up to date (${upToDate})` : `${applied.length} applied`
  } catch (error) {
    if (error instanceof MigrationError || error instanceof DeploymentError) throw new StepError(error.message)
    // SQLSTATE 42501: insufficient_privilege
    if ((error as { code?: unknown }).code === '42501') {
      throw new StepError((error as Error).message, {
        advice:
          'let the user of DATABASE_URL, or of DATABASE_MIGRATE_URL, create tables and schemas there (ALTER DATABASE ... OWNER TO ...), or use a database of its own',
      })
    }
    throw error
  }
}

/** Parameters that every function that starts a process takes. */
interface Starting {
  root: string
  supervisor: ReturnType<typeof createSupervisor>
  user: SystemUser | null
  outlet: (name: string, open: boolean) => ReturnType<typeof createOutputReceiver>
}

async function startSimulator({
  root,
  dataDir,
  supervisor,
  databaseUrl,
  values,
  routers,
  user,
  outlet,
}: Starting & {
  dataDir: string
  databaseUrl: string
  /** addresses to which the simulated router sends its reports; null = it sends none */
  routers: RouterListeners | null
  /** environment variables, without credentials */
  values: Record<string, string>
}) {
  const { beginDemoRun } = await import('../demo.ts')
  const timeline = buildTimelineArguments(await beginDemoRun(databaseUrl, Date.now()))
  const router = routers ? ['--bmp', routers.BMP_LISTEN, '--syslog', routers.SYSLOG_LISTEN] : []
  const identityHeader = generateSecret()
  const env = { ...values, PEERWATCH_SIMULATOR_IDENTITY_HEADER: identityHeader }
  const out = outlet('simulator', true)
  let url = ''
  await startAnnounced({
    supervisor,
    name: 'simulator',
    title: 'the simulator',
    // the first start chooses a free port. A restarted simulator uses the same port, because worker and web already
    // have the address
    args: () => {
      const port = url === '' ? '0' : new URL(url).port
      return ['bin/simulate.ts', '--port', port, '--host', '127.0.0.1', ...timeline, ...router]
    },
    child: { root, dataDir, env, user },
    out,
    listening: async (address) => {
      url = address
    },
  })
  return { url, identityHeader }
}

async function demoListeners(): Promise<RouterListeners> {
  return { BMP_LISTEN: `127.0.0.1:${await findFreePort()}`, SYSLOG_LISTEN: `127.0.0.1:${await findFreePort()}` }
}

async function startBmp({
  root,
  dataDir,
  supervisor,
  env,
  user,
  outlet,
}: Starting & { dataDir: string; env: Record<string, string> }) {
  await startAnnounced({
    supervisor,
    name: 'bmp',
    title: 'the station for routers',
    args: () => ['bin/bmp.ts', '--announce'],
    child: { root, dataDir, env, user },
    out: outlet('bmp', true),
  })
}

export async function startWeb({
  root,
  settings,
  supervisor,
  env,
  user,
  outlet,
  prepared,
}: Starting & {
  settings: EnvironmentSettings
  env: Record<string, string>
  /** called when the web server is about to listen, so that the start page can release the address */
  prepared?: () => Promise<void>
}) {
  const out = outlet('web', false)
  // this request only checks that the web process responds. It does not check the database, because a slow database is
  // not a reason to end the web process
  const live = `${buildLocalUrl(settings)}/api/health/live`
  const ownHeapMb = getHeapStatistics().heap_size_limit / 2 ** 20
  const args = [...buildWebHeapArguments(ownHeapMb, env.NODE_OPTIONS), 'bin/web.ts', '--announce']
  await startAnnounced({
    supervisor,
    name: 'web',
    title: 'the web',
    args: () => args,
    child: { root, dataDir: settings.dataDir, env: limitMallocArenas(env), user },
    out,
    prepared,
    // the address is requested only after the announcement, because before that the start page answers there
    listening: (_, given) => waitForResponse(live, given),
  })
  out.open()
}

/**
 * Starts a program that prints the address at which it listens, and waits for this announcement. The supervisor
 * restarts the program whenever it ends.
 */
async function startAnnounced({
  supervisor,
  name,
  title,
  args,
  child: options,
  out,
  prepared,
  listening,
}: {
  supervisor: ReturnType<typeof createSupervisor>
  name: string
  /** name of the program in error messages */
  title: string
  /** returns the command-line arguments; it is called again for each restart */
  args: () => string[]
  child: Omit<Parameters<typeof spawnNode>[0], 'args' | 'onLine'>
  /** prints every line of the program's output except the announcements */
  out: ReturnType<typeof createOutputReceiver>
  /** called when the program is about to listen */
  prepared?: () => void
  /** waits for a further condition after the announcement; the program counts as started only when it has resolved */
  listening?: (url: string, given: AbortSignal) => Promise<void>
}) {
  let announced: ReturnType<typeof readChildAnnouncements>
  await supervisor.start({
    name,
    spawn: () => {
      const onLine: Parameters<typeof spawnNode>[0]['onLine'] = (line, stream) =>
        announced.read(line) || out.write(line, stream)
      announced = readChildAnnouncements(prepared)
      return spawnNode({ ...options, args: args(), onLine })
    },
    ready: async (child, withinMs) => {
      try {
        await waitForStart(child, async (given) => listening?.(await announced.url, given), withinMs)
      } catch (error) {
        const { message, advice } = error as StepError
        await waitForLastLines(child)
        throw new StepError(`${title} did not start: ${message}`, { advice, output: out.tail() })
      }
    },
  })
}

function untilAborted(signal: AbortSignal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined)
    signal.addEventListener('abort', resolve, { once: true })
  })
}

/**
 * Returns the lines about access that `npm start` prints. If access is open, they are a warning. While no admin exists,
 * they contain the one-time link for the first admin.
 * @param env environment of the web process
 * @param showsLink false = the lines go to a log that other users can read, so they contain the command that creates a
 *   link in place of the link
 * @returns lines; empty if users must sign in and an admin exists
 */
export async function formatAccessNotes(
  root: string,
  access: 'open' | 'required',
  env: Record<string, string>,
  showsLink: boolean,
): Promise<string[]> {
  if (access === 'open') {
    return [
      'Warning: access is open: everyone who can reach this address can see and change everything (docs/access.md).',
    ]
  }
  try {
    // runs as a separate process, because `npm start` does not load the code for the database tables
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [findRunnableFile(root, 'bin/access.ts'), 'admin-link', '--if-none', ...(showsLink ? [] : ['--for-log'])],
      { cwd: root, env: { ...env, PATH: process.env.PATH ?? '' } as unknown as NodeJS.ProcessEnv },
    )
    return stdout.split('\n').filter((line) => line !== '')
  } catch (error) {
    const [reason] = String((error as { stderr?: string }).stderr ?? error).split('\n')
    return [`No link for the first admin could be made (${reason}). Run: npm run access -- admin-link`]
  }
}
