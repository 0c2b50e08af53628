import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { parseDatabaseAddress } from '../environment/database-address.ts'
import { readTls, type TlsFilePaths } from '../tls.ts'
import { stopLeftoverChildren, findRunningInstance } from './pid-files.ts'
import type { EnvironmentSettings } from '../environment.ts'

const REACHABLE_WITHIN_MS = 5_000

/**
 * Looks for faults that would make the start fail only after minutes, for example a port that is in use. It runs before
 * anything is installed or built.
 * @param faults faults that the check of the environment variables already found; variables with a fault are not
 *   checked again
 * @returns one line for each new fault, beginning with the name of the variable as in `faults`
 */
export async function findStartObstacles(
  settings: EnvironmentSettings,
  faults: readonly string[] = [],
): Promise<string[]> {
  const isWrong = (name: string) => faults.some((fault) => fault.startsWith(`${name}:`))
  const running = findRunningInstance(settings.dataDir)
  if (running !== null) {
    return [
      `DATA_DIR: Peerwatch already runs on ${settings.dataDir} (pid ${running}): stop it, or set another DATA_DIR and PORT`,
    ]
  }
  const found = await Promise.all([
    dataFolderFault(settings.dataDir),
    isWrong('HOST') || isWrong('PORT') ? null : portFaultAfterCleanUp(settings),
    settings.databaseUrl === null ? null : databaseFault(settings.databaseUrl),
    settings.tls === null ? null : tlsFault(settings.tls),
  ])
  return found.filter((fault) => fault !== null)
}

function tlsFault(files: TlsFilePaths): string | null {
  try {
    readTls(files)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function dataFolderFault(dataDir: string): string | null {
  const probe = path.join(dataDir, `.writable-${process.pid}`)
  try {
    makeFolders(dataDir)
    if (!statSync(dataDir).isDirectory()) return `DATA_DIR: ${dataDir} is not a folder: name one`
    accessSync(dataDir, constants.W_OK | constants.X_OK)
    writeFileSync(probe, '')
    rmSync(probe)
    return null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'is not a folder' : `can't be written to (${code})`
    return `DATA_DIR: ${dataDir} ${why}: name a folder that you may write to`
  }
}

/**
 * Creates a folder with its parents. `mkdir` with `recursive` cannot be used, because in some versions of Node.js it
 * never returns for a folder in /proc.
 */
function makeFolders(folder: string) {
  if (existsSync(folder)) return
  makeFolders(path.dirname(folder))
  mkdirSync(folder)
}

/**
 * Checks that the port of the web server is free. If it is in use, processes that are still running after an earlier
 * start was killed are stopped, because one of them may use the port. Then the port is checked again.
 * @returns the fault; null if the port is free
 */
async function portFaultAfterCleanUp({ host, port, dataDir }: EnvironmentSettings) {
  const fault = await portFault(host, port)
  if (fault === null) return null
  return (await stopLeftoverChildren(dataDir)).length > 0 ? portFault(host, port) : fault
}

function portFault(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE')
        resolve(`PORT: ${port} on ${host} is in use by another program: stop it, or set PORT to a free one`)
      else if (code === 'EACCES') resolve(`PORT: ${port} on ${host} requires privileges: use 1024 or higher`)
      else resolve(`HOST: can't listen on ${host} (${code}): use an address of this machine, such as 127.0.0.1`)
    })
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(null)))
  })
}

/**
 * SSLRequest message of PostgreSQL (protocol 3, "Message Formats"). A server answers it with one byte even before
 * authentication, so the answer shows that this is a PostgreSQL server.
 */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * Checks that a PostgreSQL server answers at least at one host of DATABASE_URL. The password cannot be checked yet,
 * because the database client is installed later.
 * @returns the fault; null if a server answers
 */
async function databaseFault(databaseUrl: string): Promise<string | null> {
  const silent = await Promise.all(parseDatabaseAddress(databaseUrl).hosts.map(silenceOf))
  if (silent.some((why) => why === null)) return null
  return `DATABASE_URL: no server answers at ${silent.join(', ')}: start it, correct the address, or unset it for the embedded one`
}

/**
 * Checks that a PostgreSQL server answers at one host.
 * @param address database address that contains only this host
 * @returns host, port and the reason why no server answers; null if a server answers
 */
function silenceOf(address: string): Promise<string | null> {
  const url = new URL(address)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '') return Promise.resolve(null) // an address without a host means a Unix socket, which is not checked
  const port = Number(url.port || 5432)
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: REACHABLE_WITHIN_MS })
    const fail = (why: string) => {
      socket.destroy()
      resolve(`${host}:${port} (${why})`)
    }
    socket.once('connect', () => socket.write(SSL_REQUEST))
    socket.once('data', (answer) => {
      if (!/^[SNE]/.test(answer.toString('latin1'))) return fail('not a PostgreSQL server')
      socket.destroy()
      resolve(null)
    })
    socket.once('end', () => fail('connection closed'))
    socket.once('timeout', () => fail(`no answer in ${REACHABLE_WITHIN_MS / 1000} s`))
    socket.once('error', (error) => fail((error as NodeJS.ErrnoException).code ?? error.message))
  })
}
