/**
 * Runs the simulator of Azure. The first line of stdout is `{"event":"listening","url":"http://127.0.0.1:PORT"}`. The
 * second line has the scenario, its virtual time, its speed and its profile. Errors are written to stderr, and with
 * `--verbose` also requests.
 */
import { readFileSync } from 'node:fs'
import {
  answeringAtOnce,
  createClock,
  loadSimulatorScenario,
  readMeasuredOperationTimes,
  createProfileWithChoices,
  ScenarioError,
  startSimulator,
} from '#lab/simulator/index.ts'
import { startRouter } from '#lab/demo-router/send-reports.ts'
import { parseArguments, exitWithFailure } from './command-line/exit-with-failure.ts'

const USAGE = `usage: node bin/simulate.ts [--port N] [--host ADDRESS] [--scenario estate|pair|many:N|FILE]
                            [--start ISO] [--origin ISO] [--run ISO[/ISO]]... [--speed N] [--with-parent] [--verbose]
                            [--profile quick|azure] [--seed TEXT] [--headers all|arm|levels|none] [--counts-posts] [--conflicts SHARE]
                            [--form recorded|specified] [--cloud public|government|china] [--no-resource-graph] [--at-once]
                            [--times FILE] [--bmp HOST:PORT --syslog HOST:PORT]

  --start    virtual time at the start (now unless given)
  --origin   zero of the scenario's timeline (the start unless given); the same again continues an earlier run
  --run      a time that the product ran, its end after the slash: the estate's live round begins with each
  --speed    virtual seconds a second (1)
  --profile  how Azure behaves: quick, or azure, which is slow, locks and counts (PEERWATCH_SIMULATOR_PROFILE, else quick)
  --seed     other run times with the same distribution
  --headers  which budgets say in headers what remains of them (all)
  --counts-posts  diagnostic POSTs count as writes in the network provider's budget
  --conflicts     share of refused operations that are 409 in place of 429 (0.1)
  --form          answers as recordings of Azure have them, or as its specification does, where they differ (recorded)
  --cloud         whose versions of Microsoft.Network are served: public knows all, the others refuse newer ones
  --no-resource-graph  the identity may not ask Resource Graph
  --times          operations take as long as in this report.json of a first contact
  --at-once        a POST is answered by its result, not by an operation to ask for (PEERWATCH_SIMULATOR_AT_ONCE=yes)
  --bmp, --syslog  the estate's router reports to these stations
  --with-parent  stop when standard input or the parent process goes away`

const fail: (lines: readonly string[]) => never = (lines) => exitWithFailure('simulate', lines)

