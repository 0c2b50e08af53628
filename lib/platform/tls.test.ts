import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { readTls, createWebServer } from './tls.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string) => path.join(folder, name)

/** Creates a key and a certificate for a name. */
function make(name: string) {
  const files = { certFile: file(`${name}.crt`), keyFile: file(`${name}.key`) }
  const options = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  ]
  spawnSync('openssl', ['req', '-x509', ...options, '-keyout', files.keyFile, '-out', files.certFile])
  return files
}

/** Returns the name in the certificate that a server presents to a new connection. */
async function shown(server: Server): Promise<string> {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return subject.CN as string
}

describe.runIf(spawnSync('openssl', ['version']).status === 0)('a server with a certificate', () => {
  const [first, second] = [make('first.example'), make('second.example')]
  const used = { certFile: file('used.crt'), keyFile: file('used.key') }
  const use = ({ certFile, keyFile }: typeof used) => {
    copyFileSync(keyFile, used.keyFile)
    copyFileSync(certFile, used.certFile)
  }

  it('takes a renewed pair while it runs, and keeps the former one where that is none', async () => {
    use(first)
    const failures: string[] = []
    const server = createWebServer(used, (_, response) => response.end('here'), {
      everyMs: 20,
      failed: ({ message }) => failures.push(message),
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(await shown(server)).toBe('first.example')
    writeFileSync(used.certFile, 'half a file')
    await expect.poll(() => failures.at(-1)).toMatch(/^TLS_CERT_FILE: .*used\.crt can't be used/)
    expect(await shown(server)).toBe('first.example')
    use(second)
    await expect.poll(() => shown(server)).toBe('second.example')
    server.close()
    await once(server, 'close')
  })

  it.each([
    ['a key of another certificate', { ...first, keyFile: second.keyFile }, /^TLS_KEY_FILE: .*is not the key/],
    ['a file that is not there', { ...first, certFile: file('none') }, /^TLS_CERT_FILE: .*\(ENOENT\).*may read/],
    ['a certificate in place of a key', { ...first, keyFile: first.certFile }, /^TLS_KEY_FILE: .*can't be used/],
  ])('does not begin with %s', (_, files, fault) => {
    expect(() => readTls(files)).toThrow(fault)
  })
})
