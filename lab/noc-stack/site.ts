import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { ObservedRouterStates } from '../simulator/observed-world.ts'
import type { ChosenNocFault, InjectedNocFault } from './faults.ts'
import type { SiteRoutersOptions } from './site-routers.ts'

export interface NocSiteProcessRequest {
  id: number
  ask: 'observe' | ChosenNocFault
}

export interface NocSiteProcessAnswer {
  id: number
  result?: unknown
  error?: string
}

/** A site's process, as seen by its parent. */
export class NocSiteProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0
  /** process IDs of the exporters */
  exporters: number[] = []

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', ({ id, result, error }: NocSiteProcessAnswer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new Error(error))
    })
    child.once('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a site's process ended: ${code}`))
    })
  }

  /** Starts a process and resolves when the site's sessions are up. */
  static async start(options: SiteRoutersOptions): Promise<NocSiteProcess> {
    const child = fork(path.join(import.meta.dirname, 'site-process.ts'), [JSON.stringify(options)], {
      // so that maps and big integers can be transferred
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const site = new NocSiteProcess(child)
    const begun = Promise.withResolvers<unknown>()
    site.#waiting.set(0, begun)
    site.exporters = (await begun.promise) as number[]
    return site
  }

  #ask(ask: NocSiteProcessRequest['ask']): Promise<unknown> {
    const id = ++this.#asked
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#child.send({ id, ask } satisfies NocSiteProcessRequest)
    return waiting.promise
  }

  observe = async () => (await this.#ask('observe')) as ObservedRouterStates
  make = async (chosen: ChosenNocFault) => (await this.#ask(chosen)) as InjectedNocFault

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.disconnect()
    await gone
  }
}

/** Merges the observations of all sites into one, so that one simulated Azure can report all of them. */
export async function observeRoutersOfAllSites(sites: readonly NocSiteProcess[]): Promise<ObservedRouterStates> {
  const all = await Promise.all(sites.map((site) => site.observe()))
  const merged = <Value>(of: (one: ObservedRouterStates) => ReadonlyMap<string, Value>) =>
    new Map(all.flatMap((one) => [...of(one)]))
  return {
    at: Math.min(...all.map(({ at }) => at)),
    sessions: merged((one) => one.sessions),
    tables: {
      received: merged((one) => one.tables.received),
      learned: merged((one) => one.tables.learned),
      azure: merged((one) => one.tables.azure),
    },
    bytes: merged((one) => one.bytes),
    arpLost: all.flatMap(({ arpLost }) => arpLost),
    absent: all.flatMap(({ absent }) => absent),
  }
}
