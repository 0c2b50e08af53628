/** A router: a BIRD daemon in a network namespace, with its control socket and its log. */
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { birdConfig, type BgpSpeakerPolicy, type BgpSpeaker } from './bird-config.ts'
import { sendToBird } from './bird-control.ts'
import { BirdSessionLog } from './bird-log.ts'
import { waitForDaemonAnswer, killProcessAndWait, spawnInRouterNamespace } from './namespaces.ts'

export class BirdDaemon {
  readonly speaker: BgpSpeaker
  private readonly folder: string
  private policy: BgpSpeakerPolicy
  private child: ChildProcess | null = null
  private readonly logged = new BirdSessionLog()
  private logRead = 0

  /**
   * Prepares a daemon without starting it.
   * @param folder folder for its configuration, socket and log
   */
  constructor(speaker: BgpSpeaker, policy: BgpSpeakerPolicy, folder: string) {
    this.speaker = speaker
    this.policy = policy
    this.folder = folder
  }

  private file(ending: string): string {
    return path.join(this.folder, `${this.speaker.name}.${ending}`)
  }

  get pid(): number | null {
    return this.child?.pid ?? null
  }

  private writeConfig(): void {
    writeFileSync(this.file('conf'), birdConfig(this.speaker, this.policy, this.file('log')))
  }

  /** Resolves when the daemon answers. */
  async start(): Promise<void> {
    this.writeConfig()
    const files = ['-c', this.file('conf'), '-s', this.file('ctl'), '-P', this.file('pid')]
    const child = spawnInRouterNamespace(this.speaker.name, 'bird', ['-f', ...files])
    this.child = child
    await waitForDaemonAnswer(child, () => this.ask(['show status']))
  }

  ask(commands: readonly string[], timeoutMs?: number): Promise<string[]> {
    return sendToBird(this.file('ctl'), commands, timeoutMs)
  }

  /** Changes the announcements or preferences while the sessions stay up. */
  async follow(policy: BgpSpeakerPolicy): Promise<void> {
    this.policy = policy
    this.writeConfig()
    await this.ask(['configure'])
  }

  /** Suspends the process, like a router that hangs. Its neighbors receive nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP')
  }

  resume(): void {
    this.child?.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    await killProcessAndWait(child)
    this.readLog()
    this.logged.killed(Date.now())
  }

  /** Returns the log that has been written so far. */
  log(): BirdSessionLog {
    this.readLog()
    return this.logged
  }

  private readLog(): void {
    if (!existsSync(this.file('log'))) return
    const file = openSync(this.file('log'), 'r')
    const chunk = Buffer.alloc(65_536)
    for (let read = 0; (read = readSync(file, chunk, 0, chunk.length, this.logRead)) > 0; this.logRead += read)
      this.logged.read(chunk.toString('latin1', 0, read))
    closeSync(file)
  }
}
