import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createSecureServer } from 'node:https'

/** Certificate (with those between it and the root) and key, in PEM. */
export interface TlsFiles {
  certFile: string
  keyFile: string
}

/** Renewed certificates hold from then on; ACME clients renew weeks before the end. */
const ASKED_EVERY_MS = 60_000

/**
 * Reads certificate and key.
 * @throws Error that names variable, file and fault
 */
export function readTls({ certFile, keyFile }: TlsFiles): { cert: string; key: string } {
  const read = <T>(name: string, file: string, parse: (text: string) => T) => {
    try {
      const text = readFileSync(file, 'utf8')
      return { text, value: parse(text) }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw new Error(
        `${name}: ${file} can't be used (${code ?? message}): name a file in PEM that the web's user may read`,
      )
    }
  }
  const cert = read('TLS_CERT_FILE', certFile, (text) => new X509Certificate(text))
  const key = read('TLS_KEY_FILE', keyFile, (text) => createPrivateKey(text))
  if (!cert.value.checkPrivateKey(key.value))
    throw new Error(`TLS_KEY_FILE: ${keyFile} is not the key of the certificate ${certFile}: name the pair`)
  return { cert: cert.text, key: key.text }
}

/**
 * Returns the last moment at which the first certificate of the file is valid, in epoch milliseconds.
 * @throws Error that names the file, as {@link readTls} does
 */
export const readCertificateEnd = (files: TlsFiles): number =>
  Date.parse(new X509Certificate(readTls(files).cert).validTo)

/** Time in which a request must have arrived, in milliseconds: 1 MB at 33 kB/s. Node.js waits for five minutes. */
const REQUEST_WITHIN_MS = 30_000
/** Time in which its headers must have arrived, in milliseconds. */
const HEADERS_WITHIN_MS = 15_000
const CHECKED_EVERY_MS = 5_000

/**
 * A server of HTTP, which speaks TLS where there are files for it, and takes what they hold later.
 * @param failed a renewed pair can't be used, so that the former one stays
 * @throws what {@link readTls} does
 */
export function webServer(
  tls: TlsFiles | null,
  listener: RequestListener,
  {
    failed = () => {},
    everyMs = ASKED_EVERY_MS,
    ...more
  }: ServerOptions & { failed?: (error: Error) => void; everyMs?: number } = {},
): Server {
  const options = {
    requestTimeout: REQUEST_WITHIN_MS,
    headersTimeout: HEADERS_WITHIN_MS,
    connectionsCheckingInterval: CHECKED_EVERY_MS,
    ...more,
  }
  if (tls === null) return createServer(options, listener)
  const server = createSecureServer({ ...options, handshakeTimeout: HEADERS_WITHIN_MS, ...readTls(tls) }, listener)
  const renew = () => {
    try {
      server.setSecureContext(readTls(tls))
    } catch (error) {
      failed(error as Error)
    }
  }
  const files = [tls.certFile, tls.keyFile]
  // by their status: a link may lead to another file meanwhile, and folders of secrets are replaced as a whole
  for (const file of files) watchFile(file, { interval: everyMs, persistent: false }, renew)
  server.once('close', () => files.forEach((file) => unwatchFile(file, renew)))
  return server
}
