import { spawnNode } from './children.mjs'
import { StepError } from './progress.mjs'

/**
 * Makes the demo's past on its first start; later ones find it. One that was interrupted is begun anew.
 * @param {object} context
 * @param {string} context.root
 * @param {string} context.dataDir
 * @param {string} context.databaseUrl
 * @param {Record<string, string>} context.values
 * @param {AbortSignal} context.signal
 * @param {(text: string) => void} context.note
 * @returns {Promise<string>}
 */
export async function makePast({ root, dataDir, databaseUrl, values, signal, note }) {
  const { hasDemoHistory } = await import('../demo.ts')
  if (await hasDemoHistory(databaseUrl)) return 'there already'
  const environment = { ...values, NODE_ENV: 'production', DATABASE_URL: databaseUrl, DATA_DIR: dataDir }
  /** @type {string[]} */
  const complaints = []
  const child = spawnNode({
    root,
    dataDir,
    args: ['bin/demo-history.ts'],
    env: { ...environment, PEERWATCH_ESTATE: 'simulator', AZURE_SUBSCRIPTION_IDS: '' },
    hear: (line, stream) => {
      const percent = /^\{"event":"progress","percent":(\d+)\}$/.exec(line)?.[1]
      if (percent !== undefined) note(`${percent} %`)
      else if (stream === 'stderr') complaints.push(line)
    },
  })
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  const code = await new Promise((resolve) => child.once('close', resolve))
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  if (code !== 0) throw new StepError("the demo's past could not be made", { output: complaints.slice(-40).join('\n') })
  return 'made'
}

/**
 * What tells the simulator to go on where it was.
 * @param {import('../demo.ts').DemoTimeline} timeline
 */
export function timelineArguments({ origin, runs }) {
  /** @param {number} at */
  const iso = (at) => new Date(at).toISOString()
  return [
    '--origin',
    iso(origin),
    ...runs.flatMap(({ from, until }) => ['--run', until === undefined ? iso(from) : `${iso(from)}/${iso(until)}`]),
  ]
}