const { values: given } = parseArguments('simulate', USAGE, {
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    scenario: { type: 'string', default: 'estate' },
    start: { type: 'string' },
    origin: { type: 'string' },
    run: { type: 'string', multiple: true, default: [] },
    speed: { type: 'string', default: '1' },
    profile: { type: 'string', default: process.env.PEERWATCH_SIMULATOR_PROFILE || 'quick' },
    seed: { type: 'string', default: '' },
    headers: { type: 'string' },
    'counts-posts': { type: 'boolean' },
    conflicts: { type: 'string' },
    form: { type: 'string' },
    cloud: { type: 'string' },
    'no-resource-graph': { type: 'boolean', default: false },
    'at-once': { type: 'boolean', default: process.env.PEERWATCH_SIMULATOR_AT_ONCE === 'yes' },
    times: { type: 'string' },
    bmp: { type: 'string' },
    syslog: { type: 'string' },
    'with-parent': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const faults: string[] = []
const port = Number(given.port)
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  faults.push(`--port ${given.port}: not a port from 0 to 65535`)
const speed = Number(given.speed)
if (!(speed > 0 && speed <= 100_000)) faults.push(`--speed ${given.speed}: not a number above 0, at most 100000`)
const { conflicts } = given
const choose = <Value extends string>(name: string, text: string | undefined, values: readonly Value[]) => {
  const chosen = values.find((value) => value === text)
  if (text !== undefined && chosen === undefined) faults.push(`--${name} ${text}: none of ${values.join(', ')}`)
  return chosen
}
const profileName = choose('profile', given.profile, ['quick', 'azure'])
const headers = choose('headers', given.headers, ['all', 'arm', 'levels', 'none'])
const form = choose('form', given.form, ['recorded', 'specified'])
const cloud = choose('cloud', given.cloud, ['public', 'government', 'china'])
if (conflicts !== undefined && !(Number(conflicts) >= 0 && Number(conflicts) <= 1))
  faults.push(`--conflicts ${conflicts}: not a share from 0 to 1`)
const time = (name: string, text: string | undefined): number | undefined => {
  const value = text === undefined ? undefined : Date.parse(text)
  if (value !== undefined && Number.isNaN(value)) faults.push(`--${name} ${text}: not an ISO 8601 time`)
  return value
}
const station = (name: string, text: string | undefined): { host: string; port: number } | null => {
  if (text === undefined) return null
  const [, host = '', digits] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(text) ?? []
  if (host === '') faults.push(`--${name} ${text}: not HOST:PORT`)
  return { host, port: Number(digits) }
}
const [bmp, syslog] = [station('bmp', given.bmp), station('syslog', given.syslog)]
if ((bmp === null) !== (syslog === null)) faults.push('--bmp, --syslog: the router reports by both; give both')
const start = time('start', given.start)
const origin = time('origin', given.origin)
const runs = given.run.map((text) => {
  const [from, until] = text.split('/')
  return { from: time('run', from) ?? 0, ...(until ? { until: time('run', until) ?? 0 } : {}) }
})
let operationTimes: ReturnType<typeof readMeasuredOperationTimes>
try {
  operationTimes = given.times === undefined ? undefined : readMeasuredOperationTimes(readFileSync(given.times, 'utf8'))
} catch (error) {
  faults.push(`--times ${given.times}: ${error instanceof Error ? error.message : String(error)}`)
}
if (faults.length > 0) fail(faults)

const loaded = await loadSimulatorScenario(given.scenario, runs).catch((error: unknown) => {
  if (error instanceof ScenarioError) return fail(error.faults)
  throw error
})
const scenario = given['at-once'] ? answeringAtOnce(loaded) : loaded
const identityHeader = process.env.PEERWATCH_SIMULATOR_IDENTITY_HEADER
const clock = createClock(start ?? Date.now(), speed)
const profile = createProfileWithChoices(profileName ?? 'quick', {
  seed: given.seed,
  ...(headers && { headers }),
  ...(given['counts-posts'] === undefined ? {} : { countsPosts: given['counts-posts'] }),
  ...(cloud && { cloud }),
  ...(form && { form }),
  resourceGraph: !given['no-resource-graph'],
  ...(operationTimes && { operationTimes }),
  ...(conflicts === undefined ? {} : { conflicts: Number(conflicts) }),
})
const simulator = await startSimulator({
  scenario,
  profile,
  port,
  host: given.host,
  clock,
  ...(origin === undefined ? {} : { origin }),
  ...(identityHeader ? { identityHeader } : {}),
  ...(given.verbose
    ? {
        onAnswer: ({ method, target, status, ms }) => {
          process.stderr.write(`${method} ${target.split('?')[0]?.slice(0, 160)} ${status} ${ms} ms\n`)
        },
      }
    : {}),
}).catch((error: unknown) =>
  fail([`can't listen on ${given.host}:${port}: ${error instanceof Error ? error.message : String(error)}`]),
)

process.stdout.write(`${JSON.stringify({ event: 'listening', url: simulator.url })}\n`)
process.stdout.write(
  `simulate: ${scenario.name} at ${new Date(clock.now()).toISOString()}, speed ${speed}, profile ${profile.name}\n`,
)

const endRouter = bmp && syslog && startRouter({ world: simulator.world, now: () => clock.now(), bmp, syslog })

const stop = (): void => {
  endRouter?.()
  simulator.close().then(() => process.exit(0))
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
if (given['with-parent']) {
  process.once('disconnect', stop)
  if (!process.channel) {
    process.stdin.once('end', stop)
    process.stdin.once('close', stop)
    process.stdin.resume()
  }
}
