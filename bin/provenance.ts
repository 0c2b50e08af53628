import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { constants, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

/**
 * `npm run provenance -- ARCHIVE --builder=ADDRESS --key=PRIVATE.pem` builds an archive from a fresh clone of HEAD, and
 * writes a signed statement about the build to ARCHIVE.intoto.jsonl. `-- ARCHIVE --verify --key=PUBLIC.pem` checks that
 * both belong together. The statement is in the in-toto format inside a DSSE envelope and is signed with Ed25519.
 * @source https://slsa.dev/spec/v1.0/provenance, https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 */
const STATEMENT = 'application/vnd.in-toto+json'
const root = path.resolve(import.meta.dirname, '..')

interface Envelope {
  payload: string
  signatures: { sig: string }[]
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
const git = (...args: string[]) => run('git', args, root)

/** Returns the bytes to sign: the statement and its type, encoded as DSSE requires. */
const encoded = (payload: Buffer) =>
  Buffer.concat([Buffer.from(`DSSEv1 ${STATEMENT.length} ${STATEMENT} ${payload.length} `), payload])

/**
 * Builds an archive from a fresh clone of HEAD, so that it contains only committed files and the packages of the lock
 * file. Returns the statement about the build.
 * @throws Error if the checkout has uncommitted changes, or if the file of the archive already exists
 */
function build(archive: string, builder: string) {
  if (git('status', '--porcelain') !== '')
    throw new Error('the checkout has changes that no commit holds: commit first')
  if (existsSync(archive))
    throw new Error(`${archive} exists already: name a new file, because only a file that is built here is attested`)
  const commit = git('rev-parse', 'HEAD')
  const startedOn = new Date().toISOString()
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-build-'))
  const clone = path.join(folder, 'clone')
  try {
    run('git', ['clone', '--quiet', '--no-hardlinks', root, clone], folder)
    run('git', ['checkout', '--quiet', '--detach', commit], clone)
    const commands = [['ci'], ['run', 'build', '--', '--archive', path.join(folder, 'archive')]]
    for (const command of commands) run('npm', command, clone)
    copyFileSync(path.join(folder, 'archive'), archive, constants.COPYFILE_EXCL)
    const read = (name: string) => readFileSync(path.join(clone, name))
    const { version } = JSON.parse(read('package.json').toString()) as { version: string }
    return {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: path.basename(archive), digest: { sha256: sha256(readFileSync(archive)) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: `${builder}#npm-run-build-archive`,
          externalParameters: {
            version,
            node: process.version,
            commands: ['npm ci', 'npm run build -- --archive FILE'],
          },
          resolvedDependencies: [
            { name: 'commit', digest: { gitCommit: commit } },
            { name: 'package-lock.json', digest: { sha256: sha256(read('package-lock.json')) } },
          ],
        },
        runDetails: { builder: { id: builder }, metadata: { startedOn, finishedOn: new Date().toISOString() } },
      },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Reports whether the ID of a builder is an https address. SLSA requires this, so that people can find out who built
 * the archive.
 */
const isAddress = (id: unknown): id is string => typeof id === 'string' && URL.canParse(id) && id.startsWith('https://')

function write(archive: string, key: string, builder: string | undefined): string {
  if (!isAddress(builder))
    throw new Error('name the builder by an https address: --builder=https://example.org/peerwatch-builds')
  const signer = createPrivateKey(readFileSync(key))
  const payload = Buffer.from(JSON.stringify(build(archive, builder)))
  const sig = sign(null, encoded(payload), signer).toString('base64')
  const envelope = { payload: payload.toString('base64'), payloadType: STATEMENT, signatures: [{ sig }] }
  writeFileSync(`${archive}.intoto.jsonl`, `${JSON.stringify(envelope)}\n`)
  return `${archive}: built, and ${archive}.intoto.jsonl written`
}

function check(archive: string, key: string): string {
  const { payload: text, signatures } = JSON.parse(readFileSync(`${archive}.intoto.jsonl`, 'utf8')) as Envelope
  const payload = Buffer.from(text, 'base64')
  const publicKey = createPublicKey(readFileSync(key))
  if (!signatures.some(({ sig }) => verify(null, encoded(payload), publicKey, Buffer.from(sig, 'base64'))))
    throw new Error('the statement is not signed by that key: do not install the archive')
  const { subject, predicate } = JSON.parse(payload.toString()) as ReturnType<typeof build>
  if (subject[0]?.digest.sha256 !== sha256(readFileSync(archive)))
    throw new Error('the statement is about another archive: do not install this one')
  const { id } = predicate.runDetails.builder
  if (!isAddress(id)) throw new Error('the statement names no builder by an address: do not install the archive')
  const commit = predicate.buildDefinition.resolvedDependencies.map(({ digest }) => digest.gitCommit).find(Boolean)
  return `${subject[0].name}: made from commit ${commit} by ${id}`
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, builder: { type: 'string' }, verify: { type: 'boolean', default: false } },
  })
  const [archive] = positionals
  if (!archive || !values.key)
    throw new Error(
      'name the archive and the key (PEM, Ed25519): npm run provenance -- ARCHIVE --key=FILE --builder=ADDRESS, or --verify',
    )
  process.stdout.write(`${values.verify ? check(archive, values.key) : write(archive, values.key, values.builder)}\n`)
} catch (error) {
  process.stderr.write(`provenance: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
