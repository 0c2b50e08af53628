import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

/**
 * From what an archive was made: `npm run provenance -- ARCHIVE --key=PRIVATE.pem` writes ARCHIVE.intoto.jsonl, `-- ARCHIVE --verify --key=PUBLIC.pem`
 * checks it. A statement of in-toto in an envelope of DSSE, signed with Ed25519. @source https://slsa.dev/spec/v1.0/provenance, https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 */
const STATEMENT = 'application/vnd.in-toto+json'
const root = path.resolve(import.meta.dirname, '..')

interface Envelope {
  payload: string
  signatures: { sig: string }[]
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

/** What is signed: DSSE's encoding of a statement with its type. */
const encoded = (payload: Buffer) =>
  Buffer.concat([Buffer.from(`DSSEv1 ${STATEMENT.length} ${STATEMENT} ${payload.length} `), payload])

function statementOf(archive: string) {
  if (git('status', '--porcelain') !== '')
    throw new Error('the checkout has changes that no commit holds: commit first')
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: path.basename(archive), digest: { sha256: sha256(readFileSync(archive)) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://docs.npmjs.com/cli/v11/commands/npm-pack',
        externalParameters: { version, node: process.version },
        resolvedDependencies: [
          { name: 'commit', digest: { gitCommit: git('rev-parse', 'HEAD') } },
          { name: 'package-lock.json', digest: { sha256: sha256(readFileSync(path.join(root, 'package-lock.json'))) } },
        ],
      },
      runDetails: { builder: { id: 'npm pack' }, metadata: { finishedOn: new Date().toISOString() } },
    },
  }
}

function write(archive: string, key: string): string {
  const payload = Buffer.from(JSON.stringify(statementOf(archive)))
  const sig = sign(null, encoded(payload), createPrivateKey(readFileSync(key))).toString('base64')
  const envelope = { payload: payload.toString('base64'), payloadType: STATEMENT, signatures: [{ sig }] }
  writeFileSync(`${archive}.intoto.jsonl`, `${JSON.stringify(envelope)}\n`)
  return `${archive}.intoto.jsonl: written`
}

function check(archive: string, key: string): string {
  const { payload: text, signatures } = JSON.parse(readFileSync(`${archive}.intoto.jsonl`, 'utf8')) as Envelope
  const payload = Buffer.from(text, 'base64')
  const publicKey = createPublicKey(readFileSync(key))
  if (!signatures.some(({ sig }) => verify(null, encoded(payload), publicKey, Buffer.from(sig, 'base64'))))
    throw new Error('the statement is not signed by that key: do not install the archive')
  const { subject, predicate } = JSON.parse(payload.toString()) as ReturnType<typeof statementOf>
  if (subject[0]?.digest.sha256 !== sha256(readFileSync(archive)))
    throw new Error('the statement is about another archive: do not install this one')
  const commit = predicate.buildDefinition.resolvedDependencies.map(({ digest }) => digest.gitCommit).find(Boolean)
  return `${subject[0].name}: made from commit ${commit}`
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, verify: { type: 'boolean', default: false } },
  })
  const [archive] = positionals
  if (!archive || !values.key)
    throw new Error('name the archive and the key (PEM, Ed25519): npm run provenance -- ARCHIVE --key=FILE [--verify]')
  process.stdout.write(`${(values.verify ? check : write)(archive, values.key)}\n`)
} catch (error) {
  process.stderr.write(`provenance: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
