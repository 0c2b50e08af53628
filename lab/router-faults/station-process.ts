import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/bmp.ts')

/**
 * Starts a station as `npm run bmp` does, for routers of this machine. What it logs is not read.
 * @param environment beside this process's own: where it listens, its database and folder
 * @param recordStarted gets the process at once
 * @returns when it listens
 */
export async function startStation(
  environment: Record<string, string>,
  noteStarted: (station: ChildProcess) => void = () => {},
): Promise<ChildProcess> {
  const station = spawn(process.execPath, [PROGRAM, '--announce'], {
    env: {
      ...process.env,
      ROUTERS_ALLOW: '127.0.0.0/8',
      PEERWATCH_ENVIRONMENT: 'complete',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  noteStarted(station)
  const ended = once(station, 'exit').then(() => Promise.reject(new Error('the station did not start')))
  await Promise.race([once(station.stdout, 'data'), ended])
  station.stdout.resume()
  return station
}
