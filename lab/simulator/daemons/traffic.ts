/**
 * Packets of users through the routers. They are small and few, and are sent for a limited time. Each sender records
 * the times without an answer.
 */
import type { ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { EffectInterval } from '../effect.ts'
import { spawnInRouterNamespace } from './namespaces.ts'

/** An interval in which one flow received nothing. */
export interface FlowReceptionGap extends EffectInterval {
  readonly router: string
  readonly flow: number
}

export interface RunningTestTraffic {
  /** Intervals so far in which a flow received no answers and which lasted longer than a few packets. */
  readonly silences: () => readonly FlowReceptionGap[]
  readonly stop: () => Promise<void>
}

const PROGRAM = path.join(import.meta.dirname, 'traffic-process.ts')

/**
 * Starts senders and answering routers.
 * @param host address that all `queryRoute` routers have in common, and at which they answer
 */
export function startTraffic(options: {
  readonly queryRoute: readonly string[]
  readonly sending: readonly string[]
  readonly host: string
}): RunningTestTraffic {
  const silences: FlowReceptionGap[] = []
  const begin = (router: string, args: readonly string[]): ChildProcess => {
    const child = spawnInRouterNamespace(router, process.execPath, [PROGRAM, ...args], ['ignore', 'pipe', 'inherit'])
    let rest = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) silences.push({ ...(JSON.parse(line) as Omit<FlowReceptionGap, 'router'>), router })
    })
    return child
  }
  const children = [
    ...options.queryRoute.map((router) => begin(router, ['answer', options.host])),
    ...options.sending.map((router) => begin(router, ['send', options.host])),
  ]
  return {
    silences: () => silences,
    stop: async () => {
      await Promise.all(
        children.map((child) => {
          if (child.exitCode !== null || child.signalCode !== null) return null
          const gone = new Promise((resolve) => child.once('exit', resolve))
          child.kill('SIGTERM')
          return gone
        }),
      )
    },
  }
}
