import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = path.resolve(import.meta.dirname, '../..')

/**
 * Starts the simulator as a separate process, which ends with this one.
 * @param profile profile of the simulated Azure's behavior
 * @returns the process and its URL
 */
export async function startSimulatorProcess(scenario: string, profile: string) {
  const args = ['bin/simulate.ts', '--scenario', scenario, '--profile', profile, '--with-parent']
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line) as { event: string; url: string }
    if (event === 'listening') return { child, url }
  }
  throw new Error('the simulator ended before it listened')
}
