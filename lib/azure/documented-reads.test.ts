import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { listRoleActions } from './permissions.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const DOCUMENTS = ['docs/azure-permissions.md', ...globSync('docs/rules/*.md', { cwd: ROOT })].toSorted()
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

/** All words in the code that calls Azure, in lower case, without tests. */
const WORDS = new Set(
  globSync('lib/azure/**/*.ts', { cwd: ROOT })
    .filter((file) => !/\.test\.ts$|\/(testing|testdata)\//.test(file))
    .flatMap(
      (file) =>
        textOf(file)
          .toLowerCase()
          .match(/[a-z]\w+/g) ?? [],
    ),
)

interface Claim {
  name: string
  isRead: boolean
}

const NOT_READ = /\b(?:is|are|was|were) (?:not|never) (?:read|asked|listed|requested)\b/
const READ = /\b(?:is|are) (?:read|asked|listed|requested)\b/
/** Names from ARM: actions, and operations and members in camel case. */
const ARM_NAME = /^(?:Microsoft\.[\w./]+|[a-z]+[A-Z][A-Za-z0-9]*)$/

/**
 * Returns the claims of a document about ARM names, clause by clause. The subject of a claim is the names before the
 * verb.
 */
function claimsOf(markdown: string): Claim[] {
  const spans: string[] = []
  const bare = markdown.replaceAll(/`([^`\n]+)`/g, (_, span: string) => `@${spans.push(span) - 1}@`)
  return bare.split(/[.;:|\n]/).flatMap((clause) => {
    const verb = NOT_READ.exec(clause) ?? READ.exec(clause)
    if (!verb) return []
    const subject = clause.slice(0, verb.index)
    const names = [...subject.matchAll(/@(\d+)@/g)].map(([, at]) => spans[Number(at)] ?? '')
    return names.filter((name) => ARM_NAME.test(name)).map((name) => ({ name, isRead: !NOT_READ.test(clause) }))
  })
}

/**
 * Reports whether the code uses a name: an action must be in the role, and an operation or member must occur in the
 * code. The SDK uses the singular for some operations.
 */
function isInCode(name: string): boolean {
  const own = name.toLowerCase()
  if (own.startsWith('microsoft.')) return listRoleActions().some((action) => action.toLowerCase() === own)
  return WORDS.has(own)
}

describe('what a document says of a name of ARM’s', () => {
  it.each<[string, Claim[]]>([
    ['They are never started and `getOther` is not read (ADR).', [{ name: 'getOther', isRead: false }]],
    ['| `someMember` | its `otherMember` is read |', [{ name: 'otherMember', isRead: true }]],
    ['`IMAP_URL` is read every 2 min; `path_down` is not read.', []],
    ['A list was not read: `someMember` says so.', []],
  ])('%s', (text, claims) => expect(claimsOf(text)).toEqual(claims))

  it('is refuted by the code where the two disagree', () => {
    expect([isInCode('getBgpPeerStatus'), isInCode('getSomethingElse')]).toEqual([true, false])
    expect([isInCode('Microsoft.Network/virtualWans/read'), isInCode('Microsoft.Network/virtualWans/write')]).toEqual([
      true,
      false,
    ])
  })
})

describe.each(DOCUMENTS)('%s', (file) => {
  it('calls read and not read what the code reads and does not', () => {
    const claims = claimsOf(textOf(file))
    expect(claims.filter(({ name, isRead }) => isInCode(name) !== isRead)).toEqual([])
  })

  it('names no operation and no action of Azure’s that the code has not', () => {
    const spans = [...textOf(file).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '')
    const operations = spans.filter((span) =>
      /^(?:get[A-Z]\w+|list[A-Z]\w+|Microsoft\.\w+\/[\w/]+\/(?:read|action))$/.test(span),
    )
    const denied = new Set(claimsOf(textOf(file)).flatMap(({ name, isRead }) => (isRead ? [] : [name])))
    expect(operations.filter((name) => !denied.has(name) && !isInCode(name))).toEqual([])
  })
})
