import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

/**
 * `npm run bench [NAME ...]`: runs the benchmark lab/NAME.ts for each name in turn; without a name, all benchmarks.
 * With `--beside=LOAD`, LOAD CPU cores are kept busy while the benchmarks run. For example, LOAD 1.5 starts two loops,
 * each of which uses a core for three quarters of the time.
 */
const folder = path.resolve(import.meta.dirname, '../lab')
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
const [names, given] = [
  process.argv.slice(2).filter((arg) => !arg.startsWith('--')),
  process.argv.slice(2).filter((arg) => arg.startsWith('--')),
]
const BESIDE = '--beside='
const options = given.filter((one) => !one.startsWith(BESIDE))
const load = Number(given.find((one) => one.startsWith(BESIDE))?.slice(BESIDE.length) ?? 0)

/** Keeps a number of CPU cores busy. The loops end together with this process, even if it is killed. */
function occupyCores(cores: number) {
  const share = cores / Math.ceil(cores)
  const loop = `const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) process.exit()
      for (const until = performance.now() + ${100 * share}; performance.now() < until; );
    }, 100)`
  const loops = Array.from({ length: Math.ceil(cores) }, () =>
    spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }),
  )
  process.on('exit', () => loops.forEach((one) => one.kill()))
  process.stdout.write(`beside ${cores} busy cores\n`)
  for (const one of loops) one.unref()
}

const unknown = names.filter((name) => !known.includes(name))
if (options.includes('--help')) {
  process.stdout.write(`npm run bench -- [NAME ...] [OPTION ...]; there are: ${known.join(', ')}\n`)
} else if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}; there are: ${known.join(', ')}\n`)
  process.exitCode = 1
} else {
  if (load > 0) occupyCores(load)
  for (const name of names.length > 0 ? names : known) {
    const { status } = spawnSync(process.execPath, [path.join(folder, `${name}.ts`), ...options], {
      stdio: 'inherit',
      // only errors are logged, because a benchmark that stops its own database would fill the output with warnings
      // about lost connections
      env: { LOG_LEVEL: 'error', ...process.env },
    })
    if (status !== 0) process.exitCode = 1
  }
}
