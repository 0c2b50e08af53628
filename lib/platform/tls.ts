import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createSecureServer } from 'node:https'

/** Paths of the PEM files with the certificate (including its intermediate certificates) and with the key. */
export interface TlsFilePaths {
  certFile: string
  keyFile: string
}

/**
 * Interval in milliseconds at which the certificate files are checked for changes. It can be this long, because ACME
 * clients renew a certificate weeks before it expires.
 */
const ASKED_EVERY_MS = 60_000

/**
 * Reads and checks the certificate and its key.
 * @throws Error that names the variable, the file and the fault
 */
export function readTls({ certFile, keyFile }: TlsFilePaths): { cert: string; key: string } {
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
 * Returns the expiry of the first certificate in the file, in epoch milliseconds.
 * @throws the errors of {@link readTls}
 */
export const readCertificateEnd = (files: TlsFilePaths): number =>
  Date.parse(new X509Certificate(readTls(files).cert).validTo)

/**
 * Maximum time in milliseconds for receiving a complete request; a request of 1 MB then needs 33 kB/s. The default of
 * Node.js is five minutes.
 */
const REQUEST_WITHIN_MS = 30_000
/** Maximum time in milliseconds for receiving the headers of a request, and for the TLS handshake. */
const HEADERS_WITHIN_MS = 15_000
const CHECKED_EVERY_MS = 5_000

/**
 * Creates an HTTP server. If certificate files are given, it uses TLS, and loads renewed files without a restart.
 * @param failed called if renewed files cannot be used; the server then continues with the previous certificate
 * @throws the errors of {@link readTls}
 */
export function createWebServer(
  tls: TlsFilePaths | null,
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
  // The status of the files is polled. Other methods would miss changes: a link may get another target, and a volume
  // with secrets is replaced as a whole.
  for (const file of files) watchFile(file, { interval: everyMs, persistent: false }, renew)
  server.once('close', () => files.forEach((file) => unwatchFile(file, renew)))
  return server
}
