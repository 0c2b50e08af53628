import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { processCpu } from '../history/postgres-cpu.ts'
import type { RouteInSystemAnswer, AddressLookUpInput } from './look-ups.ts'
import type { MrtFileArchive } from './mrt.ts'

type Paths = { attrs: { type: number; as_paths?: { asns: number[] }[] }[]; 'source-id'?: string }[]
const AS_PATH = 2

/**
 * GoBGP as a reader of MRT files. `gobgp mrt inject` loads tables and skips updates, so its answers reflect the newest
 * table before a time.
 */
export class GoBgp {
  readonly #daemon: ChildProcess
  readonly #port: number
  readonly #archive: MrtFileArchive

  private constructor(archive: MrtFileArchive, port: number, configuration: string) {
    this.#archive = archive
    this.#port = port
    const args = ['-f', configuration, '--api-hosts', `127.0.0.1:${port}`, '-l', 'error']
    this.#daemon = spawn('gobgpd', args, { stdio: 'ignore' })
  }

  /**
   * Starts the daemon.
   * @returns after the daemon answers
   */
  static async start(archive: MrtFileArchive): Promise<GoBgp> {
    const configuration = path.join(archive.folder, 'gobgpd.toml')
    writeFileSync(configuration, '[global.config]\nas = 65515\nrouter-id = "198.18.0.0"\nport = -1\n')
    const gobgp = new GoBgp(archive, await findFreePort(), configuration)
    for (let left = 50; ; left--) {
      try {
        await gobgp.#run('global', 'rib', 'summary')
        return gobgp
      } catch (error) {
        if (left === 0) throw error
        await delay(100)
      }
    }
  }

  get cpu(): number {
    return processCpu(this.#daemon.pid ?? 0)
  }

  async covering({ address, at }: AddressLookUpInput): Promise<RouteInSystemAnswer[]> {
    await this.#run('global', 'rib', 'del', 'all')
    await this.#run('mrt', 'inject', 'global', this.#archive.tableOf(at))
    const found = JSON.parse(await this.#run('global', 'rib', `${address}/32`, 'shorter-prefixes', '-j')) as Record<
      string,
      Paths
    >
    return Object.entries(found).flatMap(([prefix, paths]) =>
      paths.map(({ attrs, 'source-id': peer = '' }) => {
        const asns = attrs.find(({ type }) => type === AS_PATH)?.as_paths?.flatMap((segment) => segment.asns) ?? []
        return this.#archive.routeOf(peer, prefix, asns.join(' '))
      }),
    )
  }

  async stop(): Promise<void> {
    this.#daemon.kill('SIGKILL')
    await once(this.#daemon, 'exit')
  }

  async #run(...args: string[]): Promise<string> {
    return (await promisify(execFile)('gobgp', ['-p', String(this.#port), ...args], { maxBuffer: 2 ** 28 })).stdout
  }
}
