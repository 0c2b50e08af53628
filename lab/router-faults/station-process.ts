import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/bmp.ts')

/**
 * Starts a station like `npm run bmp`, for routers of this machine. Its log is discarded.
 * @param environment additional environment variables: listening address, database and folder
 * @param noteStarted receives the process immediately
 * @returns the process, after it listens
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
